//! Restoring: what database and journal held is joined with what has happened since.

use super::delete_entry;
use crate::engine::outbox::Kept;
use crate::engine::outbox::item::{Item, Kind};
use crate::engine::outbox::journal::Journal;
use crate::engine::sorted::SortedMap;
use crate::engine::tabs::RESET_KEY;
use crate::engine::{Change, Conversation, Notice, PersistFailure, Restored, Store, StoreWrite};
use crate::{Value, Wire};

impl Conversation {
    /// Takes what the database held.
    pub(in crate::engine) fn restore(&mut self, mut restored: Restored) {
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
            self.void_stored();
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
        for (at, value) in restored.outbox.iter().enumerate() {
            if restored.outbox_keys.get(at).is_some_and(|key| key == RESET_KEY) {
                self.learn_reset(u64::read(value).unwrap_or(0));
                continue;
            }
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
                Ok(item) => {
                    let id = item.id.clone();
                    if self.outbox.add_stored(item) {
                        // The database does not have the last change.
                        self.change_item(&id, &mut |_| {});
                    } else if !self.timeline.is_stored(&id) {
                        // Shown as it is there.
                        self.timeline.remove(&id);
                    }
                }
                Err(_) => {
                    unreadable += 1;
                    if let Some(key) = restored.outbox_keys.get(at) {
                        self.set_aside(Some(Store::Outbox), key.clone(), value.clone());
                    }
                }
            }
        }
        self.take_over_shown();
        self.keep_orders();
        if self.session.id.is_none() {
            self.outbox.was_never_sent();
        }
        self.outbox.drop_stray_tries();
        if restored.failure.is_none() {
            self.forget_removed(&restored.outbox);
            self.delete_strays(&restored.files);
        }
        self.save_unsaved();
        unreadable += self.restore_history(&restored.history, &restored.history_keys);
        self.claim_restored();
        self.drop_delivered();
        // Another tab may be about to send younger ones.
        self.forget_unneeded_files(&self.long_ago(0));
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
    pub(in crate::engine) fn set_aside(&mut self, from: Option<Store>, key: String, value: Value) {
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
    pub(in crate::engine) fn go_on_without_database(&mut self) {
        self.link.restored = true;
        self.begin_to_lead();
        self.take_over_shown();
        self.keep_orders();
        self.take_own_calls();
        self.storage_failed(PersistFailure::Unavailable);
        self.show_unsent();
    }

    /// Takes the journal of the page before.
    pub(in crate::engine) fn read_journal(&mut self, journal: &Value) {
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
