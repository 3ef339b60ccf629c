//! Sessions as rows.

use super::{message_rows, people_rows};
use crate::storage::tables::{read_profile, state_code, state_of};
use crate::storage::{SessionFilter, SessionRecord, StoredMessage};
use pocketping_core::{PersonId, SessionId, Timestamp, VisitorId};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// A session's integer key.
pub(super) type Key = i64;

const SELECT: &str = "SELECT key, id, visitor, created_at, last_activity, last_stamp, operator_activity, \
     operator_online, ai_active, state, unread, last_message, profiles.data \
     FROM sessions LEFT JOIN profiles ON profiles.session = key";

pub(super) fn by_id(
    connection: &Connection,
    id: &SessionId,
) -> rusqlite::Result<Option<(Key, SessionRecord)>> {
    let sql = query(SELECT, " WHERE id = ?1");
    one(connection, &sql, id.as_str())
}

pub(super) fn latest_of(
    connection: &Connection,
    visitor: &VisitorId,
) -> rusqlite::Result<Option<(Key, SessionRecord)>> {
    let sql = query(
        SELECT,
        " WHERE visitor = ?1 ORDER BY last_activity DESC, key DESC LIMIT 1",
    );
    one(connection, &sql, visitor.as_str())
}

pub(super) fn by_key(connection: &Connection, key: Key) -> rusqlite::Result<Option<SessionRecord>> {
    let sql = query(SELECT, " WHERE key = ?1");
    let found = connection
        .prepare_cached(&sql)?
        .query_row([key], read)
        .optional()?;
    let found = found
        .map(|found| with_last_message(connection, found))
        .transpose()?;
    Ok(found.map(|(_, record)| record))
}

/// At most `limit` sessions with greater keys than this one, in their order; without their last messages.
pub(super) fn after_key(
    connection: &Connection,
    key: Key,
    limit: i64,
) -> rusqlite::Result<Vec<(Key, SessionRecord)>> {
    let sql = query(SELECT, " WHERE key > ?1 ORDER BY key LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([key, limit], |row| {
        read(row).map(|(key, record, _)| (key, record))
    })?;
    rows.collect()
}

/// When something last happened to a session.
pub(super) fn activity(connection: &Connection, key: Key) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT last_activity FROM sessions WHERE key = ?1")?;
    statement.query_row([key], |row| row.get(0)).optional()
}

fn one(connection: &Connection, sql: &str, text: &str) -> rusqlite::Result<Option<(Key, SessionRecord)>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([text], read).optional()?;
    found
        .map(|found| with_last_message(connection, found))
        .transpose()
}

/// Hands sessions out, newest activity first, from before `before`, until `take` says no. Of the filter the state,
/// the identity and the person are looked at, as most sessions may differ in those.
pub(super) fn by_activity(
    connection: &Connection,
    before: Option<(i64, Key)>,
    filter: &SessionFilter,
    mut take: impl FnMut(Key, SessionRecord) -> bool,
) -> rusqlite::Result<()> {
    // The sessions of one identity or person are few: the plus signs keep all others from being gone through in their order.
    let rest = match (&filter.person, &filter.identity) {
        (None, None) => {
            " WHERE (last_activity, key) < (?1, ?2) AND (?3 IS NULL OR state = ?3) AND ?4 IS NULL AND ?5 IS NULL \
             ORDER BY last_activity DESC, key DESC"
        }
        (Some(_), _) => {
            " WHERE key IN (SELECT session FROM profiles WHERE person = ?5) \
             AND (+last_activity, +key) < (?1, ?2) AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR identity = ?4) \
             ORDER BY +last_activity DESC, +key DESC"
        }
        (None, Some(_)) => {
            " WHERE key IN (SELECT session FROM profiles WHERE identity = ?4) AND ?5 IS NULL \
             AND (+last_activity, +key) < (?1, ?2) AND (?3 IS NULL OR state = ?3) \
             ORDER BY +last_activity DESC, +key DESC"
        }
    };
    let sql = query(SELECT, rest);
    let (activity, key) = before.unwrap_or((i64::MAX, i64::MAX));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        activity,
        key,
        filter.state.map(state_code),
        filter.identity,
        filter.person.as_ref().map(PersonId::as_str)
    ])?;
    while let Some(row) = rows.next()? {
        let (key, record) = with_last_message(connection, read(row)?)?;
        if !take(key, record) {
            break;
        }
    }
    Ok(())
}

pub(super) fn insert(connection: &Connection, record: &SessionRecord) -> rusqlite::Result<Key> {
    let sql = "INSERT INTO sessions (id, visitor, created_at, last_activity, last_stamp, operator_activity, \
         operator_online, ai_active, state, unread) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(sql)?.insert(params![
        record.id.as_str(),
        record.visitor_id.as_str(),
        record.created_at.as_micros(),
        record.last_activity.as_micros(),
        record.last_stamp.as_micros(),
        record.operator_activity.map(Timestamp::as_micros),
        record.operator_online,
        record.ai_active,
        state_code(record.state),
        record.unread as i64,
    ])
}

/// Saves all but the profile and the log's floor.
pub(super) fn update(
    connection: &Connection,
    key: Key,
    record: &SessionRecord,
    last_message: Option<i64>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET last_activity = ?2, last_stamp = ?3, operator_activity = ?4, ai_active = ?5, \
         state = ?6, unread = ?7, last_message = coalesce(?8, last_message) WHERE key = ?1";
    connection.prepare_cached(sql)?.execute(params![
        key,
        record.last_activity.as_micros(),
        record.last_stamp.as_micros(),
        record.operator_activity.map(Timestamp::as_micros),
        record.ai_active,
        state_code(record.state),
        record.unread as i64,
        last_message,
    ])?;
    Ok(())
}

/// Sessions in which nothing has happened since a moment, the longest silent first.
pub(super) fn idle(
    connection: &Connection,
    before: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<SessionId>> {
    let sql = "SELECT id FROM sessions WHERE last_activity < ?1 ORDER BY last_activity, key LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([before.as_micros(), limit as i64], |row| {
        Ok(SessionId::new(row.get_ref(0)?.as_str()?))
    })?;
    rows.collect()
}

/// Removes a session with everything of its own; files that it has are discarded, and belong to nobody then. `person` is
/// whom it names.
pub(super) fn erase(connection: &Connection, key: Key, person: Option<&PersonId>) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM message_search WHERE rowid IN (SELECT seq FROM messages WHERE session = ?1)",
        "DELETE FROM session_search WHERE rowid = ?1",
        "DELETE FROM messages WHERE session = ?1",
        "DELETE FROM events WHERE session = ?1",
        "DELETE FROM profiles WHERE session = ?1",
        "UPDATE attachments SET session = 0, stage = 5, message = NULL WHERE session = ?1 AND file IS NOT NULL",
        "DELETE FROM attachments WHERE session = ?1",
        "DELETE FROM deliveries WHERE session = ?1",
        "DELETE FROM sessions WHERE key = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([key])?;
    }
    person.map_or(Ok(()), |person| {
        people_rows::forget_if_unnamed(connection, person)
    })
}

/// A row as a record whose last message is still missing, and that message's number.
type Read = (Key, SessionRecord, Option<i64>);

fn read(row: &Row<'_>) -> rusqlite::Result<Read> {
    let time = |at| row.get::<_, i64>(at).map(Timestamp::from_micros);
    let profile = read_profile(row.get_ref(12)?.as_str_or_null()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(12, Type::Text, error))?;
    let record = SessionRecord {
        id: SessionId::new(row.get_ref(1)?.as_str()?),
        visitor_id: VisitorId::new(row.get_ref(2)?.as_str()?),
        created_at: time(3)?,
        last_activity: time(4)?,
        last_stamp: time(5)?,
        operator_activity: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_micros),
        operator_online: row.get(7)?,
        ai_active: row.get(8)?,
        state: state_of(row.get(9)?),
        unread: u64::try_from(row.get::<_, i64>(10)?).unwrap_or(0),
        last_message: None,
        profile: Arc::new(profile),
    };
    Ok((row.get(0)?, record, row.get(11)?))
}

fn with_last_message(
    connection: &Connection,
    (key, mut record, last): Read,
) -> rusqlite::Result<(Key, SessionRecord)> {
    if let Some(seq) = last {
        let found = message_rows::by_seq(connection, seq, &record.id)?;
        record.last_message = found.map(|StoredMessage { message, .. }| message);
    }
    Ok((key, record))
}

/// A query for sessions.
fn query(select: &str, rest: &str) -> String {
    [select, rest].concat()
}
