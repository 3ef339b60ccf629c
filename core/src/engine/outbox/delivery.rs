//! Sending: into the outbox, and from it one entry at a time.

use super::item::{Draft, EventDraft, Item, Kind, ReceiptDraft};
use super::journal::Tried;
use super::{Kept, Queued, Settling};
use crate::engine::backoff::earliest;
use crate::engine::outputs::Purpose;
use crate::engine::{Change, Conversation, Effect, FailureReason, Method, PersistFailure};
use crate::envelope::ClientFrame;
use crate::model::{CustomEvent, Message, MessageStatus, ReplyTo, Sender};
use crate::route::{EventRequest, Feature, IdentifyRequest, ReadRequest, SendMessageRequest};
use crate::{ClientMessageId, EventId, MessageId, SessionId, Timestamp, Wire};
use std::sync::Arc;

/// How long the database may take before an entry goes on without it, in milliseconds.
const WRITE_MILLIS: u64 = 5_000;

impl Conversation {
    /// Puts something into the outbox: journal and database first, the network when they have answered.
    pub(in crate::engine) fn enqueue(&mut self, id: Arc<str>, kind: Kind) -> u64 {
        let seq = self.outbox.next_seq(self.now.wall.as_millis());
        let item = Item {
            seq,
            tab: self.tabs.name(),
            made: seq,
            visitor: self.session.visitor_id.clone(),
            id,
            created: self.now.wall,
            kind,
            refused: None,
            uploaded: None,
        };
        let kept = self.write_item(&item);
        let id = item.id.clone();
        self.outbox.add(item, kept);
        if self.tabs.has_peers() {
            // A robbed leader reads journals, too.
            self.outbox.is_elsewhere(&id);
        }
        seq
    }

    /// Puts an entry of another page, or of before, to the end.
    pub(in crate::engine) fn enqueue_again(&mut self, item: Item) {
        let seq = self.outbox.next_seq(self.now.wall.as_millis());
        self.enqueue_at(Item { seq, ..item });
    }

    /// Puts it at its place, and shows it.
    pub(in crate::engine) fn enqueue_at(&mut self, item: Item) {
        let kept = self.write_item(&item);
        self.outbox.add(item.clone(), kept);
        self.outbox.is_elsewhere(&item.id);
        self.doubt_handed_over(&item.id);
        if let Kind::Message(draft) = &item.kind {
            let known = self.timeline.remove(&item.id);
            let key = self.show_item(&item, draft);
            self.out.change(match known {
                Some(_) => Change::Timeline,
                None => Change::Added(key),
            });
        }
    }

    /// Writes an entry to the database; where it is kept meanwhile.
    pub(in crate::engine) fn write_item(&mut self, item: &Item) -> Kept {
        if self.tabs.may_write() && self.storage.put(item, &mut self.out) {
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
        self.run_fence();
        while self.can_talk() && self.outbox.in_flight.is_none() {
            // What was said long ago must not be taken for what is sent now.
            if self.reader.is_behind() || !self.run_settling() {
                return;
            }
            let Some(next) = self.next_item() else {
                return;
            };
            // What the last try failed at says nothing of the others.
            let is_another = self.outbox.passed_over && next.failures == 0;
            let (backoff, now) = (&self.outbox.backoff, self.now.mono);
            if !(backoff.ready(now) || is_another && backoff.ready_for_another(now)) {
                return;
            }
            let item = next.item.clone();
            if !self.is_confirmed() {
                return;
            }
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
                queued.is_elsewhere = true;
            }
        }
        self.storage_failed(PersistFailure::Broken);
    }

    /// When [`Self::run_outbox`] has something to do.
    pub(in crate::engine) fn outbox_deadline(&self) -> Option<u64> {
        let waits = self.can_talk()
            && self.outbox.in_flight.is_none()
            && self.outbox.settling.is_none()
            && !self.reader.is_behind()
            && !self
                .tabs
                .blocks_sending(self.now.mono, self.session.has(Feature::IdempotentSend));
        let backoff = &self.outbox.backoff;
        let next = self.next_item().filter(|_| waits);
        let retry = next.and_then(|next| {
            let is_another = self.outbox.passed_over && next.failures == 0;
            if is_another {
                backoff.another_at()
            } else {
                backoff.at()
            }
        });
        earliest(&[retry, self.outbox.write_deadline()])
    }

    /// Whether the server has to be told of an entry: it has not refused it, and has not got it as a file.
    pub(in crate::engine) fn is_waiting(&self, item: &Item) -> bool {
        item.refused.is_none() && self.attachment_of(item).is_none()
    }

    /// The first entry that may go, of those that the server has failed at least often; none while an earlier one has
    /// to wait.
    fn next_item(&self) -> Option<&Queued> {
        let socket = self.ladder.socket().is_some();
        let mut passed: Vec<&Queued> = Vec::new();
        let mut failed: Option<&Queued> = None;
        for queued in self.outbox.iter().filter(|queued| self.is_waiting(&queued.item)) {
            if matches!(queued.kept, Kept::Writing { .. }) {
                return None;
            }
            let item = &queued.item;
            if matches!(item.kind, Kind::Event(_)) && !self.session.event_route() && !socket {
                continue;
            }
            let waits = passed.iter().any(|before| before.item.precedes(item));
            if !waits && queued.failures == 0 {
                return Some(queued);
            }
            if !waits && failed.is_none_or(|failed| queued.failures < failed.failures) {
                failed = Some(queued);
            }
            passed.push(queued);
        }
        failed
    }

    /// Whether the entry in flight is a file whose bytes are being sent.
    pub(in crate::engine) fn puts_bytes(&self) -> bool {
        let in_flight = self.outbox.in_flight.as_ref();
        in_flight.is_some_and(|id| self.outbox.uploads.puts(id))
    }

    /// Sends an entry; whether the next one may follow at once.
    fn deliver(&mut self, item: Item) -> bool {
        let Some(session_id) = self.session.id.clone() else {
            return false;
        };
        if item.kind.session().is_some_and(|session| *session != session_id) {
            // What it is about went with its session.
            self.settle_as_gone(&item);
            return true;
        }
        let mut method = Method::Post;
        let (path, body) = match item.kind {
            Kind::Upload(ref file) => {
                self.send_upload(&item, file, session_id);
                return false;
            }
            Kind::Message(draft) => {
                let Some(attachment_ids) = self.attachments_of(&draft) else {
                    // Those that it stood behind have left, and not for the server.
                    self.message_refused(&item.id, FailureReason::FILE_GONE);
                    return true;
                };
                if !self.may_send(&item.id) {
                    // Settled by what was known already, or to be settled first.
                    return self.run_settling();
                }
                let request = SendMessageRequest {
                    session_id,
                    content: draft.content,
                    sender: Sender::Visitor,
                    reply_to: draft.reply_to,
                    attachment_ids,
                    attachments: Vec::new(),
                    client_message_id: Some(ClientMessageId::new(item.id.clone())),
                    metadata: None,
                };
                ("/message".to_owned(), request.write())
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
                ("/event".to_owned(), request.write())
            }
            Kind::Event(event) => return self.send_event_frame(&item.id, event, item.created),
            Kind::Identify(identity) => {
                let request = IdentifyRequest { session_id, identity };
                ("/identify".to_owned(), request.write())
            }
            Kind::Receipt(receipt) => {
                let request = ReadRequest {
                    session_id,
                    message_ids: receipt.message_ids,
                    status: receipt.status,
                };
                ("/read".to_owned(), request.write())
            }
            Kind::Call(ref call) => {
                let Some(request) = self.call_request(&item.id, call, session_id) else {
                    self.settle_as_gone(&item);
                    return true;
                };
                method = request.method;
                (request.path, request.body)
            }
        };
        self.outbox.doubt(&item.id);
        self.outbox.in_flight = Some(item.id.clone());
        self.out.request(Purpose::Deliver, method, path, Some(body));
        self.planted_after_sending(&item.id);
        false
    }

    /// Whether a message can be sent without doubling it. On servers without idempotent sends the try is
    /// noted in the journal before it is made.
    fn may_send(&mut self, id: &Arc<str>) -> bool {
        if self.session.has(Feature::IdempotentSend) {
            self.outbox.mark_tried(id, None);
            return true;
        }
        if self.outbox.tried(id).is_some() {
            self.outbox.settling = Some(Settling::new(id.clone(), self.now.mono));
            return false;
        }
        let newest = self.timeline.stored().last().map(|entry| &entry.message);
        let tried = Tried {
            id: String::from(&**id),
            base: newest.map(|message| message.id.clone()),
            base_at: newest.map(|message| message.timestamp),
        };
        self.outbox.mark_tried(id, Some(tried));
        self.write_journal();
        true
    }

    /// A socket acknowledges nothing: an event that has been handed to an open one counts as told.
    fn send_event_frame(&mut self, id: &str, event: EventDraft, created: Timestamp) -> bool {
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
}

/// A message as it is shown before the server has stored it (PROTOCOL §4.7).
pub(in crate::engine) fn unsent_message(
    id: &Arc<str>,
    draft: &Draft,
    session_id: SessionId,
    timestamp: Timestamp,
) -> Message {
    let temporary = MessageId::new(["temp-", id].concat());
    let content = draft.content.clone();
    Message {
        reply_to: draft.reply_to.clone().map(ReplyTo::Id),
        status: Some(MessageStatus::Sending),
        client_message_id: Some(ClientMessageId::new(id.clone())),
        ..Message::new(temporary, session_id, Sender::Visitor, content, timestamp)
    }
}
