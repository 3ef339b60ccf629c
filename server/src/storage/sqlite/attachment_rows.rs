//! Uploads as rows.

use super::session_rows::Key;
use crate::files::FileKey;
use crate::storage::tables::{source_code, source_of, stage_code, stage_of};
use crate::storage::{AttachmentQuery, AttachmentRecord};
use pocketping_core::{AttachmentId, MessageId, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The columns that [`read`] reads.
macro_rules! attachment_columns {
    () => {
        "attachments.id, message, filename, mime_type, size, source, attachments.created_at, stage, file"
    };
}

/// The session's attachment with this id.
fn of_session(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    id: &AttachmentId,
) -> rusqlite::Result<Option<AttachmentRecord>> {
    let sql = concat!(
        "SELECT ",
        attachment_columns!(),
        " FROM attachments WHERE id = ?1 AND session = ?2"
    );
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row(params![id.as_str(), key], |row| read(row, session.clone()))
        .optional()
}

/// What a write of this session asks for.
pub(super) fn wanted(
    connection: &Connection,
    key: Key,
    session: &SessionId,
    query: &AttachmentQuery,
) -> rusqlite::Result<Vec<AttachmentRecord>> {
    match query {
        AttachmentQuery::None => Ok(Vec::new()),
        AttachmentQuery::These(ids) => {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(of_session(connection, key, session, id)?);
            }
            Ok(found)
        }
        AttachmentQuery::Loose => {
            let sql = concat!(
                "SELECT ",
                attachment_columns!(),
                " FROM attachments WHERE session = ?1 AND stage <> 4"
            );
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([key], |row| read(row, session.clone()))?;
            rows.collect()
        }
    }
}

/// The attachment with this id, whosever it is.
pub(super) fn by_id(
    connection: &Connection,
    id: &AttachmentId,
) -> rusqlite::Result<Option<AttachmentRecord>> {
    let sql = concat!(
        "SELECT ",
        attachment_columns!(),
        ", sessions.id FROM attachments JOIN sessions ON sessions.key = session WHERE attachments.id = ?1"
    );
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([id.as_str()], read_with_session).optional()
}

/// Those that no message carries and that were announced before a moment, and all discarded ones.
pub(super) fn loose(
    connection: &Connection,
    before: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<AttachmentRecord>> {
    let sql = concat!(
        "SELECT ",
        attachment_columns!(),
        ", coalesce(sessions.id, '') FROM attachments LEFT JOIN sessions ON sessions.key = session \
         WHERE stage <> 4 AND (attachments.created_at < ?1 OR stage = 5) \
         ORDER BY attachments.created_at LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![before.as_micros(), limit as i64], read_with_session)?;
    rows.collect()
}

/// Adds or replaces an attachment of a session.
pub(super) fn put(connection: &Connection, key: Key, record: &AttachmentRecord) -> rusqlite::Result<()> {
    let sql = "INSERT INTO attachments (id, session, message, filename, mime_type, size, source, created_at, \
         stage, file) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET \
         message = excluded.message, size = excluded.size, stage = excluded.stage, file = excluded.file";
    connection.prepare_cached(sql)?.execute(params![
        record.id.as_str(),
        key,
        record.message_id.as_ref().map(MessageId::as_str),
        record.filename,
        record.mime_type,
        record.size as i64,
        source_code(record.source),
        record.created_at.as_micros(),
        stage_code(record.stage),
        record.file.as_ref().map(FileKey::as_str),
    ])?;
    Ok(())
}

/// Drops an attachment that is discarded.
pub(super) fn forget(connection: &Connection, id: &AttachmentId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM attachments WHERE id = ?1 AND stage = 5";
    connection.prepare_cached(sql)?.execute([id.as_str()])?;
    Ok(())
}

fn read_with_session(row: &Row<'_>) -> rusqlite::Result<AttachmentRecord> {
    let session = SessionId::new(row.get_ref(9)?.as_str()?);
    read(row, session)
}

/// Reads a row of `attachment_columns!`.
fn read(row: &Row<'_>, session_id: SessionId) -> rusqlite::Result<AttachmentRecord> {
    Ok(AttachmentRecord {
        id: AttachmentId::new(row.get_ref(0)?.as_str()?),
        session_id,
        message_id: row.get_ref(1)?.as_str_or_null()?.map(MessageId::new),
        filename: row.get(2)?,
        mime_type: row.get(3)?,
        size: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
        source: source_of(row.get(5)?),
        created_at: Timestamp::from_micros(row.get(6)?),
        stage: stage_of(row.get(7)?),
        file: row.get_ref(8)?.as_str_or_null()?.and_then(FileKey::parse),
    })
}
