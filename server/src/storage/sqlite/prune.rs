//! Keeping the log bounded. Messages are never dropped.

use super::event_rows::EVERYONE;
use super::session_rows::Key;
use crate::storage::{LogLimits, Seq};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Events of a session between two looks at how many it has, on average.
const COUNT_EVERY: usize = 128;
/// Events between two looks at what is too old.
const AGE_EVERY: usize = 1_024;
/// Most old events that one look removes: more would hold up the writes behind it.
const AGE_BATCH: i64 = 4_096;

/// Newest dropped announcement.
pub(super) const ANNOUNCE_FLOOR: &str = "announce_floor";
/// Newest dropped event of any kind.
pub(super) const FULL_FLOOR: &str = "full_floor";

/// Removes what is beyond the limits, now and then rather than each time: the limits say what is kept at least.
///
/// A session is looked at when it has got enough events, which are counted; and by lot, so that sessions whose
/// events come slowly, among those of many others or over many starts of the program, stay bounded too.
pub(super) struct Pruner {
    limits: LogLimits,
    since_age: usize,
    /// Events of each session since its last look (or the start of the program).
    added: HashMap<Key, usize>,
}

impl Pruner {
    pub(super) fn new(limits: LogLimits) -> Self {
        Pruner {
            limits,
            // The first event after a start looks: a program that never runs for long gets there too.
            since_age: AGE_EVERY - 1,
            added: HashMap::new(),
        }
    }

    /// To be called after each event that was added, in the same transaction.
    pub(super) fn added(
        &mut self,
        connection: &Connection,
        key: Key,
        seq: Seq,
        at: i64,
    ) -> rusqlite::Result<()> {
        let every = self.limits.per_session.clamp(1, COUNT_EVERY);
        let added = self.added.entry(key).or_default();
        *added += 1;
        if *added >= every || drawn(seq, every) {
            self.added.remove(&key);
            self.by_count(connection, key)?;
        }
        self.since_age += 1;
        if self.since_age >= AGE_EVERY {
            self.since_age = 0;
            // Bounds the counters; whoever loses one is drawn some day.
            self.added.clear();
            self.by_age(connection, at)?;
        }
        Ok(())
    }

    fn by_count(&self, connection: &Connection, key: Key) -> rusqlite::Result<()> {
        let sql = "SELECT seq FROM events WHERE session = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2";
        let kept = self.limits.per_session.max(1) as i64;
        let mut statement = connection.prepare_cached(sql)?;
        let newest_too_many: Option<i64> = statement
            .query_row(params![key, kept], |row| row.get(0))
            .optional()?;
        let Some(cut) = newest_too_many else { return Ok(()) };
        let sql = "DELETE FROM events WHERE session = ?1 AND seq <= ?2";
        connection.prepare_cached(sql)?.execute(params![key, cut])?;
        raise(connection, key, cut)
    }

    fn by_age(&self, connection: &Connection, newest: i64) -> rusqlite::Result<()> {
        let age = i64::try_from(self.limits.age.as_micros()).unwrap_or(i64::MAX);
        let cut = newest.saturating_sub(age);
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
}

/// Whether an event's number is one of those, one in `every`, that have their session looked at. The numbers of a
/// session may follow a pattern, so they are mixed first (the finisher of SplitMix64).
fn drawn(seq: Seq, every: usize) -> bool {
    let mut bits = seq.get();
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)).is_multiple_of(every as u64)
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

fn raise_mark(connection: &Connection, name: &str, seq: i64) -> rusqlite::Result<()> {
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
