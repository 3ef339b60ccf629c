//! Uploads as rows.

use super::session_rows::Key;
use super::text::{of_column, to_column};
use crate::files::FileKey;
use crate::storage::tables::{source_code, source_of, stage_code, stage_of};
use crate::storage::{AttachmentQuery, AttachmentRecord};
use pocketping_core::{AttachmentId, MessageId, SessionId, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

/// Uploads with the ids of their sessions, if those are still there.
macro_rules! attachment_select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.message, a.filename, a.mime_type, a.size, a.source, a.created_at, a.stage, a.file, \
             coalesce(s.id, '') FROM attachments a LEFT JOIN sessions s ON s.key = a.session ",
            $rest
        )
    };
}

/// What a write of this session asks for.
pub(super) async fn wanted(
    connection: &mut PgConnection,
    key: Key,
    query: &AttachmentQuery,
) -> sqlx::Result<Vec<AttachmentRecord>> {
    let rows = match query {
        AttachmentQuery::None => return Ok(Vec::new()),
        AttachmentQuery::These(ids) => {
            let ids: Vec<_> = ids.iter().map(|id| to_column(id.as_str())).collect();
            sqlx::query(attachment_select!("WHERE a.session = $1 AND a.id = ANY($2)"))
                .bind(key)
                .bind(ids)
                .fetch_all(connection)
        }
        AttachmentQuery::Loose => sqlx::query(attachment_select!("WHERE a.session = $1 AND a.stage <> 4"))
            .bind(key)
            .fetch_all(connection),
    };
    rows.await?.iter().map(read).collect()
}

/// The attachment with this id, whosever it is.
pub(super) async fn by_id(
    connection: &mut PgConnection,
    id: &AttachmentId,
) -> sqlx::Result<Option<AttachmentRecord>> {
    let query = sqlx::query(attachment_select!("WHERE a.id = $1")).bind(to_column(id.as_str()));
    let row = query.fetch_optional(connection).await?;
    row.map(|row| read(&row)).transpose()
}

/// Those that no message carries and that were announced before a moment, and all discarded ones.
pub(super) async fn loose(
    connection: &mut PgConnection,
    before: Timestamp,
    limit: usize,
) -> sqlx::Result<Vec<AttachmentRecord>> {
    let sql = attachment_select!(
        "WHERE a.stage <> 4 AND (a.created_at < $1 OR a.stage = 5) ORDER BY a.created_at LIMIT $2"
    );
    let query = sqlx::query(sql).bind(before.as_micros()).bind(limit as i64);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Adds or replaces an attachment of a session.
pub(super) async fn put(
    connection: &mut PgConnection,
    key: Key,
    record: &AttachmentRecord,
) -> sqlx::Result<()> {
    let sql = "INSERT INTO attachments (id, session, message, filename, mime_type, size, source, created_at, \
         stage, file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET \
         message = excluded.message, size = excluded.size, stage = excluded.stage, file = excluded.file";
    sqlx::query(sql)
        .bind(to_column(record.id.as_str()))
        .bind(key)
        .bind(record.message_id.as_ref().map(|id| to_column(id.as_str())))
        .bind(to_column(&record.filename))
        .bind(to_column(&record.mime_type))
        .bind(i64::try_from(record.size).unwrap_or(i64::MAX))
        .bind(source_code(record.source))
        .bind(record.created_at.as_micros())
        .bind(stage_code(record.stage))
        .bind(record.file.as_ref().map(FileKey::as_str))
        .execute(connection)
        .await?;
    Ok(())
}

/// Drops those of these attachments that are discarded.
pub(super) async fn forget(connection: &mut PgConnection, ids: &[AttachmentId]) -> sqlx::Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| to_column(id.as_str())).collect();
    sqlx::query("DELETE FROM attachments WHERE id = ANY($1) AND stage = 5")
        .bind(ids)
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a row of `attachment_select!`.
fn read(row: &PgRow) -> sqlx::Result<AttachmentRecord> {
    let text = |at: usize| row.try_get::<&str, _>(at).map(of_column);
    let message = row.try_get::<Option<&str>, _>(1)?;
    Ok(AttachmentRecord {
        id: AttachmentId::new(text(0)?),
        session_id: SessionId::new(text(9)?),
        message_id: message.map(|id| MessageId::new(of_column(id))),
        filename: text(2)?.into_owned(),
        mime_type: text(3)?.into_owned(),
        size: u64::try_from(row.try_get::<i64, _>(4)?).unwrap_or(0),
        source: source_of(row.try_get(5)?),
        created_at: Timestamp::from_micros(row.try_get(6)?),
        stage: stage_of(row.try_get(7)?),
        file: row.try_get::<Option<&str>, _>(8)?.and_then(FileKey::parse),
    })
}
