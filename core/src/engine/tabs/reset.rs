//! Forgetting everything, in all pages.
//!
//! Each reset has a number, which is one of an outbox entry: greater ones are later. All that pages say names the
//! last one that they know, so a page that stood still learns that it has to forget, too.

use super::handover::RESET;
use super::role::Role;
use crate::engine::outbox::item::{Call, Item, Kind};
use crate::engine::outbox::room::failed;
use crate::engine::outbox::{Kept, Queued};
use crate::engine::{Change, Conversation, FailureReason, Store, StoreWrite};
use crate::{Object, Wire};

/// Where the outbox's store has the number of the last reset: no entry's key, and after them all.
pub(in crate::engine) const RESET_KEY: &str = "reset";

impl Conversation {
    /// Another page has forgotten everything. What this one did as another visitor than the one of whom the leader has told
    /// is of later: it has read the next one's name before it hears of the reset.
    fn forget_with_others(&mut self, reset: u64) {
        let told = self.tabs.state.visitor_id.take();
        let items = self.outbox.items_of(&|_| true);
        self.outbox.clear();
        self.outbox.voided();
        self.session.forget_all();
        self.forget_shown();
        for item in items {
            if told.is_some() && item.visitor.is_some() && item.visitor != told {
                self.take_again(item, reset);
            } else {
                // The leader may tell of it, too.
                self.tabs.own.retain(|own| *own != item.id);
                self.out.change(dropped(&item));
            }
        }
    }

    /// The others have to forget what this page has forgotten, and hear what became of theirs. Where another page wanted
    /// it, so has this one's.
    pub(in crate::engine) fn share_reset(&mut self, reset: Option<u64>, items: &[Item]) {
        if self.tabs.role != Role::Alone {
            for item in items {
                match reset {
                    Some(_) => self.out.change(dropped(item)),
                    None => self.tell_others(&dropped(item)),
                }
            }
            self.outbox.reset = reset.unwrap_or(self.outbox.void_seq());
            self.tabs.whole_due = true;
            for read in &mut self.tabs.absorbed {
                // Nothing of theirs is kept: they go when the database has said that this page still leads.
                read.at = self.now.mono;
            }
        }
    }

    /// Another page knows of this reset. A page that has just been opened has nothing to forget.
    pub(in crate::engine) fn catch_up_with_reset(&mut self, reset: u64) {
        if reset > self.outbox.reset {
            self.outbox.reset = reset;
            if self.tabs.synced {
                self.forget_with_others(reset);
            }
        }
    }

    /// All that a reset has dropped is removed from the database with this turn.
    pub(in crate::engine) fn void_stored(&mut self) {
        self.storage.void(&mut self.out);
        self.keep_reset();
    }

    /// Writes the number of the last reset down, for pages that sleep through it, and through the lives of all that
    /// know of it. No page alone needs it.
    pub(in crate::engine) fn keep_reset(&mut self) {
        if self.tabs.role != Role::Alone && self.outbox.reset > 0 {
            self.out.writes.push(StoreWrite::Put {
                store: Store::Outbox,
                key: RESET_KEY.to_owned(),
                value: self.outbox.reset.write(),
            });
        }
    }

    /// The database knows of this reset. Where no page did, what they had of the visitor before is dropped.
    pub(in crate::engine) fn learn_reset(&mut self, reset: u64) {
        let known = self.outbox.reset;
        self.outbox.reset = reset.max(known);
        let here = self.left_here();
        // What the database has came after it.
        let is_dropped =
            |queued: &Queued| queued.kept == Kept::InMemory && here.is_forgotten(known, &queued.item);
        for item in self.outbox.items_of(&is_dropped) {
            self.drop_item(&item.id);
            self.timeline.remove(&item.id);
            self.out.change(dropped(&item));
        }
    }

    /// Queues a reset that was done here already.
    pub(super) fn enqueue_reset(&mut self) {
        let call = Call {
            route: RESET.to_owned(),
            session_id: None,
            key: None,
            body: Object::new()
                .with("newSession", true)
                .with("visitorId", self.session.visitor_id.write()),
        };
        let item = Item {
            // What was done since is behind it.
            seq: self.outbox.reset,
            tab: self.tabs.name(),
            made: self.outbox.reset,
            visitor: None,
            id: self.dice.id(self.now),
            created: self.now.wall,
            kind: Kind::Call(call),
            refused: None,
            uploaded: None,
        };
        self.outbox.voided();
        self.outbox.add(item, Kept::InMemory);
    }

    /// Executes a reset of this number. One that its page has done already only has to reach the database: what it
    /// began with the next visitor goes on.
    pub(super) fn reset_to(&mut self, seq: u64, body: &Object) {
        if body.get("visitorId") != Some(&self.session.visitor_id.write()) {
            // Pages may have handed over what they did after it before the reset itself has come.
            let later = self.outbox.items_of(&|queued| queued.after >= seq);
            self.forget_identity();
            self.start_anew(Some(seq));
            for item in later {
                self.take_again(item, seq);
            }
            return;
        }
        for item in self
            .outbox
            .items_of(&|queued| queued.item.seq <= seq && queued.after < seq)
        {
            self.drop_item(&item.id);
            self.out.change(dropped(&item));
        }
        self.outbox.reset = self.outbox.reset.max(seq);
        // What the database has is dropped with these, or when it answers.
        self.outbox.void_up_to(seq);
        if self.tabs.claimed {
            self.void_stored();
        }
    }

    /// Whether the leader still has to be told of a reset.
    pub(super) fn is_resetting(&self) -> bool {
        self.outbox.has(&|queued| is_reset(&queued.item))
    }
}

/// Whether it forgets everything, or the identity.
pub(super) fn is_reset(item: &Item) -> bool {
    matches!(&item.kind, Kind::Call(call) if call.route == RESET)
}

/// What the page whose entry a reset drops hears of it.
pub(super) fn dropped(item: &Item) -> Change {
    failed(&item.id, &item.kind, FailureReason::NotFound)
}
