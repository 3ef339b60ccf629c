//! [`Tabs`]: the pages of one browser share one storage, so one of them leads.
//!
//! The leader owns the connection, the outbox and the database. The others follow: what their visitor does goes
//! to the leader as outbox entries ([`handover`]), and what they show is a copy of the leader's list and state
//! ([`mirror`]). Who leads is decided by a lock that the adapter holds ([`Effect::Elect`]): it passes on when its
//! holder's page ends. A page that stands still keeps the lock and answers nobody: then another one steals it.
//!
//! A robbed leader does not know it yet when it goes on. So each claim of the lead is a transaction of the database
//! that makes the *epoch* one greater, each write names its writer's epoch, and writes of an earlier one are
//! refused ([`super::PersistFailure::Fenced`]). Nothing is sent unless such a write has gone well just before
//! ([`fence`]).
//!
//! What a follower has not handed over yet is in a journal of its own, which every leader reads.

mod fence;
mod handover;
mod hear;
mod journals;
mod lead;
mod mirror;
mod reset;
mod role;
mod talk;
mod told;

pub(super) use handover::{REMOVE, RESET, RETRY};
pub(super) use reset::RESET_KEY;
pub(super) use told::{reason, reason_code};

use super::{Conversation, Effect, TabEvent};
use crate::route::DisconnectReason;
use crate::{Object, Value, Wire};
use journals::JournalRead;
use mirror::TabState;
use role::Role;
use std::sync::Arc;
use talk::TabMessage;

/// How often a page that has something to gain asks whether the leader is there, in milliseconds.
const PING_MILLIS: u64 = 700;
/// A leader that does not answer for so long is robbed: within two seconds of its last word (DESIGN, "Tabs").
const ANSWER_MILLIS: u64 = 1_200;
/// A page that comes so late to look for the answer has stood still itself, and asks anew.
const LATE_MILLIS: u64 = 500;
/// For so long after a ping its sender counts as in view.
const IN_VIEW_MILLIS: u64 = 3_000;
/// How many entries of others are remembered, so that none is taken twice.
const MOST_TAKEN: usize = 2_000;

/// What is known of the other pages.
#[derive(Default)]
pub(super) struct Tabs {
    /// Tells this page from the others; without one it is alone.
    name: String,
    role: Role,
    /// The leader's, as far as known.
    epoch: u64,
    /// The database has said which epoch is ours.
    claimed: bool,
    /// This page leads, and the others know.
    begun: bool,
    /// All others are to be told everything.
    whole_due: bool,
    /// Other pages that have been heard of.
    peers: Vec<String>,
    /// Those that have said `hello` to this leader.
    greeted: Vec<String>,
    pinged_at: u64,
    /// The first ping that has no answer.
    asked_at: Option<u64>,
    /// Another page is in view, as far as known.
    in_view_until: u64,
    fence: fence::Fence,
    /// Whether this page has been told everything once, or has led.
    synced: bool,
    /// Entries of others that were taken.
    taken: Vec<Arc<str>>,
    /// Entries that others are to be told of when they are kept.
    owed: Vec<Arc<str>>,
    /// Entries whose end others are to be told of.
    owed_ends: Vec<Arc<str>>,
    /// Journals of others that were read.
    absorbed: Vec<JournalRead>,
    /// Entries that this page has handed over and wants to hear of.
    own: Vec<Arc<str>>,
    /// Whether the leader has been sent what waits here.
    handed: bool,
    /// Whether this leader has told this page everything: a page that stood still has heard by then what became of what
    /// it still has.
    caught_up: bool,
    /// What is told to the other pages at the end of this turn.
    saying: TabMessage,
    /// The state as this leader has told it last.
    told: Value,
    /// The state that the leader has told, or that this page had when it last led.
    state: TabState,
    /// Whether the list is the leader's.
    mirrored: bool,
    /// The server's appearance keys.
    appearance: Option<Object>,
}

impl Tabs {
    /// A page of this name; an empty one for a page that shares its storage with nobody.
    pub(super) fn new(name: String) -> Self {
        Tabs {
            role: if name.is_empty() {
                Role::Alone
            } else {
                Role::Waiting
            },
            name,
            ..Tabs::default()
        }
    }

    /// Whether connection and outbox are this page's.
    pub(super) fn leads(&self) -> bool {
        matches!(self.role, Role::Alone | Role::Leading)
    }

    /// Whether what this page does to waiting entries counts at once: it leads, and has not stood still since it knew that.
    pub(super) fn decides(&self) -> bool {
        self.leads() && !self.fence.is_in_doubt()
    }

    /// Whether the database can be written to.
    pub(super) fn may_write(&self) -> bool {
        self.role == Role::Alone || (self.role == Role::Leading && self.claimed)
    }

    /// The epoch that writes name.
    pub(super) fn write_epoch(&self, for_ever: bool) -> u64 {
        match (self.role, for_ever) {
            (Role::Alone, _) => 0,
            (_, true) => u64::MAX,
            _ => self.epoch,
        }
    }

    /// Whether another page's outbox is the one that counts.
    pub(super) fn follows(&self) -> bool {
        matches!(self.role, Role::Following | Role::Away)
    }

    /// Whether the page knows of others.
    pub(super) fn has_peers(&self) -> bool {
        !self.peers.is_empty()
    }

    /// Whether this page has heard of a leader, or has led.
    pub(super) fn is_synced(&self) -> bool {
        self.synced
    }

    /// Whether the list came from a leader.
    pub(super) fn is_mirrored(&self) -> bool {
        self.mirrored
    }

    /// Remembers an entry, so that it is not taken again.
    fn remember(&mut self, id: Arc<str>) {
        if self.taken.len() >= MOST_TAKEN {
            self.taken.remove(0);
        }
        self.taken.push(id);
    }

    /// Tells this page from the others.
    pub(super) fn name(&self) -> Arc<str> {
        self.name.as_str().into()
    }

    /// An entry of this leader has come to its end.
    pub(super) fn remember_end(&mut self, id: &Arc<str>) {
        if self.role != Role::Alone {
            self.remember(id.clone());
        }
    }

    /// Whether a journal that was read, and is still there, has the entry.
    pub(super) fn has_read(&self, id: &str) -> bool {
        let mut ids = self.absorbed.iter().flat_map(|read| &read.ids);
        ids.any(|known| **known == *id)
    }

    /// What the leader has told.
    pub(super) fn leader_state(&self) -> &TabState {
        &self.state
    }

    /// Whether sending waits for word that this page leads.
    pub(super) fn blocks_sending(&self, now: u64, is_idempotent: bool) -> bool {
        self.fence.blocks() || (!is_idempotent && self.fence.holds(now))
    }

    /// Whether this page may have been robbed of the lead without knowing it.
    pub(super) fn may_not_lead(&self) -> bool {
        self.fence.is_in_doubt()
    }

    /// Whether another page is in view.
    pub(super) fn in_view(&self, now: u64) -> bool {
        now < self.in_view_until
    }
}

impl Conversation {
    /// Whether any page of the browser is in view.
    pub(super) fn is_in_view(&self) -> bool {
        self.page.visible || self.tabs.in_view(self.now.mono)
    }

    /// Something happened among the pages.
    pub(super) fn tab_event(&mut self, event: TabEvent) {
        match event {
            TabEvent::Elected {
                journals,
                visitor_id,
                session_id,
            } => self.elected(journals, visitor_id, session_id),
            TabEvent::Following => self.following(),
            TabEvent::Deposed => self.deposed(),
            TabEvent::Said(value) => {
                // Another version's page may say what this one does not understand.
                if let Ok(message) = TabMessage::read(&value) {
                    self.heard_tab(message);
                }
            }
            TabEvent::Journal { tab, journal } => {
                if self.tabs.role == Role::Leading {
                    // Numbers are of no use here: what comes in is numbered anew.
                    let mut left = self.left_here();
                    self.absorb_journal(tab, &journal, &mut left);
                    for (item, _) in left.followers {
                        self.enqueue_left(item, true, true);
                    }
                }
            }
        }
    }

    /// Asks after a silent leader, and robs one that does not answer.
    fn watch_leader(&mut self) {
        let now = self.now.mono;
        if self.tabs.role != Role::Following || !self.watches() {
            return;
        }
        let tabs = &mut self.tabs;
        if let Some(asked_at) = tabs.asked_at.filter(|at| now >= at + ANSWER_MILLIS) {
            if now < asked_at + ANSWER_MILLIS + LATE_MILLIS {
                tabs.role = Role::Stealing;
                return self.out.effect(Effect::Elect { steal: true });
            }
            tabs.asked_at = None;
        }
        if now >= tabs.pinged_at + PING_MILLIS {
            tabs.pinged_at = now;
            tabs.asked_at.get_or_insert(now);
            tabs.saying.ping = true;
            tabs.saying.in_view = self.page.visible;
        }
    }

    /// Whether somebody waits for the leader.
    fn watches(&self) -> bool {
        self.page.visible || !self.outbox.is_empty()
    }

    /// When [`Self::run_tabs`] has something to do.
    pub(super) fn tabs_deadline(&self) -> Option<u64> {
        let tabs = &self.tabs;
        match tabs.role {
            Role::Following if self.watches() => {
                let ping = tabs.pinged_at + PING_MILLIS;
                let answer = tabs.asked_at.map(|at| at + ANSWER_MILLIS);
                Some(answer.map_or(ping, |answer| answer.min(ping)))
            }
            Role::Leading => tabs.fence.deadline(),
            _ => None,
        }
    }

    /// The last step of a turn: what the other pages have to know.
    pub(super) fn run_tabs(&mut self) {
        if self.tabs.role == Role::Alone {
            return self.timeline.forget_changes();
        }
        self.come_back();
        self.watch_leader();
        match self.tabs.role {
            Role::Leading if self.tabs.begun => {
                self.pay_owed();
                self.mirror();
            }
            Role::Following => self.hand_over(),
            _ => {}
        }
        if !self.tabs.leads() {
            self.timeline.forget_changes();
        }
        let message = std::mem::take(&mut self.tabs.saying);
        if !message.is_empty() {
            self.say(message);
        }
    }

    /// Says goodbye to the server, unless another page goes on.
    pub(super) fn leave_as_last(&mut self, reason: DisconnectReason) {
        if self.tabs.leads() && !self.tabs.has_peers() {
            self.leave(reason);
        }
    }
}

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// The page goes away, or into the browser's cache of pages.
    Page,
    /// The page has ended its conversation.
    Conversation,
}
