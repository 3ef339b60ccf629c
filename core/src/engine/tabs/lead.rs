//! Taking the lead, giving it up, and having it taken away.

use super::Leaving;
use super::fence::Fence;
use super::journals::Left;
use super::reset::{dropped, is_reset};
use super::role::Role;
use super::talk::TabMessage;
use crate::engine::sorted::SortedMap;
use crate::engine::timeline::Timeline;
use crate::engine::{Change, Conversation, Effect, Restored};
use crate::{SessionId, Value, VisitorId};

impl Conversation {
    /// The lock is ours.
    pub(super) fn elected(
        &mut self,
        journals: Vec<(String, Value)>,
        visitor_id: Option<VisitorId>,
        session_id: Option<SessionId>,
    ) {
        if self.tabs.role == Role::Leading {
            return;
        }
        let is_stolen = std::mem::replace(&mut self.tabs.role, Role::Leading) == Role::Stealing;
        self.tabs.claimed = false;
        self.tabs.begun = false;
        self.tabs.told = Value::Null;
        self.tabs.greeted.clear();
        self.tabs.fence = Fence::default();
        if is_stolen {
            self.tabs.fence.hold(self.now.mono);
        }
        let is_unwritten = visitor_id.is_none();
        self.catch_up(visitor_id, session_id);
        self.link.lead(self.now.mono);
        self.outbox.is_led();
        self.link.wanted |= self.tabs.state.wanted;
        let own = self.outbox.take_all();
        let resets = journals
            .iter()
            .filter_map(|(_, journal)| journal.get("reset")?.as_int());
        let last = resets.filter_map(|reset| u64::try_from(reset).ok()).max();
        let known = self.outbox.reset;
        let reset = last.unwrap_or(0).max(known);
        if is_unwritten && reset > known {
            // Forgotten while this page stood still, and nobody has come after.
            self.session.forget_all();
            self.forget_shown();
        } else if is_unwritten {
            // localStorage had no room when this page heard of them.
            self.write_ids();
        }
        let mut left = Left {
            reset,
            ..self.left_here()
        };
        for (tab, journal) in journals {
            self.absorb_journal(tab, &journal, &mut left);
        }
        // What this page has taken before has the place that it was given here.
        let mut seqs = SortedMap::default();
        for (item, _) in &own {
            seqs.insert(item.id.clone(), item.seq);
        }
        left.followers.retain(|(item, _)| seqs.get(&item.id).is_none());
        // Who has heard of no leader does not know behind what it writes, whatever the clock says.
        let mut strangers = left.followers.iter().filter(|(_, synced)| !synced);
        let again = strangers.next().is_some_and(|(item, _)| item.seq <= left.led_seq);
        for (item, synced) in std::mem::take(&mut left.followers) {
            self.enqueue_left(item, true, again && !synced);
        }
        // What journals have as well is not news of this page's.
        let own_first = own.iter().find(|(item, _)| self.outbox.get(&item.id).is_none());
        let own_again = again || own_first.is_some_and(|(item, _)| item.seq <= left.last_seq);
        // Who has led, or has heard of a leader, has numbered behind what there was.
        let own_again = own_again && !self.tabs.synced;
        let mut last_seq = 0;
        for (mut item, is_doubtful) in own {
            // Where the last leader had taken it, its number counts; what comes after it stays behind.
            item.seq = self.timeline.unsent_seq(&item.id).unwrap_or(item.seq);
            if !is_reset(&item) {
                item.seq = item.seq.max(last_seq + 1);
                last_seq = item.seq;
            }
            if left.is_forgotten(known, &item) {
                self.timeline.remove(&item.id);
                self.out.change(dropped(&item));
            } else if is_reset(&item) {
                // Known by its number, which it keeps, and still to be done.
                self.enqueue_at(item);
            } else {
                self.enqueue_left(item, is_doubtful, own_again);
            }
        }
        // Only now, as a reset that is still to be done is known by being later than the last one.
        self.outbox.reset = left.reset;
        self.out.effect(Effect::Restore { claim: true });
    }

    /// This page may have stood still while another one forgot the visitor, or got another session.
    pub(super) fn catch_up(&mut self, visitor_id: Option<VisitorId>, session_id: Option<SessionId>) {
        let is_other = visitor_id.is_some() && visitor_id != self.session.visitor_id;
        if is_other && self.session.visitor_id.is_some() {
            // What was not delivered is that visitor's, and goes when the journals have been read.
            self.session.forget_all();
            self.forget_shown();
        }
        if is_other {
            self.session.visitor_id = visitor_id;
        }
        if session_id.is_some() && self.session.moved_to(session_id) {
            self.forget_list();
        }
    }

    /// Nothing of the visitor before is shown any more, whichever page it came from.
    pub(super) fn forget_shown(&mut self) {
        self.timeline = Timeline::default();
        self.tabs.mirrored = false;
        self.out.change(Change::Timeline);
    }

    fn forget_list(&mut self) {
        if !self.timeline.stored().is_empty() {
            self.timeline.drop_stored();
            self.out.change(Change::Timeline);
        }
        self.tabs.mirrored = false;
    }

    /// Whether this answer of the database is for the leader; a follower shows the history until it has the list.
    pub(in crate::engine) fn takes(&mut self, restored: &Restored) -> bool {
        match self.tabs.role {
            Role::Alone => true,
            Role::Leading if restored.claimed => {
                self.tabs.claimed = true;
                self.begin_to_lead();
                if restored.failure.is_none() {
                    self.tabs.epoch = restored.epoch;
                    self.tabs.fence.confirmed(self.now.mono, self.now.mono);
                }
                true
            }
            _ => {
                if self.tabs.follows() && !self.tabs.mirrored && !restored.claimed {
                    self.restore_history(&restored.history, &[]);
                    if !self.timeline.entries().is_empty() {
                        self.out.change(Change::Timeline);
                    }
                }
                false
            }
        }
    }

    /// Tells the others that this page leads. Without a database nothing can be fenced; the others still have to know
    /// who came last.
    pub(in crate::engine) fn begin_to_lead(&mut self) {
        if self.tabs.role == Role::Leading && !std::mem::replace(&mut self.tabs.begun, true) {
            self.tabs.synced = true;
            self.tabs.epoch += 1;
            self.tabs.saying.lead = true;
        }
    }

    /// Another page leads.
    pub(super) fn following(&mut self) {
        if matches!(self.tabs.role, Role::Waiting | Role::Stealing) {
            self.follow();
            if !self.tabs.mirrored {
                self.out.effect(Effect::Restore { claim: false });
            }
        }
    }

    /// The lock was stolen from us.
    pub(super) fn deposed(&mut self) {
        if self.tabs.role == Role::Leading && !self.planted_stays_leader() {
            self.step_down();
            self.follow();
            // When that leader's page ends, this one may lead again.
            self.out.effect(Effect::Elect { steal: false });
        }
    }

    /// Goes on as a follower.
    pub(super) fn follow(&mut self) {
        self.drop_writes();
        self.link.restored = true;
        self.tabs.role = Role::Following;
        self.tabs.asked_at = None;
        self.tabs.pinged_at = self.now.mono;
        self.tabs.handed = false;
        self.tabs.caught_up = false;
        self.tabs.saying.hello = true;
    }

    /// Ends what only a leader does. What the database has is the next leader's.
    pub(super) fn step_down(&mut self) {
        self.fall_silent();
        self.return_doubtful();
        if self.outbox.has_void() {
            // The database has not heard of a reset: the next leader has to do it again.
            self.enqueue_reset();
        }
        // How that comes out the next leader tells.
        self.tabs.own.extend(self.outbox.keep_unsaved());
        self.link.reconnect();
        // The list is what the last leader had, and the next one tells the rest.
        self.tabs.mirrored = true;
        self.tabs.owed.clear();
        self.tabs.owed_ends.clear();
        self.tabs.absorbed.clear();
        self.tabs.state = self.tab_state();
    }

    /// Leaves the other pages, saying so; what is not handed over stays in this page's journal.
    pub(in crate::engine) fn leave_tabs(&mut self, role_after: Leaving) {
        if matches!(self.tabs.role, Role::Alone | Role::Away | Role::Left) {
            return;
        }
        if self.tabs.role == Role::Leading {
            self.step_down();
        }
        self.drop_writes();
        self.out.effect(Effect::Resign);
        self.tabs.saying = TabMessage::default();
        self.tabs.saying.bye = true;
        self.tabs.role = match role_after {
            Leaving::Page => Role::Left,
            Leaving::Conversation => Role::Away,
        };
    }

    /// Asks to lead again, if this page had left.
    pub(super) fn come_back(&mut self) {
        let wants = match self.tabs.role {
            Role::Left => self.page.is_here(),
            Role::Away => self.page.is_here() && self.link.wanted,
            _ => false,
        };
        if wants {
            self.tabs.role = Role::Waiting;
            self.out.effect(Effect::Elect { steal: false });
        }
    }
}
