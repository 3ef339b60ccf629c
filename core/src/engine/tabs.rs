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
mod mirror;
mod role;
mod talk;
mod told;

pub(super) use handover::{REMOVE, RESET, RETRY};
pub(super) use told::{reason, reason_code};

use super::outbox::item::Item;
use super::outputs::Purpose;
use super::{Change, Conversation, Effect, Method, Restored, TabEvent};
use crate::route::{DisconnectReason, PageRequest};
use crate::{Object, SessionId, Value, VisitorId, Wire};
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
    pub(super) epoch: u64,
    /// The database has said which epoch is ours.
    claimed: bool,
    /// This page leads, and the others know.
    begun: bool,
    /// All others are to be told everything.
    whole_due: bool,
    /// Other pages that have been heard of.
    peers: Vec<String>,
    pinged_at: u64,
    /// The first ping that has no answer.
    asked_at: Option<u64>,
    /// Another page is in view, as far as known.
    in_view_until: u64,
    fence: fence::Fence,
    /// The last reset of everything.
    reset: u64,
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
    /// What is told to the other pages at the end of this turn.
    saying: TabMessage,
    /// The state that was told last, or that the leader has told.
    state: TabState,
    /// Whether the list is the leader's.
    mirrored: bool,
    /// The server's appearance keys.
    appearance: Option<Object>,
}

/// What pages before have left in their journals.
#[derive(Default)]
struct Left {
    /// The number of the last entry.
    last_seq: u64,
    /// Of those that leaders have left.
    led_seq: u64,
    /// Entries of followers, before the database has answered.
    followers: Vec<Item>,
}

/// Another page's journal.
struct JournalRead {
    tab: String,
    /// Entries that are to be kept before it can go.
    ids: Vec<Arc<str>>,
    /// When it was read.
    at: u64,
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

    /// Whether the list came from a leader.
    pub(super) fn is_mirrored(&self) -> bool {
        self.mirrored
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
                    let mut left = Left::default();
                    self.absorb_journal(tab, &journal, &mut left);
                    for item in left.followers {
                        self.enqueue_left(item, true, true);
                    }
                }
            }
        }
    }

    /// The lock is ours.
    fn elected(
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
        self.tabs.fence = fence::Fence::default();
        if is_stolen {
            self.tabs.fence.hold(self.now.mono);
        }
        self.catch_up(visitor_id, session_id);
        self.link.lead(self.now.mono);
        self.outbox.is_led();
        self.link.wanted |= self.tabs.state.wanted;
        let own = self.outbox.take_all();
        let mut left = Left::default();
        for (tab, journal) in journals {
            self.absorb_journal(tab, &journal, &mut left);
        }
        // Who has heard of no leader does not know behind what it writes, whatever the clock says.
        let again = left
            .followers
            .first()
            .is_some_and(|item| item.seq <= left.led_seq);
        let own_again = again || own.first().is_some_and(|(item, _)| item.seq <= left.last_seq);
        for item in left.followers {
            self.enqueue_left(item, true, again);
        }
        for (item, is_doubtful) in own {
            self.enqueue_left(item, is_doubtful, own_again);
        }
        self.out.effect(Effect::Restore { claim: true });
    }

    /// This page may have stood still while another one forgot the visitor, or got another session.
    fn catch_up(&mut self, visitor_id: Option<VisitorId>, session_id: Option<SessionId>) {
        let is_other = visitor_id.is_some() && visitor_id != self.session.visitor_id;
        if is_other && self.session.visitor_id.is_some() {
            // What was not delivered stays: only a reset drops that.
            self.session.forget_all();
            self.forget_list();
        }
        if is_other {
            self.session.visitor_id = visitor_id;
        }
        if session_id.is_some() && session_id != self.session.id {
            self.forget_list();
            self.session.cursor = None;
            self.session.id = session_id;
        }
    }

    /// Another page has forgotten everything.
    pub(super) fn forget_with_others(&mut self) {
        self.outbox.clear();
        self.outbox.voided();
        self.session.forget_all();
        self.timeline = super::timeline::Timeline::default();
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
    pub(super) fn takes(&mut self, restored: &Restored) -> bool {
        match self.tabs.role {
            Role::Alone => true,
            Role::Leading if restored.claimed => {
                self.tabs.claimed = true;
                self.begin_to_lead();
                if restored.failure.is_none() {
                    self.tabs.epoch = restored.epoch;
                    self.tabs.fence.confirmed(self.now.mono);
                }
                true
            }
            _ => {
                if self.tabs.follows() && !self.tabs.mirrored && !restored.claimed {
                    self.restore_history(&restored.history);
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
    pub(super) fn begin_to_lead(&mut self) {
        if self.tabs.role == Role::Leading && !std::mem::replace(&mut self.tabs.begun, true) {
            self.tabs.synced = true;
            self.tabs.epoch += 1;
            self.tabs.saying.lead = true;
        }
    }

    /// Another page leads.
    fn following(&mut self) {
        if matches!(self.tabs.role, Role::Waiting | Role::Stealing) {
            self.follow();
            if !self.tabs.mirrored {
                self.out.effect(Effect::Restore { claim: false });
            }
        }
    }

    /// The lock was stolen from us.
    fn deposed(&mut self) {
        if self.tabs.role == Role::Leading && !self.planted_stays_leader() {
            self.step_down();
            self.follow();
            // When that leader's page ends, this one may lead again.
            self.out.effect(Effect::Elect { steal: false });
        }
    }

    /// Goes on as a follower.
    fn follow(&mut self) {
        self.drop_writes();
        self.link.restored = true;
        self.tabs.role = Role::Following;
        self.tabs.asked_at = None;
        self.tabs.pinged_at = self.now.mono;
        self.tabs.handed = false;
        self.tabs.saying.hello = true;
    }

    /// Ends what only a leader does. What the database has is the next leader's.
    fn step_down(&mut self) {
        self.stop_receiving();
        for purpose in [
            Purpose::Connect,
            Purpose::Deliver,
            Purpose::ReadOlder,
            Purpose::Visibility,
        ] {
            self.out.forget(purpose);
        }
        if self.outbox.has_void() {
            // The database has not heard of a reset: the next leader has to do it again.
            self.enqueue_reset();
        }
        self.outbox.keep_unsaved();
        self.link.reconnect();
        // The list is what the last leader had, and the next one tells the rest.
        self.tabs.mirrored = true;
        self.tabs.owed.clear();
        self.tabs.owed_ends.clear();
        self.tabs.absorbed.clear();
        self.tabs.state = self.tab_state();
    }

    /// Leaves the other pages, saying so; what is not handed over stays in this page's journal.
    pub(super) fn leave_tabs(&mut self, role_after: Leaving) {
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
    fn come_back(&mut self) {
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

    fn say(&mut self, mut message: TabMessage) {
        message.from.clone_from(&self.tabs.name);
        message.reset = self.tabs.reset;
        if self.tabs.role == Role::Leading {
            message.epoch = Some(self.tabs.epoch);
            message.seq = Some(self.outbox.last_seq());
        }
        self.out.effect(Effect::Broadcast(message.write()));
    }

    /// Another page has said something.
    fn heard_tab(&mut self, message: TabMessage) {
        if message.from == self.tabs.name || message.to.as_ref().is_some_and(|to| *to != self.tabs.name) {
            return;
        }
        if message.bye {
            self.tabs.peers.retain(|peer| *peer != message.from);
        } else if !self.tabs.peers.contains(&message.from) {
            self.tabs.peers.push(message.from.clone());
        }
        if let Some(open) = message.open
            && std::mem::replace(&mut self.page.open, open) != open
        {
            self.out.change(Change::Open(open));
        }
        match message.epoch {
            Some(epoch) => self.heard_leader(epoch, message),
            None if self.tabs.role == Role::Leading => self.heard_follower(message),
            None => {}
        }
    }

    fn heard_leader(&mut self, epoch: u64, message: TabMessage) {
        let is_later = (epoch, &message.from) > (self.tabs.epoch, &self.tabs.name);
        match self.tabs.role {
            // A claim under way makes this page the later one.
            Role::Leading if self.tabs.begun && is_later && !self.planted_stays_leader() => {
                self.out.effect(Effect::Resign);
                self.deposed();
            }
            Role::Following | Role::Stealing if epoch >= self.tabs.epoch => {}
            Role::Away => {
                self.take_have(&message);
                self.catch_up_with_reset(message.reset);
                return;
            }
            _ => return,
        }
        if self.tabs.leads() {
            return;
        }
        self.outbox.go_on_after(message.seq.unwrap_or(0));
        self.outbox.is_led();
        let tabs = &mut self.tabs;
        tabs.asked_at = None;
        if message.lead || std::mem::replace(&mut tabs.epoch, epoch) != epoch {
            tabs.epoch = epoch;
            tabs.handed = false;
            tabs.saying.hello = !message.whole;
        }
        self.take_mirror(message);
    }

    fn heard_follower(&mut self, message: TabMessage) {
        let now = self.now.mono;
        if message.in_view || message.hidden {
            let before = self.is_in_view();
            self.tabs.in_view_until = if message.hidden { now } else { now + IN_VIEW_MILLIS };
            self.view_changed(before);
        }
        if message.ping {
            // Whatever a leader says shows that it is there.
            self.tabs.saying.pong = true;
        }
        if message.connect {
            self.link.want(now);
        }
        if message.older {
            self.read_older();
        }
        if let Some(is_typing) = message.typing {
            self.tell_typing(is_typing);
        }
        if let Some(page) = &message.page {
            self.tell_page_of_tab(page);
        }
        let hello = message.hello.then(|| message.from.clone());
        self.take_items(message);
        if let Some(from) = hello {
            self.say_whole(from);
        }
    }

    /// Another page of the browser has gone to this address.
    fn tell_page_of_tab(&mut self, page: &Object) {
        let Some(session_id) = self.session.id.clone().filter(|_| self.can_talk()) else {
            return;
        };
        let mut body = page.clone();
        body.push("sessionId", session_id.write());
        let body = Value::Object(body);
        if PageRequest::read(&body).is_ok() {
            self.out
                .request(Purpose::Passing, Method::Post, "/page".to_owned(), Some(body));
        }
    }

    /// Passes on to the leader what only that can do; whether there is another one.
    pub(super) fn ask_leader(&mut self, ask: impl FnOnce(&mut TabMessage)) -> bool {
        let follows = !self.tabs.leads();
        if follows {
            ask(&mut self.tabs.saying);
        }
        follows
    }

    /// Tells the other pages that the window was opened or closed.
    pub(super) fn share_open(&mut self, open: bool) {
        if self.tabs.has_peers() {
            self.tabs.saying.open = Some(open);
        }
    }

    /// The others have to forget what this page has forgotten.
    pub(super) fn share_reset(&mut self, reset: Option<u64>) {
        if self.tabs.role != Role::Alone {
            self.know_reset(reset.unwrap_or(self.outbox.void_seq()));
            self.tabs.whole_due = true;
            self.tabs.absorbed.clear();
            self.out.effect(Effect::ForgetJournals { of: None });
        }
    }

    /// Everything was forgotten by the reset of this number.
    pub(super) fn know_reset(&mut self, reset: u64) {
        self.outbox.reset = reset;
        self.tabs.reset = reset;
    }

    /// Another page knows of this reset. A page that has just been opened has nothing to forget.
    pub(super) fn catch_up_with_reset(&mut self, reset: u64) {
        if reset > self.tabs.reset {
            if self.tabs.synced {
                self.forget_with_others();
            }
            self.know_reset(reset);
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
