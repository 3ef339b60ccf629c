//! What followers' visitors do, on its way into the leader's outbox.
//!
//! A follower keeps an entry in its memory and in its own journal until the leader has it in the database and says
//! so; after a change of leaders it hands over again what was not confirmed. The leader takes each entry once: it knows
//! what is in its outbox, what the server has stored, and what it has taken before.

use super::reset::is_reset;
use super::talk::TabMessage;
use crate::engine::outbox::item::{Call, DELETE, Draft, EDIT, Item, Kind};
use crate::engine::outbox::journal::Tried;
use crate::engine::outbox::room::failed;
use crate::engine::outbox::{Kept, Queued};
use crate::engine::{Change, Conversation, Delivery, EntryKey, FailureReason};
use crate::model::AttachmentStatus;
use crate::{ClientMessageId, Object, Value};
use std::sync::Arc;

/// Route of a [`Call`] that is for the leader: try a failed message again.
pub(in crate::engine) const RETRY: &str = "/retry";
/// Give a message up.
pub(in crate::engine) const REMOVE: &str = "/remove";
/// Forget the identity; with `newSession` everything.
pub(in crate::engine) const RESET: &str = "/reset";

/// How many entries of this page are remembered, to tell it how they came out.
const MOST_OWN: usize = 2_000;

impl Conversation {
    /// Leaves something to the leader, if that is another page, or may be: as an entry, so that it outlives both.
    pub(in crate::engine) fn leave_to_leader(
        &mut self,
        route: &str,
        key: Option<&EntryKey>,
        body: Object,
    ) -> bool {
        if self.tabs.decides() {
            return false;
        }
        let id = self.dice.id(self.now);
        let call = Call {
            route: route.to_owned(),
            session_id: None,
            key: key.map(|key| String::from(&*key.0)),
            body,
        };
        let forgets = call.body.get("newSession").and_then(Value::as_bool) == Some(true);
        let seq = self.enqueue(id, Kind::Call(call));
        if forgets {
            self.outbox.reset = seq;
            // The page knows what became of these.
            self.tabs.own.clear();
        }
        true
    }

    /// Sends the leader what waits here.
    pub(super) fn hand_over(&mut self) {
        let knows = self.tabs.mirrored && self.tabs.caught_up;
        if !knows && !self.is_resetting() {
            // What happened before is not known yet. To a page that has everything forgotten it is all the same, and it
            // takes no list before that is done.
            return;
        }
        let tabs = &mut self.tabs;
        let all = !std::mem::replace(&mut tabs.handed, true);
        let items = self.outbox.items_of(&|queued| all || queued.doubtful_tries == 0);
        for item in &items {
            // Counts as a try: it is not handed over again to the same leader.
            self.outbox.doubt(&item.id);
            self.outbox.is_elsewhere(&item.id);
            if !self.tabs.own.contains(&item.id) {
                self.tabs.own.push(item.id.clone());
            }
        }
        while self.tabs.own.len() > MOST_OWN {
            self.tabs.own.remove(0);
        }
        if all {
            self.tabs.saying.done = self.outbox.done_ids();
            self.tabs.saying.tried.clone_from(&self.outbox.tried);
        }
        self.tabs.saying.items = items;
    }

    /// The leader has these, and those have come to their end.
    pub(super) fn take_have(&mut self, message: &TabMessage) {
        for id in &message.have {
            self.outbox.handed_over(id);
        }
        self.take_done(message);
    }

    /// Those have come to their end.
    pub(super) fn take_done(&mut self, message: &TabMessage) {
        for id in &message.done {
            self.outbox.handed_over(id);
            self.outbox.mark_tried(id, None);
        }
    }

    pub(super) fn owe_ends(&mut self, tried: &[Tried]) {
        let ids = tried.iter().map(|tried| tried.id.as_str().into());
        self.tabs.owed_ends.extend(ids);
    }

    /// Takes what a follower hands over. What it did before a reset that it has not heard of was reset with the rest.
    pub(super) fn take_items(&mut self, message: TabMessage) {
        let TabMessage {
            items,
            done,
            tried,
            reset,
            ..
        } = message;
        let here = self.left_here();
        for id in done {
            self.finish_delivered_elsewhere(&id);
            self.tabs.owed_ends.push(id.as_str().into());
        }
        self.owe_ends(&tried);
        for item in items {
            let is_reset = is_reset(&item);
            let id = item.id.clone();
            let is_news = if is_reset {
                item.seq > self.outbox.reset
            } else {
                !here.is_forgotten(reset, &item)
            };
            if is_news && self.admits_from_other(&item) {
                self.take_item(item, reset);
            }
            if self.outbox.get(&id).is_none() && self.timeline.get(&id).is_none() {
                // Deleted meanwhile, or done long ago: a page that was away still shows it.
                self.tabs.saying.gone.push(String::from(&*id));
            }
            self.tabs.owed.push(id);
        }
        self.outbox.add_tried(tried, !self.tabs.begun);
    }

    /// Whether an entry of another page was taken already.
    fn is_taken(&self, item: &Item) -> bool {
        let id = &item.id;
        self.outbox.get(id).is_some()
            || self.outbox.is_done(id)
            || self.timeline.is_stored(id)
            || self.tabs.taken.contains(id)
            // A page that stood still passes on what was done long ago.
            || (is_reset(item) && item.seq <= self.outbox.reset)
    }

    /// Whether there is room for what another page hands over; that page is told when not.
    fn admits_from_other(&mut self, item: &Item) -> bool {
        let takes_room = match &item.kind {
            Kind::Receipt(_) => false,
            Kind::Call(call) => !is_for_leader(call),
            _ => true,
        };
        if !takes_room || self.is_taken(item) || self.outbox.has_room_for(&item.kind) {
            return true;
        }
        self.tabs.remember(item.id.clone());
        self.drop_bytes(&item.id, &item.kind);
        let mut told = failed(&item.id, &item.kind, FailureReason::OutboxFull);
        if let (Kind::Message(draft), Change::Undeliverable { content, .. }) = (&item.kind, &mut told) {
            // Its bubble goes, as there is none for a message that the own page refuses, and the text with it.
            self.tabs.saying.gone.push(String::from(&*item.id));
            *content = Some(draft.content.clone());
        }
        self.tell_others(&told);
        false
    }

    /// Takes one entry of another page, which knew of this reset, unless that has happened already.
    pub(super) fn take_item(&mut self, mut item: Item, reset: u64) {
        if self.is_taken(&item) {
            return;
        }
        let id = item.id.clone();
        let mut is_gone = false;
        self.tabs.remember(id.clone());
        match &mut item.kind {
            Kind::Receipt(receipt) => {
                let (ids, status) = (std::mem::take(&mut receipt.message_ids), receipt.status);
                if Some(&receipt.session_id) == self.session.id.as_ref() {
                    self.tell_receipts(ids, status);
                }
                return;
            }
            Kind::Call(call) => {
                if self.take_call(item.seq, &id, call) {
                    return;
                }
            }
            Kind::Identify(identity) => {
                let identity = identity.clone();
                self.drop_identities();
                self.link.without_identity = false;
                if self.session.identity.as_ref() != Some(&identity) {
                    self.session.identity = Some(identity.clone());
                    self.out.change(Change::Identity(Some(identity)));
                }
            }
            Kind::Message(draft) => is_gone = self.find_files(draft).is_some(),
            Kind::Event(_) | Kind::Upload(_) => {}
        }
        self.link.want(self.now.mono);
        // In the order in which they come: each page has its own idea of the time.
        self.enqueue_again(item);
        self.outbox.stand_after(reset, &|item| item.id == id);
        if is_gone {
            self.message_refused(&id, FailureReason::FILE_GONE);
        }
    }

    /// Takes an entry again that a reset has taken away with those before it.
    pub(super) fn take_again(&mut self, item: Item, reset: u64) {
        self.tabs.taken.retain(|taken| *taken != item.id);
        self.take_item(item, reset);
    }

    /// Does at once what is no request of its own; whether it was.
    fn take_call(&mut self, seq: u64, id: &Arc<str>, call: &Call) -> bool {
        let key = call.key.as_deref().map(|key| EntryKey(key.into()));
        match (call.route.as_str(), key) {
            (RETRY, Some(key)) => self.retry(&key),
            (REMOVE, Some(key)) => self.remove(&key),
            (route @ (EDIT | DELETE), Some(key)) => self.revise(id.clone(), &key, route, call.body.clone()),
            (RESET, _) => {
                let new_session = call.body.get("newSession").and_then(Value::as_bool);
                if new_session.unwrap_or(false) {
                    self.reset_to(seq, &call.body);
                } else {
                    self.forget_identity();
                }
            }
            _ => return false,
        }
        true
    }

    /// The last leader may have died with messages that could be written nowhere. This page shows them, so it has them.
    pub(in crate::engine) fn take_over_shown(&mut self) {
        self.timeline.end_mirror();
        self.revise_all();
        if !self.tabs.mirrored {
            return;
        }
        for (entry, seq) in self.timeline.unsent() {
            let id = entry.key.0.clone();
            if let Some(queued) = self.outbox.get(&id) {
                if queued.kept == Kept::InMemory && queued.item.seq != seq {
                    // As in the database: the number that the leader has given counts.
                    self.outbox.renumber(&id, seq);
                }
                continue;
            }
            if self.outbox.is_done(&id) {
                // Delivered with that page's last breath.
                self.fetch_delivered(&id);
                continue;
            }
            let message = &entry.message;
            let mut draft = Draft {
                content: message.content.clone(),
                reply_to: message.reply_to.as_ref().map(|reply| reply.id().clone()),
                attachment_ids: Vec::new(),
                uploads: Vec::new(),
            };
            for file in &message.attachments {
                // One that waits is shown by its entry's name.
                if file.status == AttachmentStatus::Pending {
                    draft.uploads.push(ClientMessageId::new(file.id.as_str()));
                } else {
                    draft.attachment_ids.push(file.id.clone());
                }
            }
            self.find_files(&mut draft);
            let refused = match entry.delivery {
                Delivery::Failed(FailureReason::Refused { status }) => Some(status),
                _ => None,
            };
            let item = Item {
                seq,
                // Not known any more; its place is.
                tab: "".into(),
                made: seq,
                visitor: None,
                id: id.clone(),
                created: message.timestamp,
                kind: Kind::Message(draft),
                refused,
                uploaded: None,
            };
            self.outbox.add_earlier(item, Kept::InMemory);
            // It may have been delivered with its last breath.
            let tried = Tried {
                id: String::from(&*id),
                base: None,
                base_at: None,
            };
            self.outbox.add_tried(vec![tried], true);
        }
    }

    /// This page leads now: what it, or a page that has ended, wanted of a leader is done.
    pub(in crate::engine) fn take_own_calls(&mut self) {
        let calls = self.outbox.iter().filter_map(|queued| match &queued.item.kind {
            Kind::Call(call) if is_for_leader(call) => Some((queued.item.clone(), call.clone())),
            _ => None,
        });
        let calls: Vec<(Item, Call)> = calls.collect();
        let mut last_reset = 0;
        for (item, call) in calls {
            let is_later = |queued: &Queued| call.route == RESET && queued.item.seq > item.seq;
            let later = self.outbox.items_of(&is_later);
            self.drop_item(&item.id);
            // What it shows is no longer what is there.
            self.run_revisions();
            if call.route == RESET {
                if item.seq <= std::mem::replace(&mut last_reset, item.seq) {
                    // Passed on by several pages.
                    continue;
                }
                self.outbox.stand_after(item.seq, &|later| later.seq > item.seq);
            }
            self.take_call(item.seq, &item.id, &call);
            for later in later {
                // An identity that was told after a reset is not undone by it.
                self.take_again(later, item.seq);
            }
        }
    }

    /// Another page, which led before, knows that the server has this, or that it was deleted before the server had it. What
    /// is under way is ended by its own answer: the next one would overtake it, and its deletion has to follow it.
    pub(super) fn finish_delivered_elsewhere(&mut self, id: &str) {
        if self.outbox.is_under_way(id) {
            return;
        }
        // A third page may still have it.
        self.tabs.remember(id.into());
        if self.outbox.get(id).is_none() {
            if !self.tabs.begun || self.tabs.has_read(id) {
                // The database, or a journal, may still have it.
                self.outbox.keep_done(id);
            }
            return;
        }
        self.finish(id);
        if !self.timeline.is_stored(id) {
            self.fetch_delivered(id);
        }
    }

    /// The server has it: what is shown of it goes, and the server's list brings it.
    fn fetch_delivered(&mut self, id: &str) {
        if self.unshow(id) {
            self.reader.want_everything();
        }
    }

    /// A message is shown no longer; whether it was.
    pub(super) fn unshow(&mut self, id: &str) -> bool {
        let entry = self.timeline.remove(id);
        let was_shown = entry.is_some();
        if let Some(entry) = entry {
            self.out.change(Change::Removed(entry.key));
        }
        was_shown
    }
}

/// Whether it is no request of its own. What a follower wants changed may still be in the outbox.
fn is_for_leader(call: &Call) -> bool {
    let revises = matches!(call.route.as_str(), EDIT | DELETE);
    matches!(call.route.as_str(), RETRY | REMOVE | RESET) || (revises && call.session_id.is_none())
}
