//! Messages as rows.

use super::session_rows::Key;
use crate::storage::tables::{
    changed_at, read_extra, sender_code, sender_of, status_code, status_of, write_extra,
};
use crate::storage::{MessageQuery, PageFrom, Seq, StoredMessage};
use pocketping_core::model::Message;
use pocketping_core::{ClientMessageId, MessageId, SessionId, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// The columns that [`read`] reads. A macro, so that queries are put together by the compiler.
macro_rules! message_columns {
    () => {
        "seq, messages.id, client_id, sender, private, content, at, status, delivered_at, read_at, \
         edited_at, deleted_at, extra"
    };
}
pub(super) use message_columns;

pub(super) fn by_seq(
    connection: &Connection,
    seq: i64,
    session: &SessionId,
) -> rusqlite::Result<Option<StoredMessage>> {
    let sql = concat!("SELECT ", message_columns!(), " FROM messages WHERE seq = ?1");
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([seq], |row| read(row, session)).optional()
}

pub(super) fn by_id(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    id: &MessageId,
) -> rusqlite::Result<Option<StoredMessage>> {
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages WHERE id = ?1 AND session = ?2"
    );
    by_text(connection, sql, id.as_str(), key, session)
}

pub(super) fn by_client_id(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    id: &ClientMessageId,
) -> rusqlite::Result<Option<StoredMessage>> {
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages WHERE client_id = ?1 AND session = ?2"
    );
    by_text(connection, sql, id.as_str(), key, session)
}

/// The message of a session that `sql` finds by a text and the session's key.
fn by_text(
    connection: &Connection,
    sql: &str,
    text: &str,
    key: Key,
    session: &SessionId,
) -> rusqlite::Result<Option<StoredMessage>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row(params![text, key], |row| read(row, session))
        .optional()
}

pub(super) fn insert(connection: &Connection, key: Key, stored: &StoredMessage) -> rusqlite::Result<()> {
    let message = &stored.message;
    let sql = "INSERT INTO messages (seq, session, id, client_id, sender, private, content, at, status, \
         delivered_at, read_at, edited_at, deleted_at, changed_at, extra) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    connection.prepare_cached(sql)?.execute(params![
        stored.seq.get() as i64,
        key,
        message.id.as_str(),
        message.client_message_id.as_ref().map(ClientMessageId::as_str),
        sender_code(message.sender),
        message.private,
        message.content,
        message.timestamp.as_micros(),
        message.status.map(status_code),
        message.delivered_at.map(Timestamp::as_micros),
        message.read_at.map(Timestamp::as_micros),
        message.edited_at.map(Timestamp::as_micros),
        message.deleted_at.map(Timestamp::as_micros),
        changed_at(message),
        write_extra(message),
    ])?;
    Ok(())
}

/// Saves what of a message can change.
pub(super) fn update(connection: &Connection, stored: &StoredMessage) -> rusqlite::Result<()> {
    let message = &stored.message;
    let sql = "UPDATE messages SET content = ?2, status = ?3, delivered_at = ?4, read_at = ?5, edited_at = ?6, \
         deleted_at = ?7, changed_at = ?8, extra = ?9 WHERE seq = ?1";
    connection.prepare_cached(sql)?.execute(params![
        stored.seq.get() as i64,
        message.content,
        message.status.map(status_code),
        message.delivered_at.map(Timestamp::as_micros),
        message.read_at.map(Timestamp::as_micros),
        message.edited_at.map(Timestamp::as_micros),
        message.deleted_at.map(Timestamp::as_micros),
        changed_at(message),
        write_extra(message),
    ])?;
    Ok(())
}

/// One message more than the page has room for, oldest first, and whether it was read backward.
pub(super) fn page(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    query: &MessageQuery,
) -> rusqlite::Result<(Vec<StoredMessage>, bool)> {
    let place = |id: &MessageId| -> rusqlite::Result<Option<i64>> {
        let found = by_id(connection, key, session, id)?;
        Ok(found.map(|stored| stored.seq.get() as i64))
    };
    let forward = "seq > ?2 ORDER BY seq";
    let backward = "seq < ?2 ORDER BY seq DESC";
    let (range, bound) = match &query.from {
        PageFrom::Start => (forward, 0),
        PageFrom::After(seq) => (forward, seq.get() as i64),
        PageFrom::AfterMessage(id) => (forward, place(id)?.unwrap_or(0)),
        PageFrom::End => (backward, i64::MAX),
        PageFrom::BeforeMessage(id) => (backward, place(id)?.unwrap_or(i64::MAX)),
        PageFrom::ChangedAfter(moment) => return changed_after(connection, key, session, *moment, query),
    };
    let sql = format!(
        "SELECT {} FROM messages WHERE session = ?1 AND (private = 0 OR ?3) AND {range} LIMIT ?4",
        message_columns!()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let limit = query.limit as i64 + 1;
    let rows = statement.query_map(params![key, bound, query.notes, limit], |row| read(row, session))?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, range == backward))
}

/// What was created or changed after a moment. Times of a session grow with the numbers, so the created
/// ones are the last rows; the changed ones have an index of their own.
fn changed_after(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    moment: Timestamp,
    query: &MessageQuery,
) -> rusqlite::Result<(Vec<StoredMessage>, bool)> {
    let moment = moment.as_micros();
    let newest = "SELECT seq, at FROM messages WHERE session = ?1 ORDER BY seq DESC";
    let mut oldest_new = i64::MAX;
    let mut statement = connection.prepare_cached(newest)?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? <= moment {
            break;
        }
        oldest_new = row.get(0)?;
    }
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages WHERE session = ?1 AND changed_at > ?2 AND seq < ?3 AND (private = 0 OR ?4) \
         UNION ALL SELECT ",
        message_columns!(),
        " FROM messages WHERE session = ?1 AND seq >= ?3 AND (private = 0 OR ?4) ORDER BY seq LIMIT ?5"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let limit = query.limit as i64 + 1;
    let bounds = params![key, moment, oldest_new, query.notes, limit];
    let rows = statement.query_map(bounds, |row| read(row, session))?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, false))
}

/// Reads a row of `message_columns!`.
pub(super) fn read(row: &Row<'_>, session: &SessionId) -> rusqlite::Result<StoredMessage> {
    let time = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_micros));
    let extra = read_extra(row.get_ref(12)?.as_str_or_null()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(12, Type::Text, error))?;
    let message = Message {
        id: MessageId::new(row.get_ref(1)?.as_str()?),
        session_id: session.clone(),
        content: row.get(5)?,
        sender: sender_of(row.get(3)?),
        timestamp: Timestamp::from_micros(row.get(6)?),
        reply_to: extra.reply_to,
        metadata: extra.metadata,
        attachments: extra.attachments,
        status: row.get::<_, Option<i16>>(7)?.map(status_of),
        delivered_at: time(8)?,
        read_at: time(9)?,
        edited_at: time(10)?,
        deleted_at: time(11)?,
        client_message_id: row.get_ref(2)?.as_str_or_null()?.map(ClientMessageId::new),
        operator: extra.operator,
        private: row.get(4)?,
    };
    let seq = Seq::new(row.get::<_, i64>(0)? as u64);
    Ok(StoredMessage {
        seq,
        message: Arc::new(message),
    })
}
