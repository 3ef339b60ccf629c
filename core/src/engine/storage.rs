//! [`Storage`]: what was written to the database, and going on without one.

mod owner;
mod restore;

use super::files::delete_bytes;
use super::outbox::item::{Item, Kind};
use super::outbox::{Kept, Queued};
use super::outputs::Outputs;
use super::{Change, Conversation, Effect, LocalKey, Notice, PersistFailure, PersistId, Store, StoreWrite};
use crate::{Value, Wire};
use std::sync::Arc;

/// An outbox entry that a transaction is about.
#[derive(Clone, Debug)]
enum Written {
    Put(Arc<str>),
    /// With its key in the store.
    Removed(Arc<str>, String),
    /// Everything, by a reset.
    Cleared,
    /// What could not be read, and the last of what a reset on the page before had dropped; the others are in the same
    /// transaction.
    Voided,
}

/// The database, as far as the engine knows it.
#[derive(Default)]
pub(super) struct Storage {
    /// It does not work: nothing is written any more.
    off: bool,
    /// The visitor's side has been told.
    told: bool,
    /// The history was given up to make room.
    shrunk: bool,
    /// Whether the journal of localStorage holds anything.
    pub(super) has_journal: bool,
    /// localStorage takes nothing: the next page cannot tell from it who the visitor was.
    forgets_visitor: bool,
    /// It was given the visitor in the turn before, and has not refused so far.
    names_visitor: bool,
    /// From the journal of the page before.
    journal_unreadable: Vec<Value>,
    turn: Vec<Written>,
    under_way: Vec<Transaction>,
    /// Removals whose transaction failed; until they are done their entries stay in the journal.
    unremoved: Vec<Written>,
}

/// A transaction under way.
struct Transaction {
    id: PersistId,
    written: Vec<Written>,
    /// Whether it only removes: the quota is no obstacle to that.
    only_removes: bool,
}

impl Storage {
    /// Writes an entry; false when there is no database.
    pub(super) fn put(&mut self, item: &Item, out: &mut Outputs) -> bool {
        if self.off {
            return false;
        }
        self.turn.push(Written::Put(item.id.clone()));
        out.writes.push(StoreWrite::Put {
            store: Store::Outbox,
            key: item.store_key(),
            value: item.write(),
        });
        true
    }

    /// Whether there is no database.
    pub(super) fn is_off(&self) -> bool {
        self.off
    }

    /// Entries of a journal could not be read.
    pub(super) fn keep_unreadable(&mut self, entries: Vec<Value>) {
        self.journal_unreadable.extend(entries);
    }

    /// All that a reset has dropped is removed with this turn.
    pub(super) fn void(&mut self, out: &mut Outputs) {
        self.write_removal(Written::Voided, out);
    }

    /// Forgets what was being written: all of it is dropped with this turn.
    pub(super) fn forget(&mut self) {
        self.turn = vec![Written::Cleared];
        self.under_way.clear();
        self.unremoved.clear();
        self.journal_unreadable.clear();
    }

    /// Removes an entry.
    pub(super) fn remove(&mut self, item: &Item, out: &mut Outputs) {
        if matches!(item.kind, Kind::Upload(_)) {
            out.writes.push(delete_bytes(&item.id));
        }
        self.write_removal(Written::Removed(item.id.clone(), item.store_key()), out);
    }

    /// Tries again what could not be removed.
    fn remove_again(&mut self, out: &mut Outputs) {
        for removal in std::mem::take(&mut self.unremoved) {
            if let Written::Removed(id, _) = &removal {
                // It may have been a file.
                out.writes.push(delete_bytes(id));
            }
            self.write_removal(removal, out);
        }
    }

    /// Whether a write of this entry is not confirmed.
    pub(super) fn is_writing(&self, id: &str) -> bool {
        let has = |all: &[Written]| {
            all.iter().any(|written| match written {
                Written::Put(known) | Written::Removed(known, _) => **known == *id,
                Written::Cleared | Written::Voided => false,
            })
        };
        let is_under_way = self.under_way.iter().any(|begun| has(&begun.written));
        is_under_way || has(&self.turn) || has(&self.unremoved)
    }

    fn write_removal(&mut self, removal: Written, out: &mut Outputs) {
        match &removal {
            Written::Removed(_, key) => out.writes.push(delete_entry(key)),
            Written::Voided => out.writes.push(StoreWrite::Clear(Store::Quarantine)),
            Written::Put(_) | Written::Cleared => {}
        }
        self.turn.push(removal);
    }
}

impl Conversation {
    /// Tells once that storage does not work.
    pub(super) fn storage_failed(&mut self, failure: PersistFailure) {
        if !std::mem::replace(&mut self.storage.told, true) {
            self.out.change(Change::Notice(Notice::StorageDegraded(failure)));
        }
    }

    /// A transaction ended.
    pub(super) fn persisted(&mut self, id: PersistId, outcome: Result<(), PersistFailure>) {
        self.fence_written(id, outcome);
        let under_way = &mut self.storage.under_way;
        let Some(at) = under_way.iter().position(|known| known.id == id) else {
            return;
        };
        let ended = under_way.swap_remove(at);
        let kept = if outcome.is_ok() {
            Kept::Durably
        } else {
            Kept::InMemory
        };
        for written in ended.written {
            match &written {
                Written::Put(id) => {
                    self.outbox.written(id, kept);
                    if matches!(outcome, Err(PersistFailure::Broken | PersistFailure::Unavailable)) {
                        // It may have come through all the same.
                        self.outbox.is_elsewhere(id);
                    }
                }
                Written::Removed(id, _) if outcome.is_ok() => {
                    if !self.tabs.has_read(id) {
                        self.outbox.removed(id);
                    }
                }
                Written::Cleared | Written::Voided if outcome.is_ok() => self.outbox.voided(),
                Written::Removed(..) | Written::Voided => self.storage.unremoved.push(written),
                // New entries have come since: the next page removes what was dropped.
                Written::Cleared => {}
            }
        }
        if outcome.is_ok() || !ended.only_removes {
            self.storage.remove_again(&mut self.out);
        }
        match outcome {
            Ok(()) => {
                self.storage.told = false;
                if !ended.only_removes {
                    // There is room again.
                    self.save_again();
                }
            }
            Err(PersistFailure::Full) if !self.storage.shrunk => {
                // What was said already can be fetched again; what was not, cannot.
                self.storage.shrunk = true;
                self.storage_failed(PersistFailure::Full);
                self.history.give_up();
                self.out.writes.push(StoreWrite::Clear(Store::History));
                self.save_again();
            }
            Err(failure) => {
                self.storage.off |= failure == PersistFailure::Unavailable;
                self.storage_failed(failure);
            }
        }
    }

    /// Tries to write entries that are in memory only; they need not wait for it.
    fn save_again(&mut self) {
        let is_unsaved =
            |queued: &Queued| queued.kept == Kept::InMemory && !self.storage.puts(&queued.item.id);
        for item in self.outbox.items_of(&is_unsaved) {
            self.storage.put(&item, &mut self.out);
        }
    }

    /// Hands this turn's writes out: journal, then the database in one transaction.
    pub(super) fn write_out(&mut self) {
        self.write_history();
        self.write_journal();
        if self.tabs.follows() {
            return self.drop_writes();
        }
        if !self.tabs.may_write() {
            // Until the database has been claimed.
            return;
        }
        if self
            .storage
            .turn
            .iter()
            .any(|written| matches!(written, Written::Put(_)))
        {
            // Or another page, which finds only what comes later, would send that first.
            self.save_again();
        }
        self.name_owner();
        let mut writes = std::mem::take(&mut self.out.writes);
        let mut turn = std::mem::take(&mut self.storage.turn);
        if self.storage.off {
            // Bytes that the adapter holds in memory go all the same.
            writes.retain(StoreWrite::is_about_files);
            turn.clear();
        }
        if writes.is_empty() {
            return;
        }
        let id = self.out.new_persist();
        if !turn.is_empty() {
            let only_removes = writes
                .iter()
                .all(|write| !matches!(write, StoreWrite::Put { .. }));
            self.storage.under_way.push(Transaction {
                id,
                written: turn,
                only_removes,
            });
        }
        let epoch = self.tabs.write_epoch(self.planted_stays_leader());
        self.fence_write(id);
        self.out.effect(Effect::Persist { id, epoch, writes });
    }

    /// The database is another page's: what was to be written is not.
    pub(super) fn drop_writes(&mut self) {
        self.out.writes.clear();
        self.storage.turn.clear();
        self.storage.under_way.clear();
        self.storage.unremoved.clear();
    }

    /// Writes the journal, if it has changed.
    pub(super) fn write_journal(&mut self) {
        let Some(mut journal) = self.outbox.journal(self.tabs.leads()) else {
            return;
        };
        journal.synced = journal.led || self.tabs.is_synced();
        let value = (!journal.is_empty()).then(|| journal.write());
        if value.is_none() && !self.storage.has_journal {
            return;
        }
        self.storage.has_journal = value.is_some();
        self.out.effect(Effect::WriteLocal {
            key: LocalKey::Outbox,
            value,
        });
    }

    /// localStorage has not taken the journal: with the database not working either, messages would die with the page.
    pub(super) fn journal_refused(&mut self) {
        self.visitor_not_kept();
        if self.outbox.has(&|queued| queued.kept == Kept::InMemory) {
            self.storage_failed(PersistFailure::Full);
        }
    }
}

/// The write that deletes an entry of the outbox.
fn delete_entry(key: &str) -> StoreWrite {
    StoreWrite::Delete {
        store: Store::Outbox,
        key: key.to_owned(),
    }
}
