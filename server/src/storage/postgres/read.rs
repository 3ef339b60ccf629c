//! Reading: what several queries need the same state for, they read in one transaction.

use super::prune::{ANNOUNCE_FLOOR, FULL_FLOOR, mark};
use super::session_rows::Key;
use super::{event_rows, message_rows, search_rows, session_rows};
use crate::storage::{
    LogEntry, MessagePage, MessageQuery, Replay, SearchWords, Seq, SessionFilter, SessionPage, SessionRecord,
    StoredMessage,
};
use pocketping_core::model::CustomEvent;
use pocketping_core::{MessageId, SessionId};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::cmp::Reverse;

/// A state of the database that stays as it is.
pub(super) async fn snapshot(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await
}

pub(super) async fn sessions(
    connection: &mut PgConnection,
    filter: &SessionFilter,
    head: Seq,
) -> sqlx::Result<SessionPage> {
    let before = filter.before.as_deref().and_then(|text| {
        let (activity, key) = text.split_once('.')?;
        Some((activity.parse().ok()?, key.parse().ok()?))
    });
    let before = before.unwrap_or((i64::MAX, i64::MAX));
    let mut found = match &filter.text {
        None => by_activity(connection, filter, before).await?,
        Some(text) => with_words(connection, filter, before, text).await?,
    };
    let more = found.len() > filter.page_size();
    found.truncate(filter.page_size());
    let last = found.last().filter(|_| more);
    let next = last.map(|(key, record)| format!("{}.{key}", record.last_activity.as_micros()));
    let sessions = found.into_iter().map(|(_, record)| record).collect();
    Ok(SessionPage { sessions, next, head })
}

/// The first sessions that a filter lets through, one more than a page has.
async fn by_activity(
    connection: &mut PgConnection,
    filter: &SessionFilter,
    mut place: (i64, Key),
) -> sqlx::Result<Vec<(Key, SessionRecord)>> {
    let (mut found, chunk) = (Vec::new(), filter.page_size() + 1);
    // The first chunk is enough unless most sessions are of no interest.
    loop {
        let sessions = session_rows::by_activity(connection, place, filter, chunk as i64).await?;
        let last = sessions.len() < chunk;
        if let Some((key, record)) = sessions.last() {
            place = (record.last_activity.as_micros(), *key);
        }
        found.extend(sessions.into_iter().filter(|(_, record)| filter.matches(record)));
        if last || found.len() > filter.page_size() {
            return Ok(found);
        }
    }
}

/// The same of those that have a text's words.
async fn with_words(
    connection: &mut PgConnection,
    filter: &SessionFilter,
    before: (i64, Key),
    text: &str,
) -> sqlx::Result<Vec<(Key, SessionRecord)>> {
    let Some(words) = SearchWords::parse(text) else {
        return Ok(Vec::new());
    };
    let places = search_rows::sessions(connection, &words, before).await?;
    let mut found = Vec::new();
    for chunk in places.chunks(filter.page_size() + 1) {
        let keys: Vec<Key> = chunk.iter().map(|(_, key)| *key).collect();
        let mut sessions = session_rows::by_keys(connection, &keys).await?;
        sessions.sort_by_key(|(key, record)| Reverse((record.last_activity, *key)));
        found.extend(sessions.into_iter().filter(|(_, record)| filter.matches(record)));
        if found.len() > filter.page_size() {
            break;
        }
    }
    Ok(found)
}

pub(super) async fn messages(
    connection: &mut PgConnection,
    session: &SessionId,
    query: &MessageQuery,
    head: Seq,
) -> sqlx::Result<MessagePage> {
    let key = session_rows::key_of(connection, session)
        .await?
        .map(|(key, _)| key);
    messages_of(connection, key, session, query, head).await
}

pub(super) async fn session_with_messages(
    connection: &mut PgConnection,
    session: &SessionId,
    query: &MessageQuery,
    head: Seq,
) -> sqlx::Result<(Option<SessionRecord>, MessagePage)> {
    let (key, record) = session_rows::by_id(connection, session).await?.unzip();
    Ok((record, messages_of(connection, key, session, query, head).await?))
}

async fn messages_of(
    connection: &mut PgConnection,
    key: Option<Key>,
    session: &SessionId,
    query: &MessageQuery,
    head: Seq,
) -> sqlx::Result<MessagePage> {
    let mut messages = match key {
        Some(key) => message_rows::page(connection, key, session, query).await?,
        None => Vec::new(),
    };
    let has_more = messages.len() > query.limit;
    messages.truncate(query.limit);
    messages.sort_by_key(|stored| stored.seq);
    Ok(MessagePage {
        messages,
        has_more,
        head,
    })
}

pub(super) async fn messages_by_id(
    connection: &mut PgConnection,
    session: &SessionId,
    ids: &[MessageId],
) -> sqlx::Result<Vec<StoredMessage>> {
    match session_rows::key_of(connection, session).await? {
        Some((key, _)) => message_rows::by_ids(connection, key, session, ids).await,
        None => Ok(Vec::new()),
    }
}

pub(super) async fn session_log(
    connection: &mut PgConnection,
    session: &SessionId,
    after: Seq,
    limit: usize,
) -> sqlx::Result<Replay> {
    // Session 0 has no messages and no events of its own: an unknown one has announcements only.
    let found = session_rows::key_of(connection, session).await?;
    let (key, floor) = found.unwrap_or((event_rows::EVERYONE, 0));
    let floor = floor.max(mark(connection, ANNOUNCE_FLOOR).await?);
    if !is_between(connection, floor, after).await? {
        return Ok(Replay::Gone);
    }
    let entries = event_rows::session_log(connection, key, session, after, limit + 1).await?;
    Ok(page(entries, limit))
}

pub(super) async fn custom_events(
    connection: &mut PgConnection,
    session: &SessionId,
    limit: usize,
) -> sqlx::Result<Vec<CustomEvent>> {
    match session_rows::key_of(connection, session).await? {
        Some((key, _)) => event_rows::custom(connection, key, limit).await,
        None => Ok(Vec::new()),
    }
}

pub(super) async fn full_log(
    connection: &mut PgConnection,
    after: Seq,
    limit: usize,
) -> sqlx::Result<Replay> {
    let floor = mark(connection, FULL_FLOOR).await?;
    if !is_between(connection, floor, after).await? {
        return Ok(Replay::Gone);
    }
    let entries = event_rows::full_log(connection, after, limit + 1).await?;
    Ok(page(entries.into_iter().map(|(_, entry)| entry).collect(), limit))
}

/// Whether a place lies between what was dropped and the end: that of the database, which may be ahead of what this
/// server has told.
async fn is_between(connection: &mut PgConnection, floor: i64, place: Seq) -> sqlx::Result<bool> {
    let head: i64 = sqlx::query_scalar("SELECT seq FROM head")
        .fetch_one(connection)
        .await?;
    let place = i64::try_from(place.get()).unwrap_or(i64::MAX);
    Ok((floor..=head).contains(&place))
}

fn page(mut entries: Vec<LogEntry>, limit: usize) -> Replay {
    let more = entries.len() > limit;
    entries.truncate(limit);
    Replay::Entries { entries, more }
}
