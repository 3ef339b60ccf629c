//! What is done, or dropped by a reset, as long as something may still have it and bring it back.

use super::Outbox;
use super::item::Item;

impl Outbox {
    /// Entries up to this one were dropped on the page before; the database may still have them.
    pub(in crate::engine) fn void_up_to(&mut self, seq: u64) {
        self.void_seq = self.void_seq.max(seq);
        self.go_on_after(seq);
    }

    /// The number up to which a reset has dropped entries that the database may have.
    pub(in crate::engine) fn void_seq(&self) -> u64 {
        self.void_seq
    }

    /// Whether the database has not confirmed a reset.
    pub(in crate::engine) fn has_void(&self) -> bool {
        self.void_seq > 0
    }

    /// Whether a reset has dropped the entry.
    pub(in crate::engine) fn is_void(&self, item: &Item) -> bool {
        // 0 stands for none, whatever number an entry has.
        self.void_seq > 0 && item.seq <= self.void_seq
    }

    /// Whether a reset has dropped the entry of this key in the store, which begins with its number.
    pub(in crate::engine) fn is_void_key(&self, key: &str) -> bool {
        let seq = key.split('-').next().and_then(|seq| seq.parse::<u64>().ok());
        seq.is_none_or(|seq| seq <= self.void_seq) && self.has_void()
    }

    /// The database has none of the dropped entries any more.
    pub(in crate::engine) fn voided(&mut self) {
        self.void_seq = 0;
        self.journal_dirty = true;
    }

    /// Whether an entry is done already.
    pub(in crate::engine) fn is_done(&self, id: &str) -> bool {
        self.done.get(id).is_some()
    }

    /// Keeps an entry that is done in the journal.
    pub(in crate::engine) fn keep_done(&mut self, id: &str) {
        self.journal_dirty |= !self.is_done(id);
        self.done.insert(id.into(), ());
    }

    /// Forgets entries that are done, but for these.
    pub(in crate::engine) fn forget_done(&mut self, keep: impl Fn(&str) -> bool) {
        let done = std::mem::take(&mut self.done);
        for id in done.keys().filter(|id| keep(id)) {
            self.done.insert(id.clone(), ());
        }
        // Also when nothing is left of what the page before wrote.
        self.journal_dirty = true;
    }

    /// The removal of an entry is durable.
    pub(in crate::engine) fn removed(&mut self, id: &str) {
        self.journal_dirty |= self.done.remove(id);
    }

    /// What is done and not removed.
    pub(in crate::engine) fn done_ids(&self) -> Vec<String> {
        self.done.keys().map(|id| String::from(&**id)).collect()
    }
}
