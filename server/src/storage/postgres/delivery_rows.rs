//! Deliveries as rows.
//!
//! The writer queues them, while others claim and settle: whose turn it is in a session is decided under a lock of the
//! session, or a delivery that is queued while the last one is settled would wait for nobody.

use super::session_rows::Key;
use super::text::{of_column, to_column};
use crate::storage::{
    Claimed, DeadLetter, DeadPage, Delivery, DeliveryCounts, HOLDING_ATTEMPTS, Letters, NewDelivery,
    Settlement,
};
use pocketping_core::{DeliveryId, SessionId, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::HashSet;

/// Sets the locks of sessions' queues apart from others; the number means nothing.
const LOCK: i32 = 0x706f_636b;
/// A session's lock, for its key: two sessions may share one, which does no harm.
fn lock_of(session: Key) -> i32 {
    (session & i64::from(i32::MAX)) as i32
}

/// Queues deliveries, all by one statement.
pub(super) async fn insert(connection: &mut PgConnection, new: &[(Key, NewDelivery)]) -> sqlx::Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let mut locks: Vec<i32> = new.iter().map(|(session, _)| lock_of(*session)).collect();
    locks.sort_unstable();
    locks.dedup();
    sqlx::query("SELECT pg_advisory_xact_lock($1, n) FROM unnest($2::INTEGER[]) AS n")
        .bind(LOCK)
        .bind(locks)
        .execute(&mut *connection)
        .await?;
    // Rows of one statement do not see each other: all but the first of a session wait anyway.
    let mut seen = HashSet::new();
    let first: Vec<bool> = new.iter().map(|(session, _)| seen.insert(*session)).collect();
    let sql = "INSERT INTO deliveries (id, session, kind, body, queued_at, due) \
         SELECT n.id, n.session, n.kind, n.body, n.at, CASE WHEN n.first AND NOT EXISTS (SELECT 1 FROM deliveries d \
         WHERE d.session = n.session AND d.dead_at IS NULL AND d.attempts < $7) THEN n.at END \
         FROM unnest($1::TEXT[], $2::BIGINT[], $3::TEXT[], $4::TEXT[], $5::BIGINT[], $6::BOOLEAN[]) \
         WITH ORDINALITY AS n (id, session, kind, body, at, first, place) ORDER BY n.place";
    fn column<'a, T>(new: &'a [(Key, NewDelivery)], value: impl Fn(&'a NewDelivery) -> T) -> Vec<T> {
        new.iter().map(|(_, delivery)| value(delivery)).collect()
    }
    sqlx::query(sql)
        .bind(column(new, |delivery| to_column(delivery.id.as_str())))
        .bind(new.iter().map(|(session, _)| *session).collect::<Vec<_>>())
        .bind(column(new, |delivery| to_column(&delivery.kind)))
        .bind(column(new, |delivery| to_column(&delivery.body)))
        .bind(column(new, |delivery| delivery.queued_at.as_micros()))
        .bind(first)
        .bind(HOLDING_ATTEMPTS as i32)
        .execute(connection)
        .await?;
    Ok(())
}

/// What another server is claiming at the moment is passed over.
pub(super) async fn claim(
    connection: &mut PgConnection,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> sqlx::Result<Claimed> {
    let sql = "WITH chosen AS (SELECT key, due FROM deliveries WHERE due <= $1 ORDER BY due, key LIMIT $3 \
         FOR UPDATE SKIP LOCKED) \
         UPDATE deliveries d SET attempts = d.attempts + 1, due = $2 FROM chosen, sessions s \
         WHERE d.key = chosen.key AND s.key = d.session \
         RETURNING d.id, s.id, d.kind, d.body, d.queued_at, d.attempts, chosen.due, d.key";
    let query = sqlx::query(sql)
        .bind(now.as_micros())
        .bind(until.as_micros())
        .bind(limit as i64);
    let mut claimed = Vec::new();
    for row in query.fetch_all(&mut *connection).await? {
        let place: (i64, Key) = (row.try_get(6)?, row.try_get(7)?);
        claimed.push((place, read(&row)?));
    }
    claimed.sort_unstable_by_key(|(place, _)| *place);
    Ok(Claimed {
        deliveries: claimed.into_iter().map(|(_, delivery)| delivery).collect(),
        next: next(connection).await?,
    })
}

pub(super) async fn settle(
    connection: &mut PgConnection,
    delivery: &Delivery,
    settlement: &Settlement,
) -> sqlx::Result<()> {
    let (id, attempts) = (to_column(delivery.id.as_str()), delivery.attempts as i32);
    let sql = "SELECT session FROM deliveries WHERE id = $1 AND attempts = $2 AND dead_at IS NULL";
    let query = sqlx::query_scalar(sql).bind(&id).bind(attempts);
    let Some(session) = query.fetch_optional(&mut *connection).await? else {
        return Ok(());
    };
    lock(connection, session).await?;
    let query = match settlement {
        Settlement::Delivered => {
            sqlx::query("DELETE FROM deliveries WHERE id = $1 AND attempts = $2 AND dead_at IS NULL")
                .bind(&id)
                .bind(attempts)
        }
        Settlement::Again { at } => {
            sqlx::query("UPDATE deliveries SET due = $3 WHERE id = $1 AND attempts = $2 AND dead_at IS NULL")
                .bind(&id)
                .bind(attempts)
                .bind(at.as_micros())
        }
        Settlement::Dead { at, problem } => {
            let sql = "UPDATE deliveries SET due = NULL, dead_at = $3, problem = $4 \
                 WHERE id = $1 AND attempts = $2 AND dead_at IS NULL";
            sqlx::query(sql)
                .bind(&id)
                .bind(attempts)
                .bind(at.as_micros())
                .bind(to_column(problem))
        }
    };
    query.execute(&mut *connection).await?;
    go_on(connection, session).await
}

async fn lock(connection: &mut PgConnection, session: Key) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1, $2)")
        .bind(LOCK)
        .bind(lock_of(session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets the first delivery of a session that waits for others have its turn, when nothing holds it up any more. Under
/// the session's lock.
async fn go_on(connection: &mut PgConnection, session: Key) -> sqlx::Result<()> {
    let sql = "UPDATE deliveries SET due = queued_at WHERE key = (SELECT key FROM deliveries \
         WHERE session = $1 AND dead_at IS NULL AND due IS NULL ORDER BY key LIMIT 1) \
         AND NOT EXISTS (SELECT 1 FROM deliveries WHERE session = $1 AND dead_at IS NULL AND due IS NOT NULL \
         AND attempts < $2)";
    sqlx::query(sql)
        .bind(session)
        .bind(HOLDING_ATTEMPTS as i32)
        .execute(connection)
        .await?;
    Ok(())
}

async fn next(connection: &mut PgConnection) -> sqlx::Result<Option<Timestamp>> {
    let sql = "SELECT min(due) FROM deliveries WHERE due IS NOT NULL";
    let next: Option<i64> = sqlx::query_scalar(sql).fetch_one(connection).await?;
    Ok(next.map(Timestamp::from_micros))
}

pub(super) async fn counts(connection: &mut PgConnection) -> sqlx::Result<DeliveryCounts> {
    let sql = "SELECT count(*), count(dead_at) FROM deliveries";
    let (all, dead): (i64, i64) = sqlx::query_as(sql).fetch_one(&mut *connection).await?;
    Ok(DeliveryCounts {
        waiting: (all - dead) as u64,
        dead: dead as u64,
        next: next(connection).await?,
    })
}

pub(super) async fn dead(
    connection: &mut PgConnection,
    before: Option<&str>,
    limit: usize,
) -> sqlx::Result<DeadPage> {
    let place = before.and_then(|text| {
        let (micros, key) = text.split_once('.')?;
        Some((micros.parse::<i64>().ok()?, key.parse::<Key>().ok()?))
    });
    let (died_at, key) = place.unwrap_or((i64::MAX, i64::MAX));
    let sql = "SELECT d.id, s.id, d.kind, d.body, d.queued_at, d.attempts, d.dead_at, d.problem, d.key \
         FROM deliveries d JOIN sessions s ON s.key = d.session \
         WHERE d.dead_at IS NOT NULL AND (d.dead_at, d.key) < ($1, $2) ORDER BY d.dead_at DESC, d.key DESC LIMIT $3";
    let query = sqlx::query(sql).bind(died_at).bind(key).bind(limit as i64 + 1);
    let mut letters = Vec::new();
    for row in query.fetch_all(connection).await? {
        let died_at: i64 = row.try_get(6)?;
        let problem: Option<&str> = row.try_get(7)?;
        let letter = DeadLetter {
            delivery: read(&row)?,
            died_at: Timestamp::from_micros(died_at),
            problem: of_column(problem.unwrap_or_default()).into_owned(),
        };
        letters.push((format!("{died_at}.{}", row.try_get::<Key, _>(8)?), letter));
    }
    let more = letters.len() > limit;
    letters.truncate(limit);
    Ok(DeadPage {
        next: letters.last().filter(|_| more).map(|(place, _)| place.clone()),
        letters: letters.into_iter().map(|(_, letter)| letter).collect(),
    })
}

/// Which rows are meant, by the values `$1` and `$2`.
macro_rules! chosen {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " FROM deliveries WHERE dead_at IS NOT NULL AND ($1::TEXT IS NULL OR id = $1) \
             AND ($2::BIGINT IS NULL OR dead_at < $2)",
            $after
        )
    };
}

fn chosen(letters: &Letters) -> (Option<String>, Option<i64>) {
    match letters {
        Letters::One(id) => (Some(to_column(id.as_str()).into_owned()), None),
        Letters::All => (None, None),
        Letters::Before(moment) => (None, Some(moment.as_micros())),
    }
}

pub(super) async fn revive(
    connection: &mut PgConnection,
    letters: &Letters,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let (id, before) = chosen(letters);
    let sql = chosen!("SELECT DISTINCT session", "");
    let query = sqlx::query_scalar(sql).bind(&id).bind(before);
    let mut sessions: Vec<Key> = query.fetch_all(&mut *connection).await?;
    // In the order in which the writer takes locks; rows only then, so that nobody waits for the other.
    sessions.sort_unstable_by_key(|session| (lock_of(*session), *session));
    for session in &sessions {
        lock(connection, *session).await?;
    }
    let sql = "UPDATE deliveries SET dead_at = NULL, problem = NULL, attempts = 0, queued_at = $3 \
         WHERE dead_at IS NOT NULL AND ($1::TEXT IS NULL OR id = $1) AND ($2::BIGINT IS NULL OR dead_at < $2) \
         AND session = ANY($4)";
    let done = sqlx::query(sql)
        .bind(id)
        .bind(before)
        .bind(now.as_micros())
        .bind(&sessions)
        .execute(&mut *connection)
        .await?;
    for session in sessions {
        go_on(connection, session).await?;
    }
    Ok(done.rows_affected())
}

pub(super) async fn forget(connection: &mut PgConnection, letters: &Letters) -> sqlx::Result<u64> {
    let (id, before) = chosen(letters);
    // What somebody else has locked is about to be dropped or queued there.
    let sql = chosen!(
        "DELETE FROM deliveries WHERE key IN (SELECT key",
        " FOR UPDATE SKIP LOCKED)"
    );
    let done = sqlx::query(sql).bind(id).bind(before).execute(connection).await?;
    Ok(done.rows_affected())
}

fn read(row: &PgRow) -> sqlx::Result<Delivery> {
    let text = |at: usize| row.try_get::<&str, _>(at).map(of_column);
    Ok(Delivery {
        id: DeliveryId::new(text(0)?),
        session_id: SessionId::new(text(1)?),
        kind: text(2)?.into_owned(),
        body: text(3)?.into_owned(),
        queued_at: Timestamp::from_micros(row.try_get(4)?),
        attempts: row.try_get::<i32, _>(5)? as u32,
    })
}
