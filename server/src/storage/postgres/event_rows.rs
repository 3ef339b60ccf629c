//! The log besides messages, as rows; and both read back as one.

use super::message_rows::{self, MESSAGE_COLUMNS, message_columns};
use super::session_rows::Key;
use super::text::{of_column, to_column};
use crate::storage::tables::{read_fact, write_fact};
use crate::storage::{Audience, LogEntry, LogEvent, Seq};
use pocketping_core::model::CustomEvent;
use pocketping_core::{EventId, SessionId, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

/// The key of announcements.
pub(super) const EVERYONE: Key = 0;

/// The columns that [`read`] reads, of `events e`.
macro_rules! event_columns {
    () => {
        "e.seq, e.at, e.operators_only, e.event_id, e.kind, e.data"
    };
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    key: Key,
    seq: Seq,
    event: &LogEvent,
) -> sqlx::Result<()> {
    let (kind, data) = write_fact(&event.fact);
    let sql = "INSERT INTO events (seq, session, at, operators_only, event_id, kind, data) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(sql)
        .bind(seq.get() as i64)
        .bind(key)
        .bind(event.at.as_micros())
        .bind(event.audience == Audience::Operators)
        .bind(event.event_id.as_ref().map(|id| to_column(id.as_str())))
        .bind(to_column(kind))
        .bind(data.as_deref().map(to_column))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn by_event_id(
    connection: &mut PgConnection,
    key: Key,
    id: &EventId,
) -> sqlx::Result<Option<LogEvent>> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.event_id = $1 AND e.session = $2"
    );
    let query = sqlx::query(sql).bind(to_column(id.as_str())).bind(key);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Ok(read(&row)?.1)).transpose()
}

/// What happened to a session after `after`, announcements included, at most `limit` entries.
pub(super) async fn session_log(
    connection: &mut PgConnection,
    key: Key,
    session: &SessionId,
    after: Seq,
    limit: usize,
) -> sqlx::Result<Vec<LogEntry>> {
    let (after, most) = (after.get() as i64, limit as i64);
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.session = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3"
    );
    let query = sqlx::query(sql).bind(key).bind(after).bind(most);
    let mut entries = Vec::new();
    for row in query.fetch_all(&mut *connection).await? {
        entries.push(LogEntry::Message(message_rows::read(&row, 0, session)?));
    }
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        ", e.session FROM events e WHERE e.session IN ($1, $2) AND e.seq > $3 ORDER BY e.seq LIMIT $4"
    );
    let query = sqlx::query(sql).bind(key).bind(EVERYONE).bind(after).bind(most);
    for row in query.fetch_all(&mut *connection).await? {
        let (seq, event) = read(&row)?;
        let session = (row.try_get::<Key, _>(6)? != EVERYONE).then(|| session.clone());
        entries.push(LogEntry::Event { seq, session, event });
    }
    entries.sort_by_key(LogEntry::seq);
    entries.truncate(limit);
    Ok(entries)
}

/// The newest custom events of a session, oldest first.
pub(super) async fn custom(
    connection: &mut PgConnection,
    key: Key,
    limit: usize,
) -> sqlx::Result<Vec<CustomEvent>> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.session = $1 AND e.kind = $2 ORDER BY e.seq DESC LIMIT $3"
    );
    let query = sqlx::query(sql)
        .bind(key)
        .bind(to_column("event"))
        .bind(limit as i64);
    let mut events = Vec::new();
    for row in query.fetch_all(connection).await?.iter().rev() {
        events.extend(read(row)?.1.fact.into_custom());
    }
    Ok(events)
}

/// What happened to any session after `after`, at most `limit` entries, each with its session's key.
pub(super) async fn full_log(
    connection: &mut PgConnection,
    after: Seq,
    limit: usize,
) -> sqlx::Result<Vec<(Key, LogEntry)>> {
    let (after, most) = (after.get() as i64, limit as i64);
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        ", s.id, s.key FROM messages m JOIN sessions s ON s.key = m.session \
         WHERE m.seq > $1 ORDER BY m.seq LIMIT $2"
    );
    let mut entries = Vec::new();
    let query = sqlx::query(sql).bind(after).bind(most);
    for row in query.fetch_all(&mut *connection).await? {
        let session = SessionId::new(of_column(row.try_get(MESSAGE_COLUMNS)?));
        let entry = LogEntry::Message(message_rows::read(&row, 0, &session)?);
        entries.push((row.try_get(MESSAGE_COLUMNS + 1)?, entry));
    }
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        ", s.id, e.session FROM events e LEFT JOIN sessions s ON s.key = e.session \
         WHERE e.seq > $1 ORDER BY e.seq LIMIT $2"
    );
    let query = sqlx::query(sql).bind(after).bind(most);
    for row in query.fetch_all(&mut *connection).await? {
        let (seq, event) = read(&row)?;
        let session = row.try_get::<Option<&str>, _>(6)?;
        let session = session.map(|id| SessionId::new(of_column(id)));
        entries.push((row.try_get(7)?, LogEntry::Event { seq, session, event }));
    }
    entries.sort_by_key(|(_, entry)| entry.seq());
    entries.truncate(limit);
    Ok(entries)
}

/// Reads a row of `event_columns!`.
fn read(row: &PgRow) -> sqlx::Result<(Seq, LogEvent)> {
    let (kind, data) = (row.try_get::<&str, _>(4)?, row.try_get::<Option<&str>, _>(5)?);
    let data = data.map(of_column);
    let fact = read_fact(&of_column(kind), data.as_deref()).map_err(sqlx::Error::Decode)?;
    let event_id = row.try_get::<Option<&str>, _>(3)?;
    let event = LogEvent {
        at: Timestamp::from_micros(row.try_get(1)?),
        audience: if row.try_get(2)? {
            Audience::Operators
        } else {
            Audience::Everyone
        },
        event_id: event_id.map(|id| EventId::new(of_column(id))),
        fact,
    };
    Ok((Seq::new(row.try_get::<i64, _>(0)? as u64), event))
}
