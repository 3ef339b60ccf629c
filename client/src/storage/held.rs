//! [`Held`]: what the storage is known to hold, and what it still has to take.

use super::{Stored, Write};
use pocketping_core::Value;
use pocketping_core::engine::{LocalKey, Store, StoreWrite};
use std::collections::BTreeSet;

/// What the next client would find, as far as sending twice depends on it.
#[derive(Default)]
pub(super) struct Held {
    /// Keys of the outbox: an entry's number and its id.
    outbox: BTreeSet<String>,
    /// The journal.
    journal: Option<Value>,
    /// The last writes to short keys that were refused. They are repeated until they are taken.
    unwritten: Vec<Write>,
}

impl Held {
    pub(super) fn of(stored: &Stored) -> Self {
        let journal = stored.local.iter().find(|(key, _)| *key == LocalKey::Outbox);
        Held {
            outbox: stored.outbox_keys.iter().cloned().collect(),
            journal: journal.map(|(_, journal)| journal.clone()),
            unwritten: Vec::new(),
        }
    }

    /// What has to be written before anything else.
    pub(super) fn unwritten(&mut self) -> Vec<Write> {
        std::mem::take(&mut self.unwritten)
    }

    /// The storage has taken these.
    pub(super) fn took(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Local {
                    key: LocalKey::Outbox,
                    value,
                } => self.journal.clone_from(value),
                Write::Store(StoreWrite::Put {
                    store: Store::Outbox,
                    key,
                    ..
                }) => {
                    self.outbox.insert(key.clone());
                }
                Write::Store(StoreWrite::Delete {
                    store: Store::Outbox,
                    key,
                }) => {
                    self.outbox.remove(key);
                }
                Write::Store(StoreWrite::Clear(Store::Outbox)) => self.outbox.clear(),
                _ => {}
            }
        }
    }

    /// The storage has refused these. Gives the entries that the journal among them has as tried, where the next client
    /// would find them and not know of that.
    pub(super) fn refused(&mut self, writes: Vec<Write>) -> Vec<String> {
        self.unwritten = writes;
        self.unwritten
            .retain(|write| matches!(write, Write::Local { .. }));
        let journal = self.unwritten.iter().find_map(|write| match write {
            Write::Local {
                key: LocalKey::Outbox,
                value,
            } => value.as_ref(),
            _ => None,
        });
        let tried = ids(journal, "tried");
        let known = ids(self.journal.as_ref(), "tried");
        let in_journal = ids(self.journal.as_ref(), "items");
        let is_there = |id: &str| in_journal.contains(&id) || self.outbox.iter().any(|key| key.ends_with(id));
        let doubtful = tried.into_iter().filter(|id| !known.contains(id) && is_there(id));
        doubtful.map(str::to_owned).collect()
    }

    /// Whether the journal or the visitor is among what was refused.
    pub(super) fn misses_the_journal(&self) -> bool {
        self.unwritten.iter().any(|write| {
            matches!(
                write,
                Write::Local {
                    key: LocalKey::Outbox | LocalKey::VisitorId,
                    value: Some(_),
                }
            )
        })
    }
}

/// The ids of one of a journal's lists.
fn ids<'a>(journal: Option<&'a Value>, list: &str) -> Vec<&'a str> {
    let items = journal.and_then(|journal| journal.get(list)?.as_list());
    let ids = items.unwrap_or_default().iter();
    ids.filter_map(|item| item.get("id")?.as_str()).collect()
}
