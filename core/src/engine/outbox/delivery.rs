//! Sending: one entry at a time, and what its answer leads to.

use super::item::{EventDraft, Item, Kind, ReceiptDraft};
use super::journal::Tried;
use super::outcome::{Outcome, judge};
use super::{Kept, Settling};
use crate::engine::backoff::doubled;
use crate::engine::outputs::Purpose;
use crate::engine::{
    Change, Conversation, Effect, EntryKey, FailureReason, HttpAnswer, Method, NetworkFailure,
};
use crate::envelope::ClientFrame;
use crate::model::{CustomEvent, Message, MessageStatus, Sender};
use crate::route::{
    EventRequest, Feature, IdentifyRequest, ReadRequest, SendMessageRequest, SendMessageResponse,
};
use crate::{ClientMessageId, EventId, MessageId, SessionId, Wire};
use std::sync::Arc;

/// How long the database may take before an entry goes on without it, in milliseconds.
const WRITE_MILLIS: u64 = 5_000;
/// After how many lost sessions in a row the server does not want the entry.
const MOST_LOST_SESSIONS: u8 = 2;

impl Conversation {
    /// Puts something into the outbox: journal and database first, the network when they have answered.
    pub(in crate::engine) fn enqueue(&mut self, id: Arc<str>, kind: Kind) -> u64 {
        let seq = self.outbox.next_seq(self.now.wall.as_millis());
        let item = Item {
            seq,
            id,
            created: self.now.wall,
            kind,
            refused: None,
        };
        let kept = self.write_item(&item);
        self.outbox.add(item, kept);
        seq
    }

    /// Writes an entry to the database; where it is kept meanwhile.
    pub(in crate::engine) fn write_item(&mut self, item: &Item) -> Kept {
        if self.storage.put(item, &mut self.out) {
            Kept::Writing {
                until: self.now.mono + WRITE_MILLIS,
            }
        } else {
            Kept::InMemory
        }
    }

    /// Queues receipts; they join those that wait already.
    pub(in crate::engine) fn enqueue_receipts(&mut self, message_ids: Vec<MessageId>, status: MessageStatus) {
        let Some(session_id) = self.session.id.clone().filter(|_| !message_ids.is_empty()) else {
            return;
        };
        let draft = ReceiptDraft {
            session_id,
            message_ids,
            status,
        };
        let Some(item) = self.outbox.join_receipts(&draft) else {
            let id = self.dice.id(self.now);
            self.enqueue(id, Kind::Receipt(draft));
            return;
        };
        let kept = self.write_item(&item);
        self.outbox.written(&item.id, kept);
    }

    /// Sends what can be sent.
    pub(in crate::engine) fn run_outbox(&mut self) {
        self.give_up_writes();
        while self.can_talk() && self.outbox.in_flight.is_none() {
            if !self.run_settling() || !self.outbox.backoff.ready(self.now.mono) {
                return;
            }
            let Some(item) = self.next_item().cloned() else {
                return;
            };
            if !self.deliver(item) {
                return;
            }
        }
    }

    /// Entries whose write is not answered in time go on without the database.
    fn give_up_writes(&mut self) {
        let now = self.now.mono;
        if self.outbox.write_deadline().is_none_or(|until| until > now) {
            return;
        }
        for queued in &mut self.outbox.queue {
            if matches!(queued.kept, Kept::Writing { until } if until <= now) {
                queued.kept = Kept::InMemory;
            }
        }
        self.storage_failed(crate::engine::PersistFailure::Broken);
    }

    /// When [`Self::run_outbox`] has something to do.
    pub(in crate::engine) fn outbox_deadline(&self) -> Option<u64> {
        let waits = self.can_talk()
            && self.outbox.in_flight.is_none()
            && self.outbox.settling.is_none()
            && self.next_item().is_some();
        let retry = self.outbox.backoff.at().filter(|_| waits);
        [retry, self.outbox.write_deadline()].into_iter().flatten().min()
    }

    /// The first entry that may go; none while an earlier one has to wait.
    fn next_item(&self) -> Option<&Item> {
        let socket = self.ladder.socket().is_some();
        for queued in self.outbox.iter().filter(|queued| queued.item.refused.is_none()) {
            if matches!(queued.kept, Kept::Writing { .. }) {
                return None;
            }
            let is_held =
                matches!(queued.item.kind, Kind::Event(_)) && !self.session.event_route() && !socket;
            if !is_held {
                return Some(&queued.item);
            }
        }
        None
    }

    /// Sends an entry; whether the next one may follow at once.
    fn deliver(&mut self, item: Item) -> bool {
        let Some(session_id) = self.session.id.clone() else {
            return false;
        };
        let (path, body) = match item.kind {
            Kind::Message(draft) => {
                if !self.may_send(&item.id) {
                    // Settled by what was known already, or to be settled first.
                    return self.run_settling();
                }
                let request = SendMessageRequest {
                    session_id,
                    content: draft.content,
                    sender: Sender::Visitor,
                    reply_to: draft.reply_to,
                    attachment_ids: draft.attachment_ids,
                    attachments: Vec::new(),
                    client_message_id: Some(ClientMessageId::new(item.id.clone())),
                    metadata: None,
                };
                ("/message", request.write())
            }
            Kind::Event(event) if self.session.event_route() => {
                let request = EventRequest {
                    session_id,
                    event_id: Some(EventId::new(item.id.clone())),
                    name: event.name,
                    data: event.data,
                    timestamp: Some(item.created),
                    page: event.page,
                };
                ("/event", request.write())
            }
            Kind::Event(event) => return self.send_event_frame(&item.id, event, item.created),
            Kind::Identify(identity) => {
                let request = IdentifyRequest { session_id, identity };
                ("/identify", request.write())
            }
            Kind::Receipt(receipt) => {
                if receipt.session_id != session_id {
                    // The messages went with their session.
                    self.finish(&item.id);
                    return true;
                }
                let request = ReadRequest {
                    session_id,
                    message_ids: receipt.message_ids,
                    status: receipt.status,
                };
                ("/read", request.write())
            }
        };
        self.outbox.in_flight = Some(item.id);
        self.out
            .request(Purpose::Deliver, Method::Post, path.to_owned(), Some(body));
        false
    }

    /// Whether a message can be sent without doubling it. On servers without idempotent sends the try is
    /// noted in the journal before it is made.
    fn may_send(&mut self, id: &Arc<str>) -> bool {
        if self.session.has(Feature::IdempotentSend) {
            self.outbox.mark_tried(id, None);
            return true;
        }
        let Some(queued) = self.outbox.get(id) else {
            return false;
        };
        if let Some(tried) = &queued.tried {
            let passed = self.now.wall.since(tried.at).as_millis();
            let passed = u64::try_from(passed).unwrap_or(u64::MAX);
            self.outbox.settling = Some(Settling::new(id.clone(), self.now.mono, passed));
            return false;
        }
        let newest = self.timeline.stored().last().map(|entry| &entry.message);
        let tried = Tried {
            id: id.to_string(),
            at: self.now.wall,
            base: newest.map(|message| message.id.clone()),
            base_at: newest.map(|message| message.timestamp),
        };
        self.outbox.mark_tried(id, Some(tried));
        self.write_journal();
        true
    }

    /// A socket acknowledges nothing: an event that has been handed to an open one counts as told.
    fn send_event_frame(&mut self, id: &str, event: EventDraft, created: crate::Timestamp) -> bool {
        let Some(socket) = self.ladder.socket() else {
            return false;
        };
        let frame = ClientFrame::Event(CustomEvent {
            name: event.name,
            data: event.data,
            timestamp: created,
            session_id: None,
            event_id: Some(EventId::new(id)),
        });
        self.out.effect(Effect::SendFrame {
            id: socket,
            frame: frame.write(),
        });
        self.finish(id);
        true
    }

    /// The answer of the entry in flight.
    pub(in crate::engine) fn delivered(&mut self, outcome: Result<HttpAnswer, NetworkFailure>) {
        let Some(id) = self.outbox.in_flight.take() else {
            return;
        };
        let too_old = outcome
            .as_ref()
            .ok()
            .filter(|answer| answer.status == 426)
            .cloned();
        let Some(kind) = self.outbox.get(&id).map(|queued| queued.item.kind.clone()) else {
            return;
        };
        match (judge(outcome), kind) {
            (Outcome::Taken(body), Kind::Message(_)) => match SendMessageResponse::read(&body) {
                Ok(response) => self.message_stored(&id, response),
                // Not from a PocketPing server: a captive portal, a proxy's page.
                Err(_) => self.try_later(&id, None, Doubt::MayBeStored),
            },
            (Outcome::Taken(_), kind) => self.taken(&id, &kind),
            (Outcome::Later(after), _) => self.try_later(&id, after, Doubt::None),
            (Outcome::Unknown(after), _) => self.try_later(&id, after, Doubt::MayBeStored),
            (Outcome::SessionGone | Outcome::NoRoute, Kind::Message(_))
            | (Outcome::SessionGone, Kind::Event(_) | Kind::Identify(_)) => self.session_gone(&id),
            (Outcome::NoRoute, Kind::Event(_)) => self.session.without_event_route(),
            (Outcome::NoRoute, Kind::Identify(_)) => {
                if let Some(queued) = self.outbox.get_mut(&id) {
                    queued.with_connect = true;
                }
                self.link.reconnect();
            }
            (Outcome::SessionGone, Kind::Receipt(_)) => {
                self.finish(&id);
                self.link.reconnect();
            }
            (Outcome::NoRoute, Kind::Receipt(_)) => self.finish(&id),
            (Outcome::Refused(status), _) => self.refused(&id, status),
            (Outcome::TooOld, _) => {
                if let Some(answer) = too_old {
                    self.too_old(&answer);
                }
            }
        }
    }

    fn message_stored(&mut self, id: &Arc<str>, response: SendMessageResponse) {
        let adopted = self.outbox.get_mut(id).and_then(|queued| queued.adopted.take());
        let (same, other) = match adopted {
            Some(adopted) if adopted.id == response.message_id => (Some(adopted), None),
            other => (None, other),
        };
        let message = match same {
            Some(adopted) => *adopted,
            None => self.stored_message(id, response),
        };
        self.acknowledge_message(id, message);
        if let Some(other) = other {
            // It only looked like ours: another tab's.
            self.absorb_one(*other);
        }
    }

    /// Our message as the server has stored it, from what we sent and what it answered.
    fn stored_message(&self, id: &Arc<str>, response: SendMessageResponse) -> Message {
        let session_id = self.session.id.clone().unwrap_or_else(|| SessionId::new(""));
        let queued = self.outbox.get(id);
        let mut message = match queued.map(|queued| &queued.item.kind) {
            Some(Kind::Message(draft)) => unsent_message(id, draft, session_id, response.timestamp),
            _ => unsent_message(id, &empty_draft(), session_id, response.timestamp),
        };
        message.id = response.message_id;
        message.attachments = response.attachments.unwrap_or_default();
        message.status = Some(MessageStatus::Sent);
        message
    }

    /// The server has stored our message as this one.
    pub(in crate::engine) fn acknowledge_message(&mut self, id: &Arc<str>, mut message: Message) {
        self.finish(id);
        let key = EntryKey(id.clone());
        let client_message_id = ClientMessageId::new(id.clone());
        message.client_message_id = Some(client_message_id.clone());
        if let Some(gone) = self.timeline.acknowledge(&key, message.clone()) {
            self.out.change(Change::Removed(gone));
        }
        self.history.touch(&message.id);
        self.out.change(Change::Updated(key));
        self.out.change(Change::Delivered {
            client_message_id,
            message: Box::new(message),
        });
    }

    /// An entry is done: it leaves the outbox.
    pub(in crate::engine) fn finish(&mut self, id: &str) {
        self.drop_item(id);
        self.outbox.backoff.succeed();
    }

    /// An entry leaves the outbox.
    pub(in crate::engine) fn drop_item(&mut self, id: &str) {
        if self.outbox.in_flight.as_deref() == Some(id) {
            // Settled before its answer came.
            self.out.forget(Purpose::Deliver);
        }
        if let Some(queued) = self.outbox.take(id) {
            self.storage.remove(&queued.item, &mut self.out);
        }
    }

    fn taken(&mut self, id: &str, kind: &Kind) {
        self.finish(id);
        if matches!(kind, Kind::Identify(_)) {
            self.out.change(Change::Identified(Ok(())));
        }
    }

    fn try_later(&mut self, id: &Arc<str>, after: Option<u64>, doubt: Doubt) {
        let is_message = matches!(self.outbox.get(id), Some(queued) if queued.tried.is_some());
        match doubt {
            Doubt::MayBeStored if is_message => {
                self.outbox.settling = Some(Settling::new(id.clone(), self.now.mono, 0));
            }
            Doubt::MayBeStored | Doubt::None => self.outbox.mark_tried(id, None),
        }
        let failures = self.outbox.backoff.failures();
        let delay = self.dice.jitter(doubled(1_000, failures, 30_000));
        self.outbox.backoff.fail(self.now.mono, delay, after);
    }

    /// The session is not known any more: a new one is made, and the entry delivered there.
    fn session_gone(&mut self, id: &Arc<str>) {
        self.unadopt(id);
        self.outbox.mark_tried(id, None);
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        queued.lost_sessions += 1;
        if queued.lost_sessions > MOST_LOST_SESSIONS {
            return self.refused(id, 404);
        }
        self.link.reconnect();
    }

    fn refused(&mut self, id: &Arc<str>, status: u16) {
        self.unadopt(id);
        self.outbox.backoff.succeed();
        self.outbox.mark_tried(id, None);
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        match &queued.item.kind {
            Kind::Message(_) => {
                queued.item.refused = Some(status);
                let item = queued.item.clone();
                let kept = self.write_item(&item);
                self.outbox.written(id, kept);
                let reason = FailureReason::Refused { status };
                if let Some(key) = self.timeline.set_unsent(id, Some(reason)) {
                    self.out.change(Change::Updated(key));
                }
                self.out.change(Change::Undeliverable {
                    client_message_id: ClientMessageId::new(id.clone()),
                    reason,
                });
            }
            Kind::Identify(_) => {
                self.finish(id);
                self.identity_refused(status);
            }
            Kind::Event(_) | Kind::Receipt(_) => self.finish(id),
        }
    }

    /// A message that seemed to be ours is somebody else's after all.
    fn unadopt(&mut self, id: &Arc<str>) {
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        let (Some(adopted), Kind::Message(draft)) = (queued.adopted.take(), &queued.item.kind) else {
            return;
        };
        let session_id = adopted.session_id.clone();
        let message = unsent_message(id, draft, session_id, queued.item.created);
        let seq = queued.item.seq;
        self.timeline.remove(id);
        self.timeline
            .add_unsent(message, crate::engine::Delivery::Sending, seq);
        self.out.change(Change::Timeline);
        self.absorb_one(*adopted);
    }
}

/// Whether the server may have stored an entry whose answer did not come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    None,
    MayBeStored,
}

fn empty_draft() -> super::item::Draft {
    super::item::Draft {
        content: String::new(),
        reply_to: None,
        attachment_ids: Vec::new(),
    }
}

/// A message as it is shown before the server has stored it (PROTOCOL §4.7).
pub(in crate::engine) fn unsent_message(
    id: &Arc<str>,
    draft: &super::item::Draft,
    session_id: SessionId,
    timestamp: crate::Timestamp,
) -> Message {
    Message {
        id: MessageId::new(format!("temp-{id}")),
        session_id,
        content: draft.content.clone(),
        sender: Sender::Visitor,
        timestamp,
        reply_to: draft.reply_to.clone().map(crate::model::ReplyTo::Id),
        metadata: None,
        attachments: Vec::new(),
        status: Some(MessageStatus::Sending),
        delivered_at: None,
        read_at: None,
        edited_at: None,
        deleted_at: None,
        client_message_id: Some(ClientMessageId::new(id.clone())),
        operator: None,
        private: false,
    }
}
