//! What other servers wrote: read from the log, put together as if it had been written here, and told in order.

use super::event_rows;
use super::message_rows;
use super::session_rows::{self, Key};
use crate::storage::tables::guarded;
use crate::storage::{Follower, Foreign, LogEntry, LogFact, Seq, SessionRecord, StoredMessage, Written};
use pocketping_core::MessageId;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Entries that are read at a time.
const PAGE: usize = 500;

/// How far this server has told its streams, and who is told of what others write.
#[derive(Clone, Default)]
pub(super) struct Told {
    head: Arc<AtomicU64>,
    follower: Arc<OnceLock<Follower>>,
}

impl Told {
    pub(super) fn head(&self) -> Seq {
        Seq::new(self.head.load(Ordering::Acquire))
    }

    pub(super) fn set_head(&self, head: Seq) {
        self.head.fetch_max(head.get(), Ordering::AcqRel);
    }

    /// Only the first one counts.
    pub(super) fn follow(&self, follower: Follower) -> bool {
        self.follower.set(follower).is_ok()
    }

    fn tell(&self, foreign: &Foreign) {
        let head = match foreign {
            Foreign::Written(written) => written.head,
            Foreign::Announced(seq, _) => *seq,
        };
        self.set_head(head);
        if let Some(follower) = self.follower.get() {
            guarded(|| follower(foreign));
        }
    }
}

/// Tells of everything that other servers have written by now.
pub(super) async fn catch_up(pool: &PgPool, told: &Told) -> sqlx::Result<()> {
    let mut snapshot = pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let seq: i64 = sqlx::query_scalar("SELECT seq FROM head")
        .fetch_one(&mut *snapshot)
        .await?;
    tell_until(&mut snapshot, told, Seq::new(seq as u64)).await?;
    snapshot.commit().await
}

/// The same up to a number; all up to it is visible on this connection.
pub(super) async fn tell_until(connection: &mut PgConnection, told: &Told, until: Seq) -> sqlx::Result<()> {
    while told.head() < until {
        let entries = event_rows::full_log(connection, told.head(), PAGE).await?;
        let whole = entries.len() < PAGE;
        for foreign in put_together(connection, entries).await? {
            told.tell(&foreign);
        }
        if whole {
            // Numbers whose entries are gone already were nobody's to tell.
            told.set_head(until);
        }
    }
    Ok(())
}

/// Entries of one session that follow each other become one write, which may be what several were.
async fn put_together(
    connection: &mut PgConnection,
    entries: Vec<(Key, LogEntry)>,
) -> sqlx::Result<Vec<Foreign>> {
    let mut keys: Vec<Key> = entries.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    let sessions = session_rows::by_keys(connection, &keys).await?;
    let sessions: HashMap<Key, SessionRecord> = sessions.into_iter().collect();
    let mut edited: HashMap<Key, Vec<MessageId>> = HashMap::new();
    for (key, entry) in &entries {
        if let LogEntry::Event { event, .. } = entry
            && let LogFact::Edited(id) = &event.fact
        {
            edited.entry(*key).or_default().push(id.clone());
        }
    }
    let mut changed: HashMap<Key, Vec<StoredMessage>> = HashMap::new();
    for (key, ids) in edited {
        if let Some(session) = sessions.get(&key) {
            let mut found = message_rows::by_ids(connection, key, &session.id, &ids).await?;
            // The text of a message that was deleted since is not sent any more.
            found.retain(|stored| stored.message.deleted_at.is_none());
            changed.insert(key, found);
        }
    }
    let mut all = Vec::new();
    let mut current: Option<(Key, Box<Written>)> = None;
    for (key, entry) in entries {
        let seq = entry.seq();
        let fits =
            current.as_ref().is_some_and(|(of, _)| *of == key) && !matches!(entry, LogEntry::Message(_));
        if !fits {
            all.extend(current.take().map(|(_, written)| Foreign::Written(written)));
            if let LogEntry::Event {
                session: None, event, ..
            } = entry
            {
                all.push(Foreign::Announced(seq, event));
                continue;
            }
            // A session that is gone has no streams.
            let Some(session) = sessions.get(&key) else {
                continue;
            };
            current = Some((key, Box::new(blank(session, changed.get(&key)))));
        }
        if let Some((_, written)) = &mut current {
            written.head = seq;
            match entry {
                LogEntry::Message(stored) => written.message = Some(stored),
                LogEntry::Event { event, .. } => written.events.push((seq, event)),
            }
        }
    }
    all.extend(current.map(|(_, written)| Foreign::Written(written)));
    Ok(all)
}

fn blank(session: &SessionRecord, changed: Option<&Vec<StoredMessage>>) -> Written {
    Written {
        session: session.clone(),
        created: false,
        erased: false,
        earlier: None,
        message: None,
        changed: changed.cloned().unwrap_or_default(),
        attachments: Vec::new(),
        events: Vec::new(),
        head: Seq::START,
    }
}
