//! Connections for reading, and what is read through them.

use super::prune::{ANNOUNCE_FLOOR, FULL_FLOOR, mark};
use super::session_rows::Key;
use super::{event_rows, message_rows, schema, search_rows, session_rows};
use crate::storage::{
    LogEntry, MessagePage, MessageQuery, Replay, SearchPage, SearchQuery, SearchWords, Seq, SessionFilter,
    SessionPage, SessionRecord, StorageError, StoredMessage,
};
use pocketping_core::model::CustomEvent;
use pocketping_core::{MessageId, SessionId};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Reads at a time; more would only fight for the processors.
const CONNECTIONS: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    /// Opens the first connection, so that a problem shows now; the others follow when needed.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let first = connect(path)?;
        Ok(Readers {
            path: path.to_owned(),
            idle: Mutex::new(vec![first]),
            permits: Semaphore::new(CONNECTIONS),
        })
    }

    /// Runs a read on a thread that may block. All its queries see the same state of the file.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        operation: &'static str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let failed = |error: rusqlite::Error| StorageError::new(operation, error);
        let permit = self.permits.acquire().await;
        let _permit = permit.map_err(|error| StorageError::new(operation, error))?;
        let this = Arc::clone(self);
        let work = move || {
            let idle = this.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match idle {
                Some(connection) => connection,
                None => connect(&this.path)?,
            };
            let snapshot = connection.unchecked_transaction()?;
            let result = read(&snapshot)?;
            drop(snapshot);
            this.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            Ok(result)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| StorageError::new(operation, error))?
            .map_err(failed)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    schema::prepare(&connection)?;
    Ok(connection)
}

/// A session's key and the newest of its log that was dropped.
fn key_of(connection: &Connection, session: &SessionId) -> rusqlite::Result<Option<(Key, i64)>> {
    let mut statement = connection.prepare_cached("SELECT key, log_floor FROM sessions WHERE id = ?1")?;
    statement
        .query_row([session.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

pub(super) fn sessions(
    connection: &Connection,
    filter: &SessionFilter,
    head: Seq,
) -> rusqlite::Result<SessionPage> {
    let before = filter.before.as_deref().and_then(|text| {
        let (activity, key) = text.split_once('.')?;
        Some((activity.parse().ok()?, key.parse().ok()?))
    });
    let (mut sessions, mut keys, mut more) = (Vec::new(), Vec::new(), false);
    let take = |key, record| {
        if filter.matches(&record) {
            more = sessions.len() == filter.page_size();
            if !more {
                sessions.push(record);
                keys.push(key);
            }
        }
        !more
    };
    match &filter.text {
        None => session_rows::by_activity(connection, before, filter, take)?,
        Some(text) => found_by_activity(connection, before, text, take)?,
    }
    let last = sessions.last().zip(keys.last()).filter(|_| more);
    let next = last.map(|(record, key)| format!("{}.{key}", record.last_activity.as_micros()));
    Ok(SessionPage { sessions, next, head })
}

/// Hands out the sessions that have a text's words, newest activity first, from before `before`, until `take` says no.
fn found_by_activity(
    connection: &Connection,
    before: Option<(i64, Key)>,
    text: &str,
    mut take: impl FnMut(Key, SessionRecord) -> bool,
) -> rusqlite::Result<()> {
    let Some(words) = SearchWords::parse(text) else {
        return Ok(());
    };
    let mut places = Vec::new();
    for key in search_rows::sessions(connection, &words)? {
        let activity = session_rows::activity(connection, key)?;
        places.extend(activity.map(|activity| (activity, key)));
    }
    places.retain(|place| before.is_none_or(|before| *place < before));
    places.sort_unstable_by(|one, other| other.cmp(one));
    for (_, key) in places {
        if let Some(record) = session_rows::by_key(connection, key)?
            && !take(key, record)
        {
            break;
        }
    }
    Ok(())
}

pub(super) fn search(connection: &Connection, query: &SearchQuery) -> rusqlite::Result<SearchPage> {
    match SearchWords::parse(&query.text) {
        Some(words) => search_rows::messages(connection, query, &words),
        None => Ok(SearchPage::default()),
    }
}

pub(super) fn messages(
    connection: &Connection,
    session: &SessionId,
    query: &MessageQuery,
    head: Seq,
) -> rusqlite::Result<MessagePage> {
    let key = key_of(connection, session)?.map(|(key, _)| key);
    messages_of(connection, key, session, query, head)
}

pub(super) fn session_with_messages(
    connection: &Connection,
    session: &SessionId,
    query: &MessageQuery,
    head: Seq,
) -> rusqlite::Result<(Option<SessionRecord>, MessagePage)> {
    let (key, record) = session_rows::by_id(connection, session)?.unzip();
    Ok((record, messages_of(connection, key, session, query, head)?))
}

fn messages_of(
    connection: &Connection,
    key: Option<Key>,
    session: &SessionId,
    query: &MessageQuery,
    head: Seq,
) -> rusqlite::Result<MessagePage> {
    let (mut messages, backward) = match key {
        Some(key) => message_rows::page(connection, key, session, query)?,
        None => (Vec::new(), false),
    };
    let has_more = messages.len() > query.limit;
    messages.truncate(query.limit);
    if backward {
        messages.reverse();
    }
    Ok(MessagePage {
        messages,
        has_more,
        head,
    })
}

pub(super) fn messages_by_id(
    connection: &Connection,
    session: &SessionId,
    ids: &[MessageId],
) -> rusqlite::Result<Vec<StoredMessage>> {
    let Some((key, _)) = key_of(connection, session)? else {
        return Ok(Vec::new());
    };
    let found = ids
        .iter()
        .map(|id| message_rows::by_id(connection, key, session, id));
    Ok(found
        .collect::<rusqlite::Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

pub(super) fn session_log(
    connection: &Connection,
    session: &SessionId,
    after: Seq,
    limit: usize,
) -> rusqlite::Result<Replay> {
    // Session 0 has no messages and no events of its own: an unknown one has announcements only.
    let (key, floor) = key_of(connection, session)?.unwrap_or((event_rows::EVERYONE, 0));
    let floor = floor.max(mark(connection, ANNOUNCE_FLOOR)?);
    if !is_between(connection, floor, after)? {
        return Ok(Replay::Gone);
    }
    Ok(page(
        event_rows::session_log(connection, key, session, after, limit + 1)?,
        limit,
    ))
}

pub(super) fn custom_events(
    connection: &Connection,
    session: &SessionId,
    limit: usize,
) -> rusqlite::Result<Vec<CustomEvent>> {
    match key_of(connection, session)? {
        Some((key, _)) => event_rows::custom(connection, key, limit),
        None => Ok(Vec::new()),
    }
}

pub(super) fn full_log(connection: &Connection, after: Seq, limit: usize) -> rusqlite::Result<Replay> {
    if !is_between(connection, mark(connection, FULL_FLOOR)?, after)? {
        return Ok(Replay::Gone);
    }
    Ok(page(event_rows::full_log(connection, after, limit + 1)?, limit))
}

/// Whether a place lies between what was dropped and the end. The end is the file's and not the writer's
/// head: a reader may see a commit, and hand out its number, just before the writer says so.
fn is_between(connection: &Connection, floor: i64, place: Seq) -> rusqlite::Result<bool> {
    let place = i64::try_from(place.get()).unwrap_or(i64::MAX);
    Ok(place >= floor && place <= schema::newest(connection)?)
}

fn page(mut entries: Vec<LogEntry>, limit: usize) -> Replay {
    let more = entries.len() > limit;
    entries.truncate(limit);
    Replay::Entries { entries, more }
}
