//! Entries on their way from page to page: those of the database, of pages before, and of the next leader.

use super::item::Item;
use super::{Kept, Outbox, Queued};
use crate::VisitorId;
use crate::engine::backoff::Backoff;
use std::sync::Arc;

impl Outbox {
    /// The names of the entries of each page, in the order in which it made them.
    pub(in crate::engine) fn by_page(&self) -> Vec<Vec<Arc<str>>> {
        let mut pages: Vec<Vec<&Item>> = Vec::new();
        for Queued { item, .. } in &self.queue {
            match pages.iter_mut().find(|page| page[0].tab == item.tab) {
                _ if item.tab.is_empty() => {}
                Some(page) => {
                    let at = page.partition_point(|other| other.made <= item.made);
                    page.insert(at, item);
                }
                None => pages.push(vec![item]),
            }
        }
        let ids = |page: Vec<&Item>| page.into_iter().map(|item| item.id.clone()).collect();
        pages.into_iter().map(ids).collect()
    }

    /// Adds an entry of an earlier page; one with a known id is passed over.
    pub(in crate::engine) fn add_earlier(&mut self, item: Item, kept: Kept) {
        let doubtful_tries = u32::from(item.refused.is_none());
        let id = item.id.clone();
        if self.add(item, kept)
            && let Some(queued) = self.get_mut(&id)
        {
            queued.doubtful_tries = doubtful_tries;
            queued.is_elsewhere = true;
            // Its place tells.
            queued.after = 0;
        }
    }

    /// Something else than this page has the entry too, or may have it.
    pub(in crate::engine) fn is_elsewhere(&mut self, id: &str) {
        if let Some(queued) = self.get_mut(id) {
            queued.is_elsewhere = true;
        }
    }

    /// There is a leader, which knows where it is to go on.
    pub(in crate::engine) fn is_led(&mut self) {
        self.journal_dirty |= std::mem::take(&mut self.has_left);
    }

    /// Takes out all entries, each with whether another page may have tried it.
    pub(in crate::engine) fn take_all(&mut self) -> Vec<(Item, bool)> {
        let all = self.queue.iter();
        let all: Vec<_> = all
            .map(|queued| (queued.item.clone(), queued.doubtful_tries > 0))
            .collect();
        let tried = self.tried.clone();
        for (item, _) in &all {
            self.handed_over(&item.id);
        }
        self.tried = tried;
        all
    }

    /// The visitor has got a name: it is that of all entries that have none.
    pub(in crate::engine) fn name_visitor(&mut self, visitor: Option<&VisitorId>) {
        for queued in &mut self.queue {
            if queued.item.visitor.is_none() {
                queued.item.visitor = visitor.cloned();
            }
        }
    }

    /// Entries like these were made after this reset.
    pub(in crate::engine) fn stand_after(&mut self, reset: u64, fits: &dyn Fn(&Item) -> bool) {
        for queued in &mut self.queue {
            if fits(&queued.item) {
                queued.after = queued.after.max(reset);
            }
        }
    }

    /// Adds an entry of the database. Where it was here by another number, that of the database counts. Whether it is here
    /// as it was changed last.
    pub(in crate::engine) fn add_stored(&mut self, item: Item) -> bool {
        self.renumber(&item.id, item.seq);
        self.written(&item.id, Kept::Durably);
        match self.get_mut(&item.id) {
            Some(queued) if queued.is_left => queued.item = item,
            Some(_) => return true,
            None => self.add_earlier(item, Kept::Durably),
        }
        false
    }

    /// Another page's outbox has the entry.
    pub(in crate::engine) fn handed_over(&mut self, id: &str) {
        self.take(id);
        self.removed(id);
    }

    /// What the database has is another page's from now on; gives that.
    pub(in crate::engine) fn keep_unsaved(&mut self) -> Vec<Arc<str>> {
        let durable = self.ids_of(&|queued| queued.kept == Kept::Durably);
        // The next leader has to know of what was begun, and what is done.
        let (tried, done) = (self.tried.clone(), self.done.clone());
        self.has_left |= !durable.is_empty();
        for id in &durable {
            self.take(id);
        }
        self.tried = tried;
        self.done = done;
        for queued in &mut self.queue {
            queued.kept = Kept::InMemory;
            queued.adopted = None;
        }
        (self.in_flight, self.settling) = (None, None);
        self.backoff = Backoff::default();
        self.journal_dirty = true;
        durable
    }
}
