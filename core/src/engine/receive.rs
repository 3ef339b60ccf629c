//! What the server tells: envelopes, pages and snapshots, applied to the list.

use super::outputs::Purpose;
use super::timeline::{News, Patch};
use super::{Change, Conversation, EntryKey};
use crate::envelope::{ServerEnvelope, ServerEvent};
use crate::model::{Identity, Message, PreChatForm, Sender, TrackedElement};
use crate::route::{ConnectResponse, Feature};
use crate::{MessageId, Object, Timestamp, Value, Wire};
use std::sync::Arc;

impl Conversation {
    /// Applies an envelope, and only then moves on to its cursor.
    pub(super) fn apply(&mut self, envelope: ServerEnvelope) {
        let Some(envelope) = self.planted_before_applying(envelope) else {
            return;
        };
        let ServerEnvelope { event, cursor, .. } = envelope;
        match event {
            // Servers do not keep it: it repeats the cursor of what came before.
            ServerEvent::Typing(_) => return self.apply_event(event),
            // Its cursor is a place that says nothing of what is missing before it.
            ServerEvent::Resync => {}
            _ if cursor
                .as_ref()
                .is_some_and(|cursor| self.session.has_applied(cursor)) =>
            {
                return;
            }
            _ => {}
        }
        self.apply_event(event);
        if let Some(cursor) = cursor {
            self.session.applied(cursor);
        }
    }

    pub(super) fn apply_event(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Message(message) => {
                let (id, timestamp) = (message.id.clone(), message.timestamp);
                self.absorb_one(*message);
                if self.timeline.align_next(&id, timestamp) {
                    self.out.change(Change::Timeline);
                }
            }
            ServerEvent::MessageEdited(edited) => {
                let id = edited.message_id.clone();
                self.patch_edit(&id, Patch::edit(edited));
            }
            ServerEvent::MessageDeleted(deleted) => {
                self.patch_deletion(&deleted.message_id, Patch::deletion(&deleted));
            }
            ServerEvent::Read(receipt) => {
                for id in &receipt.message_ids {
                    // Nobody waits for the key.
                    drop(self.patch(id, Patch::receipt(&receipt)));
                }
            }
            ServerEvent::Typing(typing) if typing.sender != Sender::Visitor => {
                self.typing.other(typing.is_typing, self.now.mono);
            }
            ServerEvent::Typing(_) | ServerEvent::Pong | ServerEvent::Connected => {}
            ServerEvent::Presence(presence) => self.session.operator_online = presence.online,
            ServerEvent::AiTakeover(_) => self.out.change(Change::AiTakeover),
            ServerEvent::Custom(event) => self.out.change(Change::Event(event)),
            ServerEvent::VersionWarning(warning) => self.out.change(Change::VersionWarning(warning)),
            ServerEvent::CsatRequest(_) => self.out.change(Change::CsatRequest),
            ServerEvent::ConfigUpdate(update) => {
                if let Value::Object(config) = update.write() {
                    self.out.change(Change::Config(config));
                }
                self.track_for_server(update.tracked_elements);
            }
            ServerEvent::Resync => {
                self.session.cursor = None;
                self.reader.want_everything();
            }
            ServerEvent::SessionState(change) => self.pass_on("session", change.write()),
            ServerEvent::ScreenshotRequest(wish) => self.wish_for_screenshot(wish),
            ServerEvent::Unknown { kind, data } => self.pass_on(&kind, data),
            // Only operators' streams have it.
            ServerEvent::Session(_) => {}
        }
    }

    /// Tells of what the engine has no use for itself. Not by writing any envelope back: that would bring the
    /// writers of all of them into the widget.
    fn pass_on(&mut self, kind: &str, data: Value) {
        let kind = kind.to_owned();
        self.out.change(Change::Unknown { kind, data });
    }

    pub(super) fn patch_edit(&mut self, id: &MessageId, patch: Patch) {
        if let Some(key) = self.patch(id, patch) {
            self.out.change(Change::Edited(key));
        }
    }

    pub(super) fn patch_deletion(&mut self, id: &MessageId, patch: Patch) {
        let was_there = self
            .timeline
            .get(id.as_str())
            .is_some_and(|entry| entry.message.deleted_at.is_none());
        if let Some(key) = self.patch(id, patch)
            && was_there
        {
            self.out.change(Change::Deleted(key));
        }
    }

    /// Changes a message; gives its key if that changed it.
    fn patch(&mut self, id: &MessageId, patch: Patch) -> Option<EntryKey> {
        let key = self.timeline.patch(id, patch)?;
        self.history.touch(id);
        self.out.change(Change::Updated(key.clone()));
        Some(key)
    }

    /// Takes one message.
    pub(super) fn absorb_one(&mut self, message: Message) {
        // Streams tell what is so by now.
        let change = match self.absorb(message, Told::Aloud, self.timeline.clock()) {
            News::New(key) => Change::Added(key),
            News::Changed(key) => Change::Updated(key),
            News::Same => return,
        };
        self.out.change(change);
        self.tell_arrivals();
    }

    /// Takes a list of what was said before; nobody hears of it as something new.
    pub(super) fn absorb_older(&mut self, messages: Vec<Message>) {
        self.absorb_list(messages, Told::Quietly, 0);
    }

    /// Takes a list in the server's order; `asked` is the timeline's clock when that was asked for.
    pub(super) fn absorb_page(&mut self, messages: Vec<Message>, asked: u64) {
        self.absorb_list(messages, Told::Aloud, asked);
    }

    fn absorb_list(&mut self, messages: Vec<Message>, told: Told, asked: u64) {
        let ids: Vec<_> = messages.iter().map(|message| message.id.clone()).collect();
        let mut changes = Vec::new();
        let oldest = self.timeline.stored().first();
        let oldest = oldest.map(|entry| entry.message.timestamp);
        for message in messages {
            // What is from before all that is known has not arrived now.
            let told = if Some(message.timestamp) < oldest {
                Told::Quietly
            } else {
                told
            };
            match self.absorb(message, told, asked) {
                News::New(key) => changes.push(Change::Added(key)),
                News::Changed(key) => changes.push(Change::Updated(key)),
                News::Same => {}
            }
        }
        if self.timeline.align(&ids) || changes.len() > 1 {
            self.out.change(Change::Timeline);
        } else if let Some(change) = changes.pop() {
            self.out.change(change);
        }
        self.tell_arrivals();
    }

    fn absorb(&mut self, message: Message, told: Told, asked: u64) -> News {
        if message.private {
            // Notes among operators are not for visitors, whatever a server sends.
            return News::Same;
        }
        let id = message.id.clone();
        if let Some(key) = self.claim(&message) {
            self.timeline.acknowledge(&key, message.clone());
            if let Some(queued) = self.outbox.get_mut(&key.0) {
                queued.adopted = Some(Box::new(message));
            }
            return News::Changed(key);
        }
        let from_other_side = message.sender != Sender::Visitor;
        let ours = message.client_message_id.as_ref().filter(|_| !from_other_side);
        let ours: Option<Arc<str>> = ours.map(|id| id.as_str().into());
        if let Some(ours) = ours.filter(|ours| self.outbox.get(ours).is_some()) {
            // It came back before its answer: that is acknowledgement enough.
            self.acknowledge_message(&ours, message);
            return News::Same;
        }
        let news = self.timeline.absorb(message, asked);
        if news != News::Same {
            self.history.touch(&id);
        }
        if from_other_side {
            // The existing servers' memory stores append a copy of the message at every receipt (PROTOCOL
            // §8.8), and their own widget never sends this one.
            if !self.session.is_foreign() {
                self.receipts.told_of(&id);
            }
            if matches!(news, News::New(_)) {
                self.typing.other(false, self.now.mono);
                if told == Told::Aloud {
                    self.arrivals.push(id);
                }
            }
        }
        news
    }

    /// Tells of messages of the other side that were not known; after their entries are told of.
    fn tell_arrivals(&mut self) {
        for id in std::mem::take(&mut self.arrivals) {
            let entry = self.timeline.get(id.as_str());
            if let Some(entry) = entry.filter(|entry| entry.message.deleted_at.is_none()) {
                self.out.change(Change::Arrived(Box::new(entry.message.clone())));
            }
        }
    }

    /// Joins the list that came with `/connect`; `clock` is the list's when that was asked for.
    pub(super) fn connect_snapshot(&mut self, response: ConnectResponse, clock: u64) {
        // What the visitor finds on opening the page has not "arrived".
        let told = if self.seen_snapshot {
            Told::Aloud
        } else {
            Told::Quietly
        };
        self.seen_snapshot = true;
        let first = response.messages.first().map(|message| message.timestamp);
        let has_more = response.has_more.unwrap_or(false);
        let mut seen: Vec<MessageId> = Vec::new();
        for message in &response.messages {
            if !seen.contains(&message.id) {
                seen.push(message.id.clone());
            }
        }
        let count = response.messages.len();
        let oldest = seen.first().cloned();
        self.absorb_list(response.messages, told, clock);
        if self.session.has(Feature::Resume) {
            self.session.has_more = has_more;
            self.drop_unmet(first.filter(|_| has_more), clock);
            if has_more && oldest.is_some_and(|id| !self.timeline.is_first(&id)) {
                // What we hold from before this list may have changed, or lie behind a gap.
                self.reader.want_everything();
            }
            if self.session.cursor.is_none() {
                // Otherwise we have a place, and events since then that no list tells of.
                self.session.cursor = response.cursor;
            }
        } else {
            self.session.has_more = false;
            self.session.tail = seen.pop();
            // Those servers give the oldest 50; what follows has to be fetched.
            if count >= 50 {
                self.reader.catch_up();
            }
        }
    }

    /// Drops what the server does not have any more.
    pub(super) fn drop_unmet(&mut self, from: Option<Timestamp>, clock: u64) {
        if self.timeline.drop_unmet(from, clock) > 0 {
            self.history.touch_all();
            self.out.change(Change::Timeline);
        }
    }

    /// Drops what is older than this message: it is too far back to be compared with what the server has.
    pub(super) fn drop_before(&mut self, id: &MessageId) {
        if self.timeline.drop_before(id) > 0 {
            // What comes before the first of these is not what comes before this one.
            self.out.forget(Purpose::ReadOlder);
            self.history.touch_all();
            self.out.change(Change::Timeline);
        }
    }

    /// Makes bubbles for entries of the outbox that have none.
    pub(super) fn show_unsent(&mut self) {
        let mut missing = Vec::new();
        for queued in self.outbox.iter() {
            if let super::outbox::item::Kind::Message(draft) = &queued.item.kind
                && self.timeline.get(&queued.item.id).is_none()
            {
                missing.push((queued.item.clone(), draft.clone()));
            }
        }
        for (item, draft) in missing {
            self.show_item(&item, &draft);
        }
    }

    /// Makes the bubble of a message of the outbox.
    pub(super) fn show_item(
        &mut self,
        item: &super::outbox::item::Item,
        draft: &super::outbox::item::Draft,
    ) -> EntryKey {
        let session_id = self
            .session
            .id
            .clone()
            .unwrap_or_else(|| crate::SessionId::new(""));
        let mut message = super::outbox::delivery::unsent_message(&item.id, draft, session_id, item.created);
        message.attachments = self.shown_files(draft);
        let delivery = match item.refused {
            Some(status) => super::Delivery::Failed(super::FailureReason::of_status(status)),
            None => super::Delivery::Sending,
        };
        self.timeline.add_unsent(message, delivery, item.seq)
    }
}

/// A body without those of its messages and envelopes, and of what only adorns a conversation, that cannot be read: one odd
/// message must not hide the others, nor an odd form the conversation.
pub(super) fn readable(body: Value) -> Value {
    let Value::Object(body) = body else { return body };
    let cleaned = body.into_iter().map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("messages", Value::List(list)) => Value::List(
                list.into_iter()
                    .filter(|item| Message::read(item).is_ok())
                    .collect(),
            ),
            ("events", Value::List(list)) => Value::List(
                list.into_iter()
                    .filter(|item| ServerEnvelope::read(item).is_ok())
                    .collect(),
            ),
            ("preChatForm", value) if PreChatForm::read(&value).is_err() => Value::Null,
            ("trackedElements", value) if Vec::<TrackedElement>::read(&value).is_err() => Value::Null,
            ("identity", value) if Identity::read(&value).is_err() => Value::Null,
            (_, value) => value,
        };
        (key, value)
    });
    Value::Object(cleaned.collect::<Object>())
}

/// Whether the page hears of messages that come in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Aloud,
    Quietly,
}
