//! What the answers to outbox entries lead to.

use super::Settling;
use super::delivery::unsent_message;
use super::item::{DELETE, Draft, Item, Kind};
use super::outcome::{Outcome, judge};
use super::room::failed;
use crate::engine::backoff::doubled;
use crate::engine::files::needed;
use crate::engine::outputs::Purpose;
use crate::engine::{Change, Conversation, Delivery, EntryKey, FailureReason, HttpAnswer, NetworkFailure};
use crate::model::{Message, MessageStatus};
use crate::route::SendMessageResponse;
use crate::{ClientMessageId, ErrorBody, SessionId, Value, Wire};
use std::sync::Arc;

/// After how many lost sessions in a row the server does not want the entry.
const MOST_LOST_SESSIONS: u8 = 2;

impl Conversation {
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
        let is_deleted = outcome.as_ref().is_ok_and(says_deleted);
        let status = outcome
            .as_ref()
            .map(|answer| answer.status)
            .map_err(|failure| *failure);
        match (judge(outcome), kind) {
            (Outcome::TooOld, _) => {
                if let Some(answer) = too_old {
                    self.too_old(&answer);
                }
            }
            (outcome, Kind::Upload(_)) => self.upload_answered(&id, outcome, status),
            (Outcome::Taken(body), Kind::Message(_)) => match SendMessageResponse::read(&body) {
                Ok(response) => self.message_stored(&id, response),
                // Not from a PocketPing server: a captive portal, a proxy's page.
                Err(_) => self.try_later(&id, None, Doubt::MayBeStored),
            },
            // Nor is this: ours answer with an object, and what others may answer is not written anywhere.
            (Outcome::Taken(Value::Null), _) if !self.session.is_foreign() => {
                self.try_later(&id, None, Doubt::MayBeStored);
            }
            (Outcome::Taken(body), Kind::Call(call)) => self.called(&id, &call, &body),
            (Outcome::Taken(_), kind) => self.taken(&id, &kind),
            (Outcome::Later(after), _) => self.not_taken_yet(&id, after, status),
            (Outcome::Unknown(after), kind) => {
                self.try_later(&id, after, Doubt::MayBeStored);
                if status == Ok(500) {
                    self.doubt_session();
                }
                if status.is_ok() && !matches!(kind, Kind::Message(_)) {
                    // A server that fails at this is not to keep messages back.
                    self.outbox.pass_over(&id);
                }
            }
            (Outcome::SessionGone | Outcome::NoRoute, Kind::Message(_))
            | (Outcome::SessionGone, Kind::Event(_) | Kind::Identify(_)) => self.session_gone(&id),
            (Outcome::SessionGone, Kind::Call(call)) if call.session_id.is_some() => {
                self.link.reconnect();
                self.end(&id, Err(FailureReason::NotFound));
            }
            (Outcome::SessionGone, Kind::Call(_)) => self.session_gone(&id),
            (Outcome::NoRoute, Kind::Call(call)) if call.key.is_some() => self.revise_by_other_route(&id),
            (Outcome::NoRoute, Kind::Call(_)) => self.refused(&id, 404),
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
            // An earlier try has, whose answer was lost.
            (Outcome::Refused(_), Kind::Call(call)) if is_deleted && call.route == DELETE => {
                self.end(&id, Ok(()));
            }
            (Outcome::Refused(status), _) => self.refused(&id, status),
        }
    }

    /// The server is said not to have taken an entry, which may go later.
    fn not_taken_yet(&mut self, id: &Arc<str>, after: Option<u64>, status: Result<u16, NetworkFailure>) {
        if let Some(adopted) = self.outbox.get_mut(id).and_then(|queued| queued.adopted.take()) {
            // It has come back: whatever stands between knows less.
            return self.acknowledge_message(id, *adopted);
        }
        // A gateway that waited for the server says nothing of what that has done.
        let doubt = if status == Ok(408) {
            Doubt::MayBeStored
        } else {
            Doubt::None
        };
        self.try_later(id, after, doubt);
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
        if self.session.has_more && self.timeline.is_first(&message.id) {
            // Stored long ago, without our hearing of it: what came between is not here.
            self.reader.want_everything();
        }
        self.out.change(Change::Updated(key));
        self.out.change(Change::Delivered {
            client_message_id,
            message: Box::new(message),
        });
    }

    /// An entry is done: it leaves the outbox, and the files that it needed leave with it.
    pub(in crate::engine) fn finish(&mut self, id: &str) {
        let files = self.outbox.get(id).map(|queued| needed(&queued.item).to_vec());
        self.drop_item(id);
        for file in files.unwrap_or_default() {
            self.drop_unneeded(file.as_str());
        }
        self.outbox.backoff.succeed();
        self.link.lost = 0;
    }

    /// An entry leaves the outbox.
    pub(in crate::engine) fn drop_item(&mut self, id: &str) {
        if self.outbox.in_flight.as_deref() == Some(id) {
            // Settled before its answer came.
            self.out.forget(Purpose::Deliver);
        }
        if let Some(queued) = self.outbox.take(id) {
            if self.tabs.follows() {
                // The database is the leader's.
                self.outbox.removed(id);
            } else {
                // A page that stood still may hand it over yet.
                self.tabs.remember_end(&queued.item.id);
                if !self.outbox.is_done(id) && self.storage.is_writing(id) {
                    // The database had refused it, and is asked again.
                    self.outbox.keep_done(id);
                }
                self.storage.remove(&queued.item, &mut self.out);
            }
        }
    }

    fn taken(&mut self, id: &str, kind: &Kind) {
        self.finish(id);
        if matches!(kind, Kind::Identify(_)) {
            self.out.change(Change::Identified(Ok(())));
        }
    }

    /// Something that the page waits for has come to its end.
    pub(in crate::engine) fn end(&mut self, id: &str, outcome: Result<(), FailureReason>) {
        self.finish(id);
        self.settle(id, outcome);
    }

    /// What an entry is about is not there any more.
    pub(super) fn settle_as_gone(&mut self, item: &Item) {
        self.finish(&item.id);
        let Kind::Call(call) = &item.kind else { return };
        let key = EntryKey(call.key.as_deref().unwrap_or_default().into());
        // Where the server has refused the message that it changes, that is changed before the visitor's retry.
        if !self.revise_waiting(&item.id, &key, &call.route, &call.body) {
            self.settle(&item.id, Err(FailureReason::NotFound));
        }
    }

    pub(super) fn try_later(&mut self, id: &Arc<str>, after: Option<u64>, doubt: Doubt) {
        let is_message = self.outbox.tried(id).is_some();
        match doubt {
            Doubt::MayBeStored if is_message => {
                self.outbox.settling = Some(Settling::new(id.clone(), self.now.mono));
            }
            Doubt::MayBeStored | Doubt::None => self.outbox.mark_tried(id, None),
        }
        if doubt == Doubt::None {
            self.outbox.not_taken(id);
        }
        self.outbox.passed_over = false;
        let failures = self.outbox.backoff.failures();
        let delay = self.dice.jitter(doubled(1_000, failures, 30_000));
        self.outbox.backoff.fail(self.now.mono, delay, after);
    }

    /// The Node server answers 500 where it does not know the session (PROTOCOL §1.4): `/connect` tells. Not each
    /// time, as being connected is good news, on which the next try follows at once.
    fn doubt_session(&mut self) {
        if self.session.is_foreign() && self.outbox.backoff.failures() % 4 == 1 {
            self.link.reconnect();
        }
    }

    /// The session is not known any more: a new one is made, and the entry delivered there. At once, but for a
    /// server that knows none of those that it makes.
    pub(super) fn session_gone(&mut self, id: &Arc<str>) {
        self.unadopt(id);
        self.outbox.mark_tried(id, None);
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        queued.doubtful_tries = 0;
        queued.lost_sessions += 1;
        if queued.lost_sessions > MOST_LOST_SESSIONS {
            return self.refused(id, 404);
        }
        let lost = self.link.lost;
        self.link.lost = lost.saturating_add(1);
        let seconds = (lost > 0).then(|| doubled(1, lost - 1, 30));
        self.outbox.backoff.wait(self.now.mono, 0, seconds);
        self.link.reconnect();
    }

    pub(super) fn refused(&mut self, id: &Arc<str>, status: u16) {
        self.unadopt(id);
        self.outbox.backoff.succeed();
        self.outbox.mark_tried(id, None);
        let Some(queued) = self.outbox.get(id) else {
            return;
        };
        match &queued.item.kind {
            Kind::Message(_) => self.message_refused(id, status),
            Kind::Upload(_) => self.upload_refused(id, status),
            Kind::Identify(_) => {
                self.finish(id);
                self.identity_refused(status);
            }
            Kind::Call(_) | Kind::Event(_) => {
                let told = failed(id, &queued.item.kind, FailureReason::Refused { status });
                self.finish(id);
                self.out.change(told);
            }
            Kind::Receipt(_) => self.finish(id),
        }
    }

    /// A message is failed; it waits for the visitor's retry or removal.
    pub(in crate::engine) fn message_refused(&mut self, id: &Arc<str>, status: u16) {
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        queued.item.refused = Some(status);
        // A server that had stored an earlier try would have said so.
        queued.doubtful_tries = 0;
        let item = queued.item.clone();
        let kept = self.write_item(&item);
        self.outbox.written(id, kept);
        let reason = FailureReason::of_status(status);
        if let Some(key) = self.timeline.set_unsent(id, Some(reason)) {
            self.out.change(Change::Updated(key));
        }
        self.out.change(Change::Undeliverable {
            client_message_id: ClientMessageId::new(id.clone()),
            reason,
            content: None,
        });
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
        self.timeline.add_unsent(message, Delivery::Sending, seq);
        self.out.change(Change::Timeline);
        self.absorb_one(*adopted);
    }
}

/// Whether our server refuses to delete a message twice (EXTENSIONS, Errors).
fn says_deleted(answer: &HttpAnswer) -> bool {
    answer.status == 409 && ErrorBody::read(&answer.body).is_ok_and(|error| error.code == "message_deleted")
}

/// Whether the server may have stored an entry whose answer did not come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    None,
    MayBeStored,
}

fn empty_draft() -> Draft {
    Draft {
        content: String::new(),
        reply_to: None,
        attachment_ids: Vec::new(),
        uploads: Vec::new(),
    }
}
