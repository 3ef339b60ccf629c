//! [`Fence`]: whether this page still leads, as far as the database knows.
//!
//! A page can stand still at any moment, for minutes, and be robbed of the lead meanwhile. It finds out by writing:
//! a write of an earlier epoch is refused. So before something is sent, a write must have begun within the last
//! second and a half and gone well; otherwise an empty one is made first. Others rob a leader only after longer
//! silence, so that what they send and what this one sends cannot meet. What this one has begun to send, the thief
//! finds in the journal.

use super::{LATE_MILLIS, Role};
use crate::engine::backoff::earliest;
use crate::engine::{Conversation, Effect, PersistFailure, PersistId};
use crate::route::Feature;

/// For so long after a write began nobody can have robbed this page, in milliseconds.
const CONFIRMED_MILLIS: u64 = 1_500;
/// A database that takes longer cannot say anything; then the lock is trusted.
const CHECK_MILLIS: u64 = 5_000;
/// A leader that does nothing for so long may have been robbed meanwhile.
const SILENT_MILLIS: u64 = 1_000;
/// After a robbery: so long the robbed page may go on sending.
const HOLD_MILLIS: u64 = 1_600;

/// What is known.
#[derive(Default)]
pub(super) struct Fence {
    /// When the last write began that went well.
    confirmed_at: Option<u64>,
    /// Writes under way, and when they began.
    under_way: Vec<(PersistId, u64)>,
    /// Since when something waits for one of them.
    waits_since: Option<u64>,
    /// Nothing is sent before, where it could be doubled.
    hold_until: u64,
    /// When this page went on after it may have stood still, until it knows that it still leads.
    doubted_at: Option<u64>,
}

impl Fence {
    /// The lead was taken from a page that stood still.
    pub(super) fn hold(&mut self, now: u64) {
        self.hold_until = now + HOLD_MILLIS;
    }

    /// A write that began then has gone well.
    pub(super) fn confirmed(&mut self, began_at: u64, now: u64) {
        self.confirmed_at = self.confirmed_at.max(Some(began_at));
        self.doubted_at = self.doubted_at.filter(|at| began_at < *at);
        // So slow a database says nothing of now: whoever waits goes on waiting, until the lock is trusted.
        if now < began_at + CONFIRMED_MILLIS {
            self.waits_since = None;
        }
    }

    /// Whether this page may have been robbed without knowing it.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.doubted_at.is_some()
    }

    /// Whether the lead was taken just now.
    pub(super) fn holds(&self, now: u64) -> bool {
        now < self.hold_until
    }

    /// Whether nothing can be sent before something has come.
    pub(super) fn blocks(&self) -> bool {
        self.waits_since.is_some()
    }

    /// When a check is given up, or the wait after a robbery ends.
    pub(super) fn deadline(&self) -> Option<u64> {
        let check = self.waits_since.map(|since| since + CHECK_MILLIS);
        let hold = (self.hold_until > 0).then_some(self.hold_until);
        earliest(&[check, hold])
    }
}

impl Conversation {
    /// Ends waits that have lasted long enough.
    pub(in crate::engine) fn run_fence(&mut self) {
        let now = self.now.mono;
        let fence = &mut self.tabs.fence;
        if now >= fence.hold_until {
            fence.hold_until = 0;
        }
        let Some(since) = fence.waits_since.filter(|since| now >= since + CHECK_MILLIS) else {
            return;
        };
        if now < since + CHECK_MILLIS + LATE_MILLIS {
            fence.under_way.clear();
            self.written_since(now);
        } else {
            // This page has stood still itself.
            fence.waits_since = None;
            self.check_lead();
        }
    }

    /// Whether something can be sent: this page leads, and the database has said so just now.
    pub(in crate::engine) fn is_confirmed(&mut self) -> bool {
        let now = self.now.mono;
        if self.tabs.role != Role::Leading || self.planted_stays_leader() {
            return self.tabs.leads();
        }
        if now < self.tabs.fence.hold_until && !self.session.has(Feature::IdempotentSend) {
            return false;
        }
        if !self.can_check_lead() {
            return true;
        }
        let fence = &self.tabs.fence;
        if fence.confirmed_at.is_some_and(|at| now < at + CONFIRMED_MILLIS) {
            return true;
        }
        self.check_lead();
        false
    }

    /// Whether this page is looked after so late that it has stood still. Where no database can say that it leads, any
    /// silence may have been such a one.
    pub(in crate::engine) fn has_stood_still(&self, now: u64) -> bool {
        let is_late = |at: u64| now > at + LATE_MILLIS;
        is_late(self.now.mono)
            && self.tabs.role == Role::Leading
            && (!self.tabs.claimed || self.poll_timeout().is_some_and(is_late))
    }

    /// A leader that has stood still may have been robbed meanwhile: it hears of that next. One without timers may have
    /// slept, too.
    pub(in crate::engine) fn doubt_lead(&mut self, has_stood_still: bool, silent_for: u64) {
        let now = self.now.mono;
        let can_check = self.can_check_lead();
        if can_check && self.tabs.role == Role::Leading && silent_for >= SILENT_MILLIS {
            self.tabs.fence.doubted_at = Some(now);
        }
        if has_stood_still {
            self.tabs.fence.hold(now);
            if can_check {
                self.check_lead();
            }
        }
    }

    /// What another page has handed over while it is not known whether this page still leads: its origin still has it, or
    /// a later leader, which may have done it long ago. So it is written down only by who leads.
    pub(in crate::engine) fn doubt_handed_over(&mut self, id: &str) {
        if self.tabs.fence.is_in_doubt() {
            self.check_lead();
            self.outbox.is_in_doubt(id);
        }
    }

    /// What was handed over in doubt is the next leader's.
    pub(super) fn return_doubtful(&mut self) {
        self.tabs.fence.doubted_at = None;
        for id in self.outbox.ids_of(&|queued| queued.is_in_doubt) {
            self.outbox.handed_over(&id);
            self.unshow(&id);
        }
    }

    /// Whether this page has led after `at`, as far as the database can say.
    pub(super) fn leads_since(&mut self, at: u64) -> bool {
        if self.storage.is_off() || self.tabs.fence.confirmed_at > Some(at) {
            return true;
        }
        self.check_lead();
        false
    }

    /// Whether there is a database that can say who leads.
    fn can_check_lead(&self) -> bool {
        self.tabs.claimed && !self.storage.is_off()
    }

    fn check_lead(&mut self) {
        let fence = &mut self.tabs.fence;
        if fence.waits_since.is_none() {
            fence.waits_since = Some(self.now.mono);
            self.ask_database();
        }
    }

    fn ask_database(&mut self) {
        let id = self.out.new_persist();
        self.tabs.fence.under_way.push((id, self.now.mono));
        let (epoch, writes) = (self.tabs.epoch, Vec::new());
        self.out.effect(Effect::Persist { id, epoch, writes });
    }

    /// A write begins.
    pub(in crate::engine) fn fence_write(&mut self, id: PersistId) {
        if self.tabs.role == Role::Leading {
            self.tabs.fence.under_way.push((id, self.now.mono));
        }
    }

    /// A write has ended; what it says of the lead.
    pub(in crate::engine) fn fence_written(&mut self, id: PersistId, outcome: Result<(), PersistFailure>) {
        let under_way = &mut self.tabs.fence.under_way;
        let Some(at) = under_way.iter().position(|(known, _)| *known == id) else {
            return;
        };
        let (_, began_at) = under_way.remove(at);
        match outcome {
            Err(PersistFailure::Fenced) => {
                self.out.effect(Effect::Resign);
                self.deposed();
            }
            // Another failure says nothing of the lead, and nothing better will come of it.
            Ok(()) | Err(_) => self.written_since(began_at),
        }
    }

    /// A write that began then was not refused.
    fn written_since(&mut self, began_at: u64) {
        let fence = &mut self.tabs.fence;
        let was_in_doubt = fence.is_in_doubt();
        fence.confirmed(began_at, self.now.mono);
        if was_in_doubt && !fence.is_in_doubt() {
            self.outbox.is_ours();
            self.take_own_calls();
            self.write_ids();
        }
        let fence = &self.tabs.fence;
        if fence.blocks() && fence.under_way.is_empty() {
            self.ask_database();
        }
    }
}
