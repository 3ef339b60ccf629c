//! The full-text index: FTS5 tables whose rows have the numbers of messages and the keys of sessions.
//!
//! Entries are made about a thousand at a time, as each transaction with one would cost as much as all of them. What
//! the index has not reached yet is looked through by whoever searches. What it has reached is kept true at once.

use super::message_rows::{self, message_columns};
use super::session_rows::{self, Key};
use crate::storage::{
    SearchPage, SearchQuery, SearchWords, Seq, SessionRecord, StoredMessage, index_terms, message_terms,
    session_terms,
};
use pocketping_core::SessionId;
use rusqlite::{Connection, Row, params};
use std::collections::HashSet;

/// Messages or sessions that may be without entries before some get theirs: more make an entry cheaper (2.6 µs of a
/// message's 29 µs with 1,024, 4.8 with 256) and a search dearer.
const EVERY: i64 = 1_024;
/// Messages or sessions that get entries in one transaction.
const BATCH: i64 = 1_024;

/// How far the index reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Messages up to this number have their entries.
    message: i64,
    /// Sessions up to this key have theirs.
    session: Key,
}

impl Reach {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT message, session FROM search_reach";
        connection.prepare_cached(sql)?.query_row([], |row| {
            Ok(Reach {
                message: row.get(0)?,
                session: row.get(1)?,
            })
        })
    }

    /// Makes entries when enough are missing; `last` is the newest number, `newest` the newest session's key.
    pub(super) fn extend_when_due(
        &mut self,
        connection: &Connection,
        last: Seq,
        newest: Key,
    ) -> rusqlite::Result<()> {
        let missing = (last.get() as i64 - self.message).max(newest - self.session);
        if missing >= EVERY {
            self.extend(connection, last)?;
        }
        Ok(())
    }

    /// Makes entries, a batch at most; whether that was all.
    pub(super) fn extend(&mut self, connection: &Connection, last: Seq) -> rusqlite::Result<bool> {
        let sql = "SELECT seq, CASE WHEN deleted_at IS NULL THEN content ELSE '' END FROM messages \
             WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.message, BATCH])?;
        let (mut messages, mut reached) = (0, self.message);
        while let Some(row) = rows.next()? {
            reached = row.get(0)?;
            put(
                connection,
                MESSAGES,
                reached,
                &index_terms(row.get_ref(1)?.as_str()?),
            )?;
            messages += 1;
        }
        self.message = if messages < BATCH {
            last.get() as i64
        } else {
            reached
        };
        let sessions = session_rows::after_key(connection, self.session, BATCH)?;
        let all = messages < BATCH && (sessions.len() as i64) < BATCH;
        for (key, record) in sessions {
            put(connection, SESSIONS, key, &session_terms(&record))?;
            self.session = key;
        }
        let sql = "UPDATE search_reach SET message = ?1, session = ?2";
        connection
            .prepare_cached(sql)?
            .execute([self.message, self.session])?;
        Ok(all)
    }

    /// A message has changed.
    pub(super) fn message_changed(
        &self,
        connection: &Connection,
        stored: &StoredMessage,
    ) -> rusqlite::Result<()> {
        let seq = stored.seq.get() as i64;
        if seq > self.message {
            return Ok(());
        }
        put(connection, MESSAGES, seq, &message_terms(stored))
    }

    /// A session was made, or what it is found by has changed.
    pub(super) fn session_changed(
        &self,
        connection: &Connection,
        key: Key,
        record: &SessionRecord,
    ) -> rusqlite::Result<()> {
        if key > self.session {
            return Ok(());
        }
        put(connection, SESSIONS, key, &session_terms(record))
    }
}

/// Statements of an index.
struct Index {
    remove: &'static str,
    add: &'static str,
}

const MESSAGES: Index = Index {
    remove: "DELETE FROM message_search WHERE rowid = ?1",
    add: "INSERT INTO message_search (rowid, terms) VALUES (?1, ?2)",
};
const SESSIONS: Index = Index {
    remove: "DELETE FROM session_search WHERE rowid = ?1",
    add: "INSERT INTO session_search (rowid, terms) VALUES (?1, ?2)",
};

fn put(connection: &Connection, index: Index, row: i64, terms: &[String]) -> rusqlite::Result<()> {
    connection.prepare_cached(index.remove)?.execute([row])?;
    if !terms.is_empty() {
        let terms = terms.join(" ");
        connection
            .prepare_cached(index.add)?
            .execute(params![row, terms])?;
    }
    Ok(())
}

/// Brings the index up to the end; a file of an earlier version has none.
pub(super) fn complete(connection: &mut Connection, last: Seq) -> rusqlite::Result<Reach> {
    let mut reach = Reach::read(connection)?;
    loop {
        let transaction = connection.transaction()?;
        let all = reach.extend(&transaction, last)?;
        transaction.commit()?;
        if all {
            return Ok(reach);
        }
    }
}

/// FTS5's query: each word in quotes, with a star. The words are letters and digits only.
fn expression(words: &SearchWords) -> String {
    let each: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
    each.join(" AND ")
}

/// A page of the messages that have these words.
pub(super) fn messages(
    connection: &Connection,
    query: &SearchQuery,
    words: &SearchWords,
) -> rusqlite::Result<SearchPage> {
    let wanted = match &query.session {
        None => None,
        Some(session) => match session_rows::by_id(connection, session)? {
            Some((key, _)) => Some(key),
            None => return Ok(SearchPage::default()),
        },
    };
    let before = query
        .before
        .map_or(i64::MAX, |seq| i64::try_from(seq.get()).unwrap_or(i64::MAX));
    let reach = Reach::read(connection)?;
    let mut found = Vec::new();
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        ", sessions.id FROM messages JOIN sessions ON sessions.key = messages.session \
         WHERE seq > ?1 AND seq < ?2 AND (?3 IS NULL OR messages.session = ?3) AND deleted_at IS NULL ORDER BY seq DESC"
    );
    let mut statement = connection.prepare_cached(sql)?;
    for stored in statement.query_map(params![reach.message, before, wanted], read)? {
        let stored = stored?;
        if words.find(&message_terms(&stored)) {
            found.push(stored);
        }
    }
    // The order by the index's rows, so that no more of them are looked at than the page needs.
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        ", sessions.id FROM message_search CROSS JOIN messages ON messages.seq = message_search.rowid \
         JOIN sessions ON sessions.key = messages.session \
         WHERE message_search MATCH ?1 AND message_search.rowid < ?2 AND (?3 IS NULL OR messages.session = ?3) \
         ORDER BY message_search.rowid DESC LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let most = (query.limit + 1).saturating_sub(found.len()) as i64;
    for stored in statement.query_map(params![expression(words), before, wanted, most], read)? {
        found.push(stored?);
    }
    Ok(SearchPage::of(found, query.limit))
}

/// The sessions that have these words, in what is known of their visitor or in one of their messages.
pub(super) fn sessions(connection: &Connection, words: &SearchWords) -> rusqlite::Result<HashSet<Key>> {
    let reach = Reach::read(connection)?;
    let mut found = HashSet::new();
    let sql = "SELECT rowid FROM session_search WHERE session_search MATCH ?1 UNION ALL \
         SELECT messages.session FROM message_search CROSS JOIN messages ON messages.seq = message_search.rowid \
         WHERE message_search MATCH ?1";
    let mut statement = connection.prepare_cached(sql)?;
    for key in statement.query_map([expression(words)], |row| row.get(0))? {
        found.insert(key?);
    }
    let sql = "SELECT session, content FROM messages WHERE seq > ?1 AND deleted_at IS NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([reach.message])?;
    while let Some(row) = rows.next()? {
        if words.find(&index_terms(row.get_ref(1)?.as_str()?)) {
            found.insert(row.get(0)?);
        }
    }
    for (key, record) in session_rows::after_key(connection, reach.session, i64::MAX)? {
        if words.find(&session_terms(&record)) {
            found.insert(key);
        }
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let session = SessionId::new(row.get_ref(13)?.as_str()?);
    message_rows::read(row, &session)
}
