//! Messages as rows.

use super::session_rows::Key;
use super::text::{of_column, to_column};
use crate::storage::tables::{
    changed_at, read_extra, sender_code, sender_of, status_code, status_of, write_extra,
};
use crate::storage::{MessageQuery, PageFrom, Seq, StoredMessage, message_terms};
use pocketping_core::model::Message;
use pocketping_core::{ClientMessageId, MessageId, SessionId, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::HashSet;
use std::sync::Arc;

/// The columns that [`read`] reads, of `messages m`. A macro, so that queries are put together by the compiler.
macro_rules! message_columns {
    () => {
        "m.seq, m.id, m.client_id, m.sender, m.private, m.content, m.at, m.status, m.delivered_at, m.read_at, \
         m.edited_at, m.deleted_at, m.extra"
    };
}
pub(super) use message_columns;

/// How many they are.
pub(super) const MESSAGE_COLUMNS: usize = 13;

pub(super) async fn by_ids(
    connection: &mut PgConnection,
    key: Key,
    session: &SessionId,
    ids: &[MessageId],
) -> sqlx::Result<Vec<StoredMessage>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = ids.iter().map(|id| to_column(id.as_str())).collect();
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = ANY($1) AND m.session = $2"
    );
    let rows = sqlx::query(sql).bind(ids).bind(key).fetch_all(connection).await?;
    rows.iter().map(|row| read(row, 0, session)).collect()
}

pub(super) async fn by_client_id(
    connection: &mut PgConnection,
    key: Key,
    session: &SessionId,
    id: &ClientMessageId,
) -> sqlx::Result<Option<StoredMessage>> {
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.client_id = $1 AND m.session = $2"
    );
    let query = sqlx::query(sql).bind(to_column(id.as_str())).bind(key);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| read(&row, 0, session)).transpose()
}

/// Those of these client ids that any message has.
pub(super) async fn known_client_ids(
    connection: &mut PgConnection,
    ids: &[ClientMessageId],
) -> sqlx::Result<HashSet<ClientMessageId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<_> = ids.iter().map(|id| to_column(id.as_str())).collect();
    let query = sqlx::query("SELECT client_id FROM messages WHERE client_id = ANY($1)").bind(ids);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok(ClientMessageId::new(of_column(row.try_get(0)?))))
        .collect()
}

/// Adds messages, all by one statement.
pub(super) async fn insert(
    connection: &mut PgConnection,
    messages: &[(Key, StoredMessage)],
) -> sqlx::Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    // Terms are letters and digits, so with spaces between they are a `tsvector`'s text.
    let sql = "INSERT INTO messages (seq, session, id, client_id, sender, private, content, at, status, \
         delivered_at, read_at, edited_at, deleted_at, changed_at, extra, terms) \
         SELECT seq, session, id, client_id, sender, private, content, at, status, delivered_at, read_at, edited_at, \
         deleted_at, changed_at, extra, terms::TSVECTOR FROM unnest($1::BIGINT[], $2::BIGINT[], $3::TEXT[], \
         $4::TEXT[], $5::SMALLINT[], $6::BOOLEAN[], $7::TEXT[], $8::BIGINT[], $9::SMALLINT[], $10::BIGINT[], \
         $11::BIGINT[], $12::BIGINT[], $13::BIGINT[], $14::BIGINT[], $15::TEXT[], $16::TEXT[]) AS n (seq, session, \
         id, client_id, sender, private, content, at, status, delivered_at, read_at, edited_at, deleted_at, \
         changed_at, extra, terms)";
    fn column<'a, T>(messages: &'a [(Key, StoredMessage)], value: impl Fn(&'a Message) -> T) -> Vec<T> {
        messages
            .iter()
            .map(|(_, stored)| value(&stored.message))
            .collect()
    }
    let time = |value: fn(&Message) -> Option<Timestamp>| {
        column(messages, |message| value(message).map(Timestamp::as_micros))
    };
    let number = |(_, stored): &(Key, StoredMessage)| stored.seq.get() as i64;
    let terms = |(_, stored): &(Key, StoredMessage)| message_terms(stored).join(" ");
    sqlx::query(sql)
        .bind(messages.iter().map(number).collect::<Vec<_>>())
        .bind(messages.iter().map(|(key, _)| *key).collect::<Vec<_>>())
        .bind(column(messages, |message| to_column(message.id.as_str())))
        .bind(column(messages, |message| {
            message
                .client_message_id
                .as_ref()
                .map(|id| to_column(id.as_str()))
        }))
        .bind(column(messages, |message| sender_code(message.sender)))
        .bind(column(messages, |message| message.private))
        .bind(column(messages, |message| to_column(&message.content)))
        .bind(column(messages, |message| message.timestamp.as_micros()))
        .bind(column(messages, |message| message.status.map(status_code)))
        .bind(time(|message| message.delivered_at))
        .bind(time(|message| message.read_at))
        .bind(time(|message| message.edited_at))
        .bind(time(|message| message.deleted_at))
        .bind(column(messages, changed_at))
        .bind(column(messages, write_extra))
        .bind(messages.iter().map(terms).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

/// Saves what of a message can change.
pub(super) async fn update(connection: &mut PgConnection, stored: &StoredMessage) -> sqlx::Result<()> {
    let message = &stored.message;
    let sql = "UPDATE messages SET content = $2, status = $3, delivered_at = $4, read_at = $5, edited_at = $6, \
         deleted_at = $7, changed_at = $8, extra = $9, terms = array_to_tsvector($10) WHERE seq = $1";
    sqlx::query(sql)
        .bind(stored.seq.get() as i64)
        .bind(to_column(&message.content))
        .bind(message.status.map(status_code))
        .bind(message.delivered_at.map(Timestamp::as_micros))
        .bind(message.read_at.map(Timestamp::as_micros))
        .bind(message.edited_at.map(Timestamp::as_micros))
        .bind(message.deleted_at.map(Timestamp::as_micros))
        .bind(changed_at(message))
        .bind(write_extra(message))
        .bind(message_terms(stored))
        .execute(connection)
        .await?;
    Ok(())
}

/// One message more than the page has room for, in the page's direction.
pub(super) async fn page(
    connection: &mut PgConnection,
    key: Key,
    session: &SessionId,
    query: &MessageQuery,
) -> sqlx::Result<Vec<StoredMessage>> {
    const FORWARD: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.session = $1 AND m.seq > $2 AND (NOT m.private OR $3) ORDER BY m.seq LIMIT $4"
    );
    const BACKWARD: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.session = $1 AND m.seq < $2 AND (NOT m.private OR $3) ORDER BY m.seq DESC LIMIT $4"
    );
    // Each of the two conditions has an index.
    const CHANGED: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.session = $1 AND (m.changed_at > $2 OR m.at > $2) AND (NOT m.private OR $3) \
          ORDER BY m.seq LIMIT $4"
    );
    let (sql, bound) = match &query.from {
        PageFrom::Start => (FORWARD, 0),
        PageFrom::After(seq) => (FORWARD, i64::try_from(seq.get()).unwrap_or(i64::MAX)),
        PageFrom::AfterMessage(id) => (FORWARD, place(connection, key, id).await?.unwrap_or(0)),
        PageFrom::End => (BACKWARD, i64::MAX),
        PageFrom::BeforeMessage(id) => (BACKWARD, place(connection, key, id).await?.unwrap_or(i64::MAX)),
        PageFrom::ChangedAfter(moment) => (CHANGED, moment.as_micros()),
    };
    let rows = sqlx::query(sql)
        .bind(key)
        .bind(bound)
        .bind(query.notes)
        .bind(query.limit as i64 + 1)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read(row, 0, session)).collect()
}

/// The number of a session's message.
async fn place(connection: &mut PgConnection, key: Key, id: &MessageId) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT seq FROM messages WHERE id = $1 AND session = $2")
        .bind(to_column(id.as_str()))
        .bind(key)
        .fetch_optional(connection)
        .await
}

/// Reads `message_columns!` from the column `first` on.
pub(super) fn read(row: &PgRow, first: usize, session: &SessionId) -> sqlx::Result<StoredMessage> {
    let time = |at: usize| {
        Ok::<_, sqlx::Error>(
            row.try_get::<Option<i64>, _>(first + at)?
                .map(Timestamp::from_micros),
        )
    };
    let text = |at: usize| row.try_get::<&str, _>(first + at).map(of_column);
    let extra = read_extra(row.try_get(first + 12)?).map_err(sqlx::Error::Decode)?;
    let client_id = row.try_get::<Option<&str>, _>(first + 2)?;
    let message = Message {
        id: MessageId::new(text(1)?),
        session_id: session.clone(),
        content: text(5)?.into_owned(),
        sender: sender_of(row.try_get(first + 3)?),
        timestamp: Timestamp::from_micros(row.try_get(first + 6)?),
        reply_to: extra.reply_to,
        metadata: extra.metadata,
        attachments: extra.attachments,
        status: row.try_get::<Option<i16>, _>(first + 7)?.map(status_of),
        delivered_at: time(8)?,
        read_at: time(9)?,
        edited_at: time(10)?,
        deleted_at: time(11)?,
        client_message_id: client_id.map(|id| ClientMessageId::new(of_column(id))),
        operator: extra.operator,
        private: row.try_get(first + 4)?,
    };
    let seq = Seq::new(row.try_get::<i64, _>(first)? as u64);
    Ok(StoredMessage {
        seq,
        message: Arc::new(message),
    })
}
