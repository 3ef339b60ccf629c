//! What is not certain of entries: whether a try was taken, and whether they are this page's to keep.

use super::Outbox;
use super::item::Kind;
use super::journal::Tried;

impl Outbox {
    /// A try begins.
    pub(in crate::engine) fn doubt(&mut self, id: &str) {
        if let Some(queued) = self.get_mut(id) {
            queued.doubtful_tries += 1;
        }
    }

    /// Whether the database has never had an entry, and nothing has been tried with it.
    pub(in crate::engine) fn is_untouched(&self, id: &str) -> bool {
        let queued = self.get(id);
        queued.is_some_and(|queued| queued.doubtful_tries == 0 && !queued.was_durable)
    }

    /// Whether it is in flight, or changes what is.
    pub(in crate::engine) fn is_under_way(&self, id: &str) -> bool {
        let changed = self.get(id).and_then(|queued| match &queued.item.kind {
            Kind::Call(call) => call.key.as_deref(),
            _ => None,
        });
        let in_flight = self.in_flight.as_deref();
        in_flight.is_some_and(|in_flight| in_flight == id || changed == Some(in_flight))
    }

    /// The last try was certainly not taken.
    pub(in crate::engine) fn not_taken(&mut self, id: &str) {
        if let Some(queued) = self.get_mut(id) {
            queued.doubtful_tries = queued.doubtful_tries.saturating_sub(1);
        }
    }

    /// A try begins that may be taken without our hearing of it.
    pub(in crate::engine) fn mark_tried(&mut self, id: &str, tried: Option<Tried>) {
        let before = self.tried.len();
        self.tried.retain(|tried| *tried.id != *id);
        self.journal_dirty |= before != self.tried.len() || tried.is_some();
        self.tried.extend(tried);
    }

    /// The try of an entry that may have been taken.
    pub(in crate::engine) fn tried(&self, id: &str) -> Option<&Tried> {
        self.tried.iter().find(|tried| *tried.id == *id)
    }

    /// It was handed over while this page may not have led.
    pub(in crate::engine) fn is_in_doubt(&mut self, id: &str) {
        if let Some(queued) = self.get_mut(id) {
            queued.is_in_doubt = true;
        }
    }

    /// This page leads: what was handed over is its own.
    pub(in crate::engine) fn is_ours(&mut self) {
        for queued in &mut self.queue {
            self.journal_dirty |= std::mem::take(&mut queued.is_in_doubt);
        }
    }

    /// There has been no session in which anything could have been sent.
    pub(in crate::engine) fn was_never_sent(&mut self) {
        for queued in &mut self.queue {
            queued.doubtful_tries = 0;
        }
    }

    /// Drops the tries of entries that have not been found.
    pub(in crate::engine) fn drop_stray_tries(&mut self) {
        let seqs = &self.seqs;
        self.tried.retain(|tried| seqs.get(tried.id.as_str()).is_some());
    }

    /// Tries that another page has made, of entries that are here; `all` while it is not known which are.
    pub(in crate::engine) fn add_tried(&mut self, tried: Vec<Tried>, all: bool) {
        for tried in tried {
            let is_here = all || self.get(&tried.id).is_some();
            if is_here && self.tried(&tried.id).is_none() && !self.is_done(&tried.id) {
                self.tried.push(tried);
                self.journal_dirty = true;
            }
        }
    }
}
