//! [`Storage`]: what was written to the database, and going on without one.

mod owner;

use super::backoff::earliest;
use super::files::delete_bytes;
use super::outbox::Kept;
use super::outbox::item::{Item, Kind};
use super::outbox::journal::Journal;
use super::outputs::Outputs;
use super::sorted::SortedMap;
use super::{
    Change, Conversation, Effect, LocalKey, Notice, PersistFailure, PersistId, Restored, Store, StoreWrite,
};
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
    /// Takes what the database held.
    pub(super) fn restore(&mut self, mut restored: Restored) {
        if !self.takes(&restored) {
            return;
        }
        self.link.restored = true;
        let forgotten = std::mem::take(&mut self.link.forgotten);
        if forgotten {
            restored.history.clear();
        }
        if restored.failure.is_none() && self.outbox.has_void() {
            // What a reset has dropped, on the page before or just now, is removed with what follows.
            self.storage.void(&mut self.out);
        }
        let of_journals = std::mem::take(&mut self.storage.journal_unreadable);
        let mut unreadable = of_journals.len();
        for value in of_journals {
            let key = self.dice.id(self.now).as_ref().to_owned();
            self.set_aside(None, key, value);
        }
        if let Some(failure) = restored.failure {
            self.storage.off = true;
            self.storage_failed(failure);
        }
        let mut behind = None;
        for (at, value) in restored.outbox.iter().enumerate() {
            let item = Item::read(value);
            // Whatever its number: a clock that was set back gives the reset a lower one.
            let was_forgotten = forgotten
                && item
                    .as_ref()
                    .map_or(true, |item| self.outbox.get(&item.id).is_none());
            let is_gone = was_forgotten || self.is_of_another(value);
            match item {
                Ok(item) if is_gone => {
                    if was_forgotten {
                        self.outbox.keep_done(&item.id);
                    }
                    self.storage.remove(&item, &mut self.out);
                }
                Err(_) if is_gone => {
                    let key = restored.outbox_keys.get(at);
                    self.out.writes.extend(key.map(|key| delete_entry(key)));
                }
                // Removed before the page went away, but not from here.
                Ok(item) if self.outbox.is_done(&item.id) || self.outbox.is_void(&item) => {
                    self.storage.remove(&item, &mut self.out)
                }
                Ok(item) => behind = earliest(&[behind, self.outbox.add_stored(item)]),
                Err(_) => {
                    unreadable += 1;
                    if let Some(key) = restored.outbox_keys.get(at) {
                        self.set_aside(Some(Store::Outbox), key.clone(), value.clone());
                    }
                }
            }
        }
        if let Some(seq) = behind {
            self.enqueue_behind(seq);
        }
        self.take_over_shown();
        self.keep_orders();
        self.outbox.drop_stray_tries();
        if restored.failure.is_none() {
            self.forget_removed(&restored.outbox);
            self.delete_strays(&restored.files);
        }
        self.save_unsaved();
        unreadable += self.restore_history(&restored.history, &restored.history_keys);
        self.claim_restored();
        self.drop_delivered();
        self.forget_delivered_files();
        self.take_own_calls();
        self.show_unsent();
        if unreadable > 0 {
            self.out
                .change(Change::Notice(Notice::StorageCorrupt { entries: unreadable }));
        }
        if !self.timeline.entries().is_empty() {
            self.out.change(Change::Timeline);
        }
        if !self.outbox.is_empty() {
            self.link.want(self.now.mono);
        }
    }

    /// Moves what cannot be read out of the way. What a reset has dropped is not kept.
    pub(super) fn set_aside(&mut self, from: Option<Store>, key: String, value: Value) {
        let is_void = match from {
            Some(Store::Outbox) => self.outbox.is_void_key(&key),
            Some(_) => self.outbox.has_void(),
            None => false,
        };
        if !is_void {
            self.out.writes.push(StoreWrite::Put {
                store: Store::Quarantine,
                key: key.clone(),
                value,
            });
        }
        self.out
            .writes
            .extend(from.map(|store| StoreWrite::Delete { store, key }));
    }

    /// Messages that were known before the entries of the outbox were may be these.
    fn claim_restored(&mut self) {
        if self.seen_snapshot {
            // The server was first: what the database held is compared with its list.
            self.reader.want_everything();
        }
        let stored = self.timeline.stored().iter();
        let ours = stored.filter(|entry| self.claims(&entry.message).is_some());
        let ours: Vec<_> = ours.map(|entry| entry.key.clone()).collect();
        for key in ours {
            if let Some(entry) = self.timeline.remove(&key.0) {
                self.absorb_one(entry.message);
            }
        }
    }

    /// What the page before was removing and is not there any more has been removed.
    fn forget_removed(&mut self, stored: &[Value]) {
        let mut ids = SortedMap::default();
        for item in stored.iter().filter_map(|value| Item::read(value).ok()) {
            ids.insert(item.id, ());
        }
        let (storage, tabs) = (&self.storage, &self.tabs);
        self.outbox.forget_done(|id| {
            // A journal that has it would bring it back.
            ids.get(id).is_some() || storage.is_writing(id) || tabs.has_read(id)
        });
    }

    /// Writes entries to the database that only the journal held.
    fn save_unsaved(&mut self) {
        for item in self.outbox.items_of(&|queued| queued.kept == Kept::InMemory) {
            let kept = self.write_item(&item);
            self.outbox.written(&item.id, kept);
        }
    }

    /// Entries whose message the history has are delivered.
    fn drop_delivered(&mut self) {
        let delivered = self.outbox.ids_of(&|queued| {
            matches!(queued.item.kind, Kind::Message(_)) && self.timeline.is_stored(&queued.item.id)
        });
        for id in delivered {
            self.finish(&id);
        }
    }

    /// The database has not answered in time: what the journal held is all there is for now.
    pub(super) fn go_on_without_database(&mut self) {
        self.link.restored = true;
        self.begin_to_lead();
        self.take_over_shown();
        self.keep_orders();
        self.take_own_calls();
        self.storage_failed(PersistFailure::Unavailable);
        self.show_unsent();
    }

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
                Written::Put(id) => self.outbox.written(id, kept),
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
            Ok(()) => self.storage.told = false,
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
        for item in self.outbox.items_of(&|queued| queued.kept == Kept::InMemory) {
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
        journal.visitor.clone_from(&self.session.visitor_id);
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

    /// Takes the journal of the page before.
    pub(super) fn read_journal(&mut self, journal: &Value) {
        let journal = Journal::read(journal);
        self.storage.has_journal = true;
        self.storage.keep_unreadable(journal.unreadable);
        for id in &journal.done {
            self.outbox.keep_done(id);
        }
        self.outbox.void_up_to(journal.void);
        self.outbox.go_on_after(journal.seq);
        self.outbox.tried = journal.tried;
        for item in journal.items {
            if !self.outbox.is_done(&item.id) {
                self.outbox.add_earlier(item, Kept::InMemory);
            }
        }
        self.show_unsent();
    }
}

/// The write that deletes an entry of the outbox.
fn delete_entry(key: &str) -> StoreWrite {
    StoreWrite::Delete {
        store: Store::Outbox,
        key: key.to_owned(),
    }
}
