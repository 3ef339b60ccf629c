//! Keeping the log bounded. Messages are never dropped.

use super::event_rows::EVERYONE;
use super::session_rows::Key;
use crate::storage::tables::{AGE_BATCH, Due};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Newest dropped announcement.
pub(super) const ANNOUNCE_FLOOR: &str = "announce_floor";
/// Newest dropped event of any kind.
pub(super) const FULL_FLOOR: &str = "full_floor";

/// Newest number at the last erasure: without its rows it is not given out again.
pub(super) const ERASED: &str = "erased";

/// Removes what is due after an event, in its transaction.
pub(super) fn prune(connection: &Connection, key: Key, due: &Due) -> rusqlite::Result<()> {
    if let Some(kept) = due.keep {
        by_count(connection, key, kept)?;
    }
    due.too_old.map_or(Ok(()), |moment| by_age(connection, moment))
}

fn by_count(connection: &Connection, key: Key, kept: i64) -> rusqlite::Result<()> {
    let sql = "SELECT seq FROM events WHERE session = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let newest_too_many: Option<i64> = statement
        .query_row(params![key, kept], |row| row.get(0))
        .optional()?;
    let Some(cut) = newest_too_many else { return Ok(()) };
    let sql = "DELETE FROM events WHERE session = ?1 AND seq <= ?2";
    connection.prepare_cached(sql)?.execute(params![key, cut])?;
    raise(connection, key, cut)
}

fn by_age(connection: &Connection, cut: i64) -> rusqlite::Result<()> {
    let sql = "SELECT seq, session, at FROM events ORDER BY seq LIMIT ?1";
    let mut floors: HashMap<Key, i64> = HashMap::new();
    let mut last = None;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([AGE_BATCH])?;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(2)? >= cut {
            break;
        }
        let seq = row.get(0)?;
        floors.insert(row.get(1)?, seq);
        last = Some(seq);
    }
    let Some(last) = last else { return Ok(()) };
    connection
        .prepare_cached("DELETE FROM events WHERE seq <= ?1")?
        .execute([last])?;
    floors
        .into_iter()
        .try_for_each(|(key, seq)| raise(connection, key, seq))
}

/// Remembers that everything of a session's log up to `seq` is gone.
fn raise(connection: &Connection, key: Key, seq: i64) -> rusqlite::Result<()> {
    if key == EVERYONE {
        raise_mark(connection, ANNOUNCE_FLOOR, seq)?;
    } else {
        let sql = "UPDATE sessions SET log_floor = max(log_floor, ?2) WHERE key = ?1";
        connection.prepare_cached(sql)?.execute(params![key, seq])?;
    }
    raise_mark(connection, FULL_FLOOR, seq)
}

pub(super) fn raise_mark(connection: &Connection, name: &str, seq: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO marks (name, seq) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET seq = max(seq, excluded.seq)";
    connection.prepare_cached(sql)?.execute(params![name, seq])?;
    Ok(())
}

/// The value of a mark; 0 when nothing was dropped yet.
pub(super) fn mark(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached("SELECT seq FROM marks WHERE name = ?1")?;
    let found = statement.query_row([name], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(0))
}
