//! Sessions as rows.

use super::message_rows::{self, MESSAGE_COLUMNS, message_columns};
use super::people_rows;
use super::text::{of_column, to_column};
use crate::storage::tables::{read_profile, state_code, state_of};
use crate::storage::{SessionFilter, SessionRecord, session_terms};
use pocketping_core::{PersonId, SessionId, Timestamp, VisitorId};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use std::sync::Arc;

/// A session's integer key.
pub(super) type Key = i64;

/// Sessions with their profiles and last messages.
macro_rules! session_select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            message_columns!(),
            ", s.key, s.id, s.visitor, s.created_at, s.last_activity, s.last_stamp, s.operator_activity, \
             s.operator_online, s.ai_active, s.state, s.unread, p.data FROM sessions s \
             LEFT JOIN profiles p ON p.session = s.key LEFT JOIN messages m ON m.seq = s.last_message ",
            $rest
        )
    };
}

pub(super) async fn by_id(
    connection: &mut PgConnection,
    id: &SessionId,
) -> sqlx::Result<Option<(Key, SessionRecord)>> {
    let query = sqlx::query(session_select!("WHERE s.id = $1")).bind(to_column(id.as_str()));
    let row = query.fetch_optional(connection).await?;
    row.map(|row| read(&row)).transpose()
}

pub(super) async fn by_ids(
    connection: &mut PgConnection,
    ids: &[SessionId],
) -> sqlx::Result<Vec<(Key, SessionRecord)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = ids.iter().map(|id| to_column(id.as_str())).collect();
    let query = sqlx::query(session_select!("WHERE s.id = ANY($1)")).bind(ids);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn by_keys(
    connection: &mut PgConnection,
    keys: &[Key],
) -> sqlx::Result<Vec<(Key, SessionRecord)>> {
    let query = sqlx::query(session_select!("WHERE s.key = ANY($1)")).bind(keys);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn latest_of(
    connection: &mut PgConnection,
    visitor: &VisitorId,
) -> sqlx::Result<Option<(Key, SessionRecord)>> {
    let sql = session_select!("WHERE s.visitor = $1 ORDER BY s.last_activity DESC, s.key DESC LIMIT 1");
    let query = sqlx::query(sql).bind(to_column(visitor.as_str()));
    let row = query.fetch_optional(connection).await?;
    row.map(|row| read(&row)).transpose()
}

/// At most `limit` sessions from before `before`, newest activity first. Of the filter the state, the identity and the person
/// are looked at, as most sessions may differ in those.
pub(super) async fn by_activity(
    connection: &mut PgConnection,
    before: (i64, Key),
    filter: &SessionFilter,
    limit: i64,
) -> sqlx::Result<Vec<(Key, SessionRecord)>> {
    let sql = match (&filter.person, &filter.identity) {
        (Some(_), _) => session_select!(
            "WHERE s.key IN (SELECT i.session FROM profiles i WHERE i.person = $6) \
             AND (s.last_activity, s.key) < ($1, $2) AND ($3::SMALLINT IS NULL OR s.state = $3) \
             AND ($5::TEXT IS NULL OR p.identity = $5) ORDER BY s.last_activity DESC, s.key DESC LIMIT $4"
        ),
        (None, None) => session_select!(
            "WHERE (s.last_activity, s.key) < ($1, $2) AND ($3::SMALLINT IS NULL OR s.state = $3) \
             AND $5::TEXT IS NULL AND $6::TEXT IS NULL ORDER BY s.last_activity DESC, s.key DESC LIMIT $4"
        ),
        (None, Some(_)) => session_select!(
            "WHERE s.key IN (SELECT i.session FROM profiles i WHERE i.identity = $5) AND $6::TEXT IS NULL \
             AND (s.last_activity, s.key) < ($1, $2) AND ($3::SMALLINT IS NULL OR s.state = $3) \
             ORDER BY s.last_activity DESC, s.key DESC LIMIT $4"
        ),
    };
    let rows = sqlx::query(sql)
        .bind(before.0)
        .bind(before.1)
        .bind(filter.state.map(state_code))
        .bind(limit)
        .bind(filter.identity.as_deref().map(to_column))
        .bind(filter.person.as_ref().map(|person| to_column(person.as_str())))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// A session's key and the newest of its log that was dropped.
pub(super) async fn key_of(
    connection: &mut PgConnection,
    session: &SessionId,
) -> sqlx::Result<Option<(Key, i64)>> {
    sqlx::query_as("SELECT key, log_floor FROM sessions WHERE id = $1")
        .bind(to_column(session.as_str()))
        .fetch_optional(connection)
        .await
}

pub(super) async fn insert(connection: &mut PgConnection, record: &SessionRecord) -> sqlx::Result<Key> {
    let sql = "INSERT INTO sessions (id, visitor, created_at, last_activity, last_stamp, operator_activity, \
         operator_online, ai_active, state, unread, terms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, array_to_tsvector($11)) RETURNING key";
    sqlx::query_scalar(sql)
        .bind(to_column(record.id.as_str()))
        .bind(to_column(record.visitor_id.as_str()))
        .bind(record.created_at.as_micros())
        .bind(record.last_activity.as_micros())
        .bind(record.last_stamp.as_micros())
        .bind(record.operator_activity.map(Timestamp::as_micros))
        .bind(record.operator_online)
        .bind(record.ai_active)
        .bind(state_code(record.state))
        .bind(record.unread as i64)
        .bind(session_terms(record))
        .fetch_one(connection)
        .await
}

/// What a session's row gets besides its record: its key, and the number of a new last message.
pub(super) type Row<'a> = (Key, &'a SessionRecord, Option<i64>);

/// Saves all but the profiles and the logs' floors, all by one statement.
pub(super) async fn update(connection: &mut PgConnection, rows: &[Row<'_>]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE sessions s SET last_activity = n.last_activity, last_stamp = n.last_stamp, \
         operator_activity = n.operator_activity, ai_active = n.ai_active, state = n.state, unread = n.unread, \
         last_message = coalesce(n.last_message, s.last_message) \
         FROM unnest($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::BOOLEAN[], $6::SMALLINT[], \
         $7::BIGINT[], $8::BIGINT[]) AS n (key, last_activity, last_stamp, operator_activity, ai_active, state, \
         unread, last_message) WHERE s.key = n.key";
    fn column<'a, T>(rows: &'a [Row<'a>], value: impl Fn(&'a SessionRecord) -> T) -> Vec<T> {
        rows.iter().map(|(_, record, _)| value(record)).collect()
    }
    sqlx::query(sql)
        .bind(rows.iter().map(|(key, _, _)| *key).collect::<Vec<_>>())
        .bind(column(rows, |record| record.last_activity.as_micros()))
        .bind(column(rows, |record| record.last_stamp.as_micros()))
        .bind(column(rows, |record| {
            record.operator_activity.map(Timestamp::as_micros)
        }))
        .bind(column(rows, |record| record.ai_active))
        .bind(column(rows, |record| state_code(record.state)))
        .bind(column(rows, |record| record.unread as i64))
        .bind(rows.iter().map(|(_, _, last)| *last).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

/// Saves what a session is found by.
pub(super) async fn save_terms(
    connection: &mut PgConnection,
    key: Key,
    terms: &[String],
) -> sqlx::Result<()> {
    sqlx::query("UPDATE sessions SET terms = array_to_tsvector($2) WHERE key = $1")
        .bind(key)
        .bind(terms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sessions in which nothing has happened since a moment, the longest silent first.
pub(super) async fn idle(
    connection: &mut PgConnection,
    before: Timestamp,
    limit: usize,
) -> sqlx::Result<Vec<SessionId>> {
    let sql = "SELECT id FROM sessions WHERE last_activity < $1 ORDER BY last_activity, key LIMIT $2";
    let query = sqlx::query(sql).bind(before.as_micros()).bind(limit as i64);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok(SessionId::new(of_column(row.try_get(0)?))))
        .collect()
}

/// Removes a session with everything of its own; files that it has are discarded, and belong to nobody then. `person` is
/// whom it names.
pub(super) async fn erase(
    connection: &mut PgConnection,
    key: Key,
    person: Option<&PersonId>,
) -> sqlx::Result<()> {
    for sql in [
        "DELETE FROM messages WHERE session = $1",
        "DELETE FROM events WHERE session = $1",
        "DELETE FROM profiles WHERE session = $1",
        "UPDATE attachments SET session = 0, stage = 5, message = NULL WHERE session = $1 AND file IS NOT NULL",
        "DELETE FROM attachments WHERE session = $1",
        "DELETE FROM deliveries WHERE session = $1",
        "DELETE FROM sessions WHERE key = $1",
    ] {
        sqlx::query(sql).bind(key).execute(&mut *connection).await?;
    }
    match person {
        Some(person) => people_rows::forget_if_unnamed(connection, person).await,
        None => Ok(()),
    }
}

/// Reads a row of `session_select!`.
fn read(row: &PgRow) -> sqlx::Result<(Key, SessionRecord)> {
    const FIRST: usize = MESSAGE_COLUMNS;
    let time = |at: usize| row.try_get::<i64, _>(FIRST + at).map(Timestamp::from_micros);
    let text = |at: usize| row.try_get::<&str, _>(FIRST + at).map(of_column);
    let id = SessionId::new(text(1)?);
    let last_message = match row.try_get::<Option<i64>, _>(0)? {
        Some(_) => Some(message_rows::read(row, 0, &id)?.message),
        None => None,
    };
    let profile = read_profile(row.try_get(FIRST + 11)?).map_err(sqlx::Error::Decode)?;
    let record = SessionRecord {
        id,
        visitor_id: VisitorId::new(text(2)?),
        created_at: time(3)?,
        last_activity: time(4)?,
        last_stamp: time(5)?,
        operator_activity: row
            .try_get::<Option<i64>, _>(FIRST + 6)?
            .map(Timestamp::from_micros),
        operator_online: row.try_get(FIRST + 7)?,
        ai_active: row.try_get(FIRST + 8)?,
        state: state_of(row.try_get(FIRST + 9)?),
        unread: u64::try_from(row.try_get::<i64, _>(FIRST + 10)?).unwrap_or(0),
        last_message,
        profile: Arc::new(profile),
    };
    Ok((row.try_get(FIRST)?, record))
}
