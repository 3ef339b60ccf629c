//! The log besides messages, as rows; and both read back as one.

use super::message_rows::{self, message_columns};
use super::session_rows::Key;
use crate::storage::tables::{read_fact, write_fact};
use crate::storage::{Audience, LogEntry, LogEvent, Seq};
use pocketping_core::model::CustomEvent;
use pocketping_core::{EventId, SessionId, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The key of announcements.
pub(super) const EVERYONE: Key = 0;

/// The columns that [`read`] reads.
macro_rules! event_columns {
    () => {
        "seq, at, audience, event_id, kind, data"
    };
}

pub(super) fn insert(connection: &Connection, key: Key, seq: Seq, event: &LogEvent) -> rusqlite::Result<()> {
    let (kind, data) = write_fact(&event.fact);
    let sql = "INSERT INTO events (seq, session, at, audience, event_id, kind, data) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection.prepare_cached(sql)?.execute(params![
        seq.get() as i64,
        key,
        event.at.as_micros(),
        event.audience == Audience::Operators,
        event.event_id.as_ref().map(EventId::as_str),
        kind,
        data,
    ])?;
    Ok(())
}

pub(super) fn by_event_id(
    connection: &Connection,
    key: Key,
    id: &EventId,
) -> rusqlite::Result<Option<LogEvent>> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events WHERE event_id = ?1 AND session = ?2"
    );
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row(params![id.as_str(), key], |row| Ok(read(row)?.1))
        .optional()
}

/// What happened to a session after `after`, at most `limit` entries.
pub(super) fn session_log(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    after: Seq,
    limit: usize,
) -> rusqlite::Result<Vec<LogEntry>> {
    let bounds = params![key, after.get() as i64, limit as i64];
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages WHERE session = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let messages = statement.query_map(bounds, |row| {
        message_rows::read(row, session).map(LogEntry::Message)
    })?;
    let mut entries: Vec<LogEntry> = messages.collect::<rusqlite::Result<_>>()?;
    let own = Some(key).filter(|key| *key != EVERYONE);
    for key in own.into_iter().chain([EVERYONE]) {
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE session = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
        );
        let mut statement = connection.prepare_cached(sql)?;
        let bounds = params![key, after.get() as i64, limit as i64];
        let events = statement.query_map(bounds, |row| {
            let (seq, event) = read(row)?;
            let session = (key != EVERYONE).then(|| session.clone());
            Ok(LogEntry::Event { seq, session, event })
        })?;
        for event in events {
            entries.push(event?);
        }
    }
    entries.sort_by_key(LogEntry::seq);
    entries.truncate(limit);
    Ok(entries)
}

/// The newest custom events of a session, oldest first.
pub(super) fn custom(connection: &Connection, key: Key, limit: usize) -> rusqlite::Result<Vec<CustomEvent>> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events WHERE session = ?1 AND kind = 'event' ORDER BY seq DESC LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let newest = statement.query_map(params![key, limit as i64], |row| Ok(read(row)?.1.fact))?;
    let mut events = Vec::new();
    for fact in newest {
        events.extend(fact?.into_custom());
    }
    events.reverse();
    Ok(events)
}

/// What happened to any session after `after`, at most `limit` entries.
pub(super) fn full_log(connection: &Connection, after: Seq, limit: usize) -> rusqlite::Result<Vec<LogEntry>> {
    let bounds = params![after.get() as i64, limit as i64];
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        ", sessions.id FROM messages JOIN sessions ON sessions.key = messages.session \
         WHERE seq > ?1 ORDER BY seq LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let messages = statement.query_map(bounds, |row| {
        let session = SessionId::new(row.get_ref(13)?.as_str()?);
        message_rows::read(row, &session).map(LogEntry::Message)
    })?;
    let mut entries: Vec<LogEntry> = messages.collect::<rusqlite::Result<_>>()?;
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        ", sessions.id FROM events \
         LEFT JOIN sessions ON sessions.key = events.session WHERE seq > ?1 ORDER BY seq LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let events = statement.query_map(bounds, |row| {
        let (seq, event) = read(row)?;
        let session = row.get_ref(6)?.as_str_or_null()?.map(SessionId::new);
        Ok(LogEntry::Event { seq, session, event })
    })?;
    for event in events {
        entries.push(event?);
    }
    entries.sort_by_key(LogEntry::seq);
    entries.truncate(limit);
    Ok(entries)
}

/// Reads a row of `event_columns!`.
fn read(row: &Row<'_>) -> rusqlite::Result<(Seq, LogEvent)> {
    let fact = read_fact(row.get_ref(4)?.as_str()?, row.get_ref(5)?.as_str_or_null()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, error))?;
    let event = LogEvent {
        at: Timestamp::from_micros(row.get(1)?),
        audience: if row.get(2)? {
            Audience::Operators
        } else {
            Audience::Everyone
        },
        event_id: row.get_ref(3)?.as_str_or_null()?.map(EventId::new),
        fact,
    };
    Ok((Seq::new(row.get::<_, i64>(0)? as u64), event))
}
