//! The journals of other pages: what those have written down and may not live to hand over.

use super::reset::is_reset;
use super::talk::take_ids;
use crate::engine::outbox::item::Item;
use crate::engine::outbox::journal::Journal;
use crate::engine::outbox::{Kept, Outbox};
use crate::engine::{Conversation, Effect};
use crate::{Value, VisitorId};
use std::sync::Arc;

/// What pages before have left in their journals.
#[derive(Default)]
pub(super) struct Left {
    /// The number of the last entry.
    pub(super) last_seq: u64,
    /// Of those by pages that had heard of a leader, or had led.
    pub(super) led_seq: u64,
    /// Of the last reset.
    pub(super) reset: u64,
    /// The visitor since then.
    pub(super) visitor: Option<VisitorId>,
    /// Entries of followers, before the database has answered; each with whether a page that had it had heard of a
    /// leader.
    pub(super) followers: Vec<(Item, bool)>,
}

impl Left {
    /// In order, as a sort would cost the widget 2 KB.
    fn insert(&mut self, mut item: Item, mut synced: bool) {
        if let Some(at) = self.followers.iter().position(|(other, _)| other.id == item.id) {
            let (other, other_synced) = self.followers.remove(at);
            // Of two numbers the greater one was given later, by a leader.
            item.seq = item.seq.max(other.seq);
            synced |= other_synced;
        }
        let at = self.followers.partition_point(|(other, _)| other.seq <= item.seq);
        self.followers.insert(at, (item, synced));
    }

    /// Whether the last reset has dropped an entry that a page has which knows resets up to this one. Numbers alone
    /// would not tell, as a page that is new knows none; nor would the visitor, as a browser without room to write its
    /// name down has one in each page.
    pub(super) fn is_forgotten(&self, known: u64, item: &Item) -> bool {
        known < self.reset && item.visitor.is_some() && item.visitor != self.visitor && !is_reset(item)
    }
}

/// Another page's journal.
pub(super) struct JournalRead {
    pub(super) tab: String,
    /// The number of its last entry.
    pub(super) seq: u64,
    /// Entries that are to be kept before it can go.
    pub(super) ids: Vec<Arc<str>>,
    /// When it was read.
    pub(super) at: u64,
    /// Whether this page led by then: what it took is nowhere but there.
    pub(super) is_led: bool,
}

impl Conversation {
    /// What is known here of the last reset, to compare with what others have left.
    pub(super) fn left_here(&self) -> Left {
        Left {
            reset: self.outbox.reset,
            visitor: self.session.visitor_id.clone(),
            ..Left::default()
        }
    }

    /// Puts an entry in that was left, at its place or to the end. A leader may have begun to send it.
    pub(super) fn enqueue_left(&mut self, item: Item, is_doubtful: bool, again: bool) {
        let id = item.id.clone();
        // A reset is known by its number, which it keeps.
        let is_reset = is_reset(&item);
        let is_over = is_reset && item.seq <= self.outbox.reset;
        if is_over || self.outbox.get(&id).is_some() || self.outbox.is_done(&id) {
            return;
        }
        if again && !is_reset {
            self.enqueue_again(item);
        } else {
            self.enqueue_at(item);
        }
        if let Some(queued) = self.outbox.get_mut(&id) {
            queued.is_left = true;
            queued.doubtful_tries += u32::from(is_doubtful);
        }
    }

    /// What a page has made after an entry that a leader has given a greater number stays behind it.
    pub(in crate::engine) fn keep_orders(&mut self) {
        for ids in self.outbox.by_page() {
            let mut last_seq = 0;
            for id in ids {
                let Some(queued) = self.outbox.get(&id).filter(|queued| !is_reset(&queued.item)) else {
                    continue;
                };
                let mut seq = queued.item.seq;
                if queued.kept == Kept::InMemory && seq <= last_seq {
                    seq = last_seq + 1;
                    self.outbox.renumber(&id, seq);
                    if !self.timeline.is_stored(&id) {
                        // Shown again at its place.
                        self.timeline.remove(&id);
                    }
                }
                last_seq = seq.max(last_seq);
            }
        }
    }

    /// Takes what another page has written down and may not live to hand over.
    pub(super) fn absorb_journal(&mut self, tab: String, journal: &Value, left: &mut Left) {
        if tab == self.tabs.name {
            // This page knows what it has written.
            return;
        }
        let is_begun = self.tabs.begun;
        let is_there = *journal != Value::Null;
        let journal = Journal::read(journal);
        if is_begun && !self.outbox.has_room_for_all(&journal.items) {
            // It stays where it is; what its page hands over is refused where that can be seen.
            return;
        }
        let ids: Vec<Arc<str>> = journal.items.iter().map(|item| item.id.clone()).collect();
        self.storage.keep_unreadable(journal.unreadable);
        for id in &journal.done {
            self.finish_delivered_elsewhere(id);
        }
        // A page that has nothing left has still given numbers up to its reset, which drops what stands before it.
        let last_seq = journal.seq.max(journal.void).max(journal.reset);
        self.outbox.go_on_after(last_seq);
        left.last_seq = left.last_seq.max(last_seq);
        if journal.synced {
            left.led_seq = left.led_seq.max(last_seq);
        }
        if !is_begun && journal.void > 0 {
            self.outbox.void_up_to(journal.void);
            self.outbox.reset = journal.reset.max(self.outbox.reset);
        }
        for item in journal.items {
            if left.is_forgotten(journal.reset, &item) || self.outbox.is_done(&item.id) {
                continue;
            }
            if is_begun {
                self.take_item(item, journal.reset);
            } else if !journal.led {
                left.insert(item, journal.synced);
            } else {
                // What it is to be applied to is known when the database has answered.
                self.outbox.add_earlier(item, Kept::InMemory);
            }
        }
        self.owe_ends(&journal.tried);
        let done = journal.done.iter().map(|id| id.as_str().into());
        self.tabs.owed_ends.extend(done);
        self.outbox.add_tried(journal.tried, !is_begun);
        self.show_unsent();
        self.tabs.owed.extend(ids.iter().cloned());
        let absorbed = &mut self.tabs.absorbed;
        let before = absorbed.iter().position(|read| read.tab == tab);
        let before = before.map(|at| absorbed.swap_remove(at));
        if is_there {
            absorbed.push(JournalRead {
                tab,
                seq: journal.seq,
                ids,
                at: self.now.mono,
                is_led: is_begun,
            });
        }
        if let Some(read) = before {
            if read.is_led {
                self.drop_withdrawn(&read.ids);
            }
            self.forget_read(read.ids);
        }
    }

    /// Drops what a page has no longer in its journal, though this leader has not told it to be kept: a page that has stood
    /// still writes down what it has, and hears only then that a leader before has done it.
    fn drop_withdrawn(&mut self, before: &[Arc<str>]) {
        for id in before {
            if self.outbox.is_untouched(id) && self.tabs.owed.contains(id) && !self.tabs.has_read(id) {
                self.drop_item(id);
                self.unshow(id);
            }
        }
    }

    /// Tells the others what the database has, and what is done.
    pub(super) fn pay_owed(&mut self) {
        let outbox = &self.outbox;
        // What is in memory only would die with this page, and is better kept twice.
        self.tabs.saying.have = take_ids(&mut self.tabs.owed, &|id| outbox.is_durable(id));
        let is_done = |id: &str| outbox.get(id).is_none() && !outbox.is_done(id);
        self.tabs.saying.done = take_ids(&mut self.tabs.owed_ends, &is_done);
        self.forget_journals();
    }

    /// Lets journals of others go that are not needed any more. A robbed leader would take away what its successor
    /// has written down, so this page has to have led since it read them.
    pub(super) fn forget_journals(&mut self) {
        let is_kept = |ids: &[Arc<str>], outbox: &Outbox| ids.iter().all(|id| outbox.is_durable(id));
        let ready = self
            .tabs
            .absorbed
            .iter()
            .filter(|read| is_kept(&read.ids, &self.outbox));
        let newest = ready.map(|read| read.at).max();
        let Some(newest) = newest.filter(|at| self.leads_since(*at)) else {
            return;
        };
        let outbox = &self.outbox;
        let gone = self
            .tabs
            .absorbed
            .extract_if(.., |read| read.at <= newest && is_kept(&read.ids, outbox));
        let gone: Vec<JournalRead> = gone.collect();
        for read in gone {
            let (of, seq) = (read.tab, read.seq);
            self.out.effect(Effect::ForgetJournal { of, seq });
            self.forget_read(read.ids);
        }
    }

    /// A journal has these entries no longer. As long as it had them, what is done had to be remembered.
    fn forget_read(&mut self, ids: Vec<Arc<str>>) {
        for id in ids {
            if !self.tabs.has_read(&id) && !self.storage.is_writing(&id) {
                self.outbox.removed(&id);
            }
        }
    }
}
