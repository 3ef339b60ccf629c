//! The log besides messages, as rows; and both read back as one.

use super::message_rows::{self, message_columns};
use super::session_rows::Key;
use crate::storage::{Audience, LogEntry, LogEvent, LogFact, Seq};
use pocketping_core::envelope::{ServerEnvelope, ServerEvent};
use pocketping_core::{EventId, MessageId, Object, SessionId, Timestamp, Value, Wire};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The key of announcements.
pub(super) const EVERYONE: Key = 0;

/// Kinds that are facts of the store and no envelope types.
const CHANGED: &str = "#changed";
const EDITED: &str = "#edited";

/// The columns that [`read`] reads.
macro_rules! event_columns {
    () => {
        "seq, at, audience, event_id, kind, data"
    };
}

pub(super) fn insert(connection: &Connection, key: Key, seq: Seq, event: &LogEvent) -> rusqlite::Result<()> {
    let (kind, data) = match &event.fact {
        LogFact::SessionChanged => (CHANGED, None),
        LogFact::Edited(id) => (EDITED, Some(id.as_str().to_owned())),
        LogFact::Event(event) => (event.kind(), Some(crate::bus::event_data(event))),
    };
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
    let data = row.get_ref(5)?.as_str_or_null()?.unwrap_or_default();
    let fact = match row.get_ref(4)?.as_str()? {
        CHANGED => LogFact::SessionChanged,
        EDITED => LogFact::Edited(MessageId::new(data)),
        kind => LogFact::Event(read_event(kind, data)?),
    };
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

fn read_event(kind: &str, data: &str) -> rusqlite::Result<ServerEvent> {
    let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(5, Type::Text, error)
    };
    let data: Value = serde_json::from_str(data).map_err(|error| wrong(error.into()))?;
    let envelope = Object::new().with("type", kind).with("data", data);
    let envelope = ServerEnvelope::read(&envelope.into()).map_err(|error| wrong(error.into()))?;
    Ok(envelope.event)
}
