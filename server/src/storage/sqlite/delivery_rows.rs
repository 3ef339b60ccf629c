//! Deliveries as rows.
//!
//! `due` is when a delivery's next attempt may be made, or its lease ends; it is unset as long as an earlier delivery of
//! the session holds this one up, and when it is dead. So those that have their turn are at the beginning of an index.

use super::session_rows::Key;
use crate::storage::{
    Claimed, DeadLetter, DeadPage, Delivery, DeliveryCounts, HOLDING_ATTEMPTS, Letters, NewDelivery,
    Settlement,
};
use pocketping_core::{DeliveryId, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The columns that [`read`] reads.
const COLUMNS: &str = "d.id, s.id, d.kind, d.body, d.queued_at, d.attempts, d.key, d.dead_at, d.problem \
     FROM deliveries d JOIN sessions s ON s.key = d.session";

/// Queues a delivery.
pub(super) fn insert(connection: &Connection, session: Key, new: &NewDelivery) -> rusqlite::Result<()> {
    let sql = "INSERT INTO deliveries (id, session, kind, body, queued_at, due) VALUES (?1, ?2, ?3, ?4, ?5, \
         CASE WHEN EXISTS (SELECT 1 FROM deliveries WHERE session = ?2 AND dead_at IS NULL AND attempts < ?6) \
         THEN NULL ELSE ?5 END)";
    connection.prepare_cached(sql)?.execute(params![
        new.id.as_str(),
        session,
        new.kind,
        new.body,
        new.queued_at.as_micros(),
        HOLDING_ATTEMPTS
    ])?;
    Ok(())
}

/// Lets go of what the last program was about when it ended.
pub(super) fn release(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "UPDATE deliveries SET leased = 0, due = queued_at WHERE due IS NOT NULL AND leased = 1";
    connection.execute(sql, [])?;
    Ok(())
}

pub(super) fn claim(
    connection: &Connection,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> rusqlite::Result<Claimed> {
    let sql = format!("SELECT {COLUMNS} WHERE d.due <= ?1 ORDER BY d.due, d.key LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![now.as_micros(), limit as i64], |row| {
        Ok((row.get::<_, Key>(6)?, read(row)?))
    })?;
    let mut deliveries = Vec::new();
    for row in rows.collect::<rusqlite::Result<Vec<_>>>()? {
        let (key, mut delivery) = row;
        let sql = "UPDATE deliveries SET leased = 1, attempts = attempts + 1, due = ?2 WHERE key = ?1";
        connection
            .prepare_cached(sql)?
            .execute([key, until.as_micros()])?;
        delivery.attempts += 1;
        deliveries.push(delivery);
    }
    let next = next(connection)?;
    Ok(Claimed { deliveries, next })
}

pub(super) fn settle(
    connection: &Connection,
    delivery: &Delivery,
    settlement: &Settlement,
) -> rusqlite::Result<()> {
    let sql = "SELECT key, session FROM deliveries WHERE id = ?1 AND attempts = ?2 AND leased = 1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![delivery.id.as_str(), delivery.attempts], |row| {
        Ok((row.get::<_, Key>(0)?, row.get::<_, Key>(1)?))
    });
    let Some((key, session)) = found.optional()? else {
        return Ok(());
    };
    match settlement {
        Settlement::Delivered => connection
            .prepare_cached("DELETE FROM deliveries WHERE key = ?1")?
            .execute([key])?,
        Settlement::Again { at } => connection
            .prepare_cached("UPDATE deliveries SET leased = 0, due = ?2 WHERE key = ?1")?
            .execute([key, at.as_micros()])?,
        Settlement::Dead { at, problem } => {
            let sql =
                "UPDATE deliveries SET leased = 0, due = NULL, dead_at = ?2, problem = ?3 WHERE key = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            statement.execute(params![key, at.as_micros(), problem])?
        }
    };
    go_on(connection, session)
}

/// Lets the first delivery of a session that waits for others have its turn, when nothing holds it up any more.
fn go_on(connection: &Connection, session: Key) -> rusqlite::Result<()> {
    let sql = "UPDATE deliveries SET due = queued_at WHERE key = (SELECT key FROM deliveries \
         WHERE session = ?1 AND dead_at IS NULL AND due IS NULL ORDER BY key LIMIT 1) \
         AND NOT EXISTS (SELECT 1 FROM deliveries WHERE session = ?1 AND dead_at IS NULL AND due IS NOT NULL \
         AND attempts < ?2)";
    connection
        .prepare_cached(sql)?
        .execute(params![session, HOLDING_ATTEMPTS])?;
    Ok(())
}

fn next(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT min(due) FROM deliveries WHERE due IS NOT NULL";
    let next: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(next.map(Timestamp::from_micros))
}

pub(super) fn counts(connection: &Connection) -> rusqlite::Result<DeliveryCounts> {
    let sql = "SELECT count(*), count(dead_at) FROM deliveries";
    let (all, dead): (i64, i64) = connection
        .prepare_cached(sql)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(DeliveryCounts {
        waiting: (all - dead) as u64,
        dead: dead as u64,
        next: next(connection)?,
    })
}

pub(super) fn dead(
    connection: &Connection,
    before: Option<&str>,
    limit: usize,
) -> rusqlite::Result<DeadPage> {
    let place = before.and_then(|text| {
        let (micros, key) = text.split_once('.')?;
        Some((micros.parse::<i64>().ok()?, key.parse::<Key>().ok()?))
    });
    let (died_at, key) = place.unwrap_or((i64::MAX, i64::MAX));
    let sql = format!(
        "SELECT {COLUMNS} WHERE d.dead_at IS NOT NULL AND (d.dead_at, d.key) < (?1, ?2) \
         ORDER BY d.dead_at DESC, d.key DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![died_at, key, limit as i64 + 1], |row| {
        let died_at = Timestamp::from_micros(row.get(7)?);
        let letter = DeadLetter {
            delivery: read(row)?,
            died_at,
            problem: row.get(8)?,
        };
        Ok((
            format!("{}.{}", died_at.as_micros(), row.get::<_, Key>(6)?),
            letter,
        ))
    })?;
    let mut letters = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = letters.len() > limit;
    letters.truncate(limit);
    Ok(DeadPage {
        next: letters.last().filter(|_| more).map(|(place, _)| place.clone()),
        letters: letters.into_iter().map(|(_, letter)| letter).collect(),
    })
}

/// Which rows are meant: the part of a statement that says so takes the values as `?1` and `?2`.
const CHOSEN: &str = "dead_at IS NOT NULL AND (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR dead_at < ?2)";

fn chosen(letters: &Letters) -> (Option<&str>, Option<i64>) {
    match letters {
        Letters::One(id) => (Some(id.as_str()), None),
        Letters::All => (None, None),
        Letters::Before(moment) => (None, Some(moment.as_micros())),
    }
}

pub(super) fn revive(connection: &Connection, letters: &Letters, now: Timestamp) -> rusqlite::Result<u64> {
    let (id, before) = chosen(letters);
    let sql = format!(
        "UPDATE deliveries SET dead_at = NULL, problem = NULL, attempts = 0, queued_at = ?3 WHERE {CHOSEN} \
         RETURNING session"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let sessions = statement.query_map(params![id, before, now.as_micros()], |row| row.get::<_, Key>(0))?;
    let sessions = sessions.collect::<rusqlite::Result<Vec<_>>>()?;
    for session in &sessions {
        go_on(connection, *session)?;
    }
    Ok(sessions.len() as u64)
}

pub(super) fn forget(connection: &Connection, letters: &Letters) -> rusqlite::Result<u64> {
    let (id, before) = chosen(letters);
    let sql = format!("DELETE FROM deliveries WHERE {CHOSEN}");
    let forgotten = connection.prepare_cached(&sql)?.execute(params![id, before])?;
    Ok(forgotten as u64)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: DeliveryId::new(row.get_ref(0)?.as_str()?),
        session_id: SessionId::new(row.get_ref(1)?.as_str()?),
        kind: row.get(2)?,
        body: row.get(3)?,
        queued_at: Timestamp::from_micros(row.get(4)?),
        attempts: row.get(5)?,
    })
}
