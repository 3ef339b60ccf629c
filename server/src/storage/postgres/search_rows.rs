//! The full-text index: a column of terms, which are ours and go through no configuration.

use super::event_rows::EVERYONE;
use super::message_rows::{self, MESSAGE_COLUMNS, message_columns};
use super::people_rows;
use super::session_rows::{self, Key};
use super::text::of_column;
use crate::storage::{SearchPage, SearchQuery, SearchWords, message_terms, session_terms};
use pocketping_core::SessionId;
use sqlx::{Connection, PgConnection, Row};

/// Rows that get their terms in one transaction.
const BATCH: i64 = 500;

/// PostgreSQL's query: each word in quotes, with a star. The words are letters and digits only.
fn expression(words: &SearchWords) -> String {
    let each: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
    each.join(" & ")
}

/// A page of the messages that have these words.
pub(super) async fn messages(
    connection: &mut PgConnection,
    query: &SearchQuery,
    words: &SearchWords,
) -> sqlx::Result<SearchPage> {
    let session = match &query.session {
        None => EVERYONE,
        Some(session) => match session_rows::key_of(connection, session).await? {
            Some((key, _)) => key,
            None => return Ok(SearchPage::default()),
        },
    };
    let before = query
        .before
        .map_or(i64::MAX, |seq| i64::try_from(seq.get()).unwrap_or(i64::MAX));
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        ", s.id FROM messages m JOIN sessions s ON s.key = m.session \
         WHERE m.terms @@ $1::TEXT::TSQUERY AND m.seq < $2 AND ($3 = 0 OR m.session = $3) ORDER BY m.seq DESC LIMIT $4"
    );
    let rows = sqlx::query(sql)
        .bind(expression(words))
        .bind(before)
        .bind(session)
        .bind(query.limit as i64 + 1)
        .fetch_all(connection)
        .await?;
    let found = rows.iter().map(|row| {
        let session = SessionId::new(of_column(row.try_get(MESSAGE_COLUMNS)?));
        message_rows::read(row, 0, &session)
    });
    Ok(SearchPage::of(found.collect::<sqlx::Result<_>>()?, query.limit))
}

/// The places (activity, key) before `before` of the sessions that have these words, in what is known of their
/// visitor or in one of their messages; newest activity first.
pub(super) async fn sessions(
    connection: &mut PgConnection,
    words: &SearchWords,
    before: (i64, Key),
) -> sqlx::Result<Vec<(i64, Key)>> {
    let sql = "SELECT s.last_activity, s.key FROM sessions s WHERE s.key IN ( \
             SELECT f.key FROM sessions f WHERE f.terms @@ $1::TEXT::TSQUERY \
             UNION SELECT m.session FROM messages m WHERE m.terms @@ $1::TEXT::TSQUERY) \
         AND (s.last_activity, s.key) < ($2, $3) ORDER BY s.last_activity DESC, s.key DESC";
    sqlx::query_as(sql)
        .bind(expression(words))
        .bind(before.0)
        .bind(before.1)
        .fetch_all(connection)
        .await
}

/// Gives rows of earlier versions their terms, and what else is looked for.
pub(super) async fn complete(connection: &mut PgConnection) -> sqlx::Result<()> {
    while complete_messages(connection).await? | complete_sessions(connection).await? {}
    Ok(())
}

/// Whether there were any.
async fn complete_messages(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.terms IS NULL ORDER BY m.seq LIMIT $1 FOR UPDATE"
    );
    let mut transaction = connection.begin().await?;
    let rows = sqlx::query(sql).bind(BATCH).fetch_all(&mut *transaction).await?;
    for row in &rows {
        let stored = message_rows::read(row, 0, &SessionId::from(""))?;
        sqlx::query("UPDATE messages SET terms = array_to_tsvector($2) WHERE seq = $1")
            .bind(stored.seq.get() as i64)
            .bind(message_terms(&stored))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(!rows.is_empty())
}

async fn complete_sessions(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let mut transaction = connection.begin().await?;
    let keys: Vec<Key> =
        sqlx::query_scalar("SELECT key FROM sessions WHERE terms IS NULL ORDER BY key LIMIT $1 FOR UPDATE")
            .bind(BATCH)
            .fetch_all(&mut *transaction)
            .await?;
    for (key, record) in session_rows::by_keys(&mut transaction, &keys).await? {
        session_rows::save_terms(&mut transaction, key, &session_terms(&record)).await?;
        people_rows::save_profile(&mut transaction, key, &record, None).await?;
    }
    transaction.commit().await?;
    Ok(!keys.is_empty())
}
