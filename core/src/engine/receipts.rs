//! [`Receipts`]: telling the other side that its messages have arrived and been seen.

use super::timeline::Patch;
use super::{Conversation, Delivery};
use crate::MessageId;
use crate::engine::backoff::earliest;
use crate::model::{MessageStatus, Sender};

/// How long messages must be in view to count as seen, in milliseconds (PROTOCOL §4.7).
const SEEN_MILLIS: u64 = 1_000;

/// How long arrivals are gathered, so that a burst is one receipt.
const GATHER_MILLIS: u64 = 200;

/// Most messages of one receipt: servers bound what a request may say.
const MOST_AT_ONCE: usize = 200;

/// What is to be told.
#[derive(Default)]
pub(super) struct Receipts {
    /// Messages of the other side that the server has told of and that are not marked as delivered. Not
    /// kept over reloads: the next list shows them again.
    fresh: Vec<MessageId>,
    /// When their arrival is told.
    tell_at: Option<u64>,
    /// When what is in view now counts as seen.
    seen_at: Option<u64>,
    /// What has been in view since then.
    in_view: Vec<MessageId>,
}

impl Receipts {
    /// The server has told of a message of the other side.
    pub(super) fn told_of(&mut self, id: &MessageId) {
        self.fresh.push(id.clone());
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        earliest(&[self.seen_at, self.tell_at])
    }
}

impl Conversation {
    /// Queues the receipts that are due.
    pub(super) fn run_receipts(&mut self) {
        let now = self.now.mono;
        self.run_arrivals(now);
        let is_told = self.can_talk() || self.tabs.follows();
        let in_view = self.page.open && self.page.visible && is_told;
        if !in_view || self.timeline.unread() == 0 {
            self.receipts.seen_at = None;
            return;
        }
        let is_due = self.receipts.seen_at.is_some_and(|at| now >= at);
        if !is_due && self.receipts.seen_at.is_some() {
            return;
        }
        let unread = self
            .timeline
            .stored()
            .iter()
            .filter(|entry| entry.message.sender != Sender::Visitor && entry.delivery != Delivery::Read);
        let unread: Vec<MessageId> = unread.map(|entry| entry.message.id.clone()).collect();
        let seen = std::mem::take(&mut self.receipts.in_view);
        // What has come since the second began has one of its own.
        let (seen, late): (Vec<_>, Vec<_>) = unread.into_iter().partition(|id| is_due && seen.contains(id));
        self.receipts.seen_at = (!late.is_empty()).then_some(now + SEEN_MILLIS);
        self.receipts.in_view = late;
        self.tell_receipts(seen, MessageStatus::Read);
    }

    fn run_arrivals(&mut self, now: u64) {
        if self.receipts.fresh.is_empty() || now < *self.receipts.tell_at.get_or_insert(now + GATHER_MILLIS) {
            return;
        }
        self.receipts.tell_at = None;
        let fresh = std::mem::take(&mut self.receipts.fresh);
        let sent = fresh.into_iter().filter(|id| {
            let entry = self.timeline.get(id.as_str());
            entry.is_some_and(|entry| entry.delivery == Delivery::Sent)
        });
        let sent: Vec<MessageId> = sent.collect();
        self.tell_receipts(sent, MessageStatus::Delivered);
    }

    /// Notes receipts and queues them.
    pub(super) fn tell_receipts(&mut self, ids: Vec<MessageId>, status: MessageStatus) {
        for id in &ids {
            self.timeline.patch(id, Patch::status(status));
            self.history.touch(id);
        }
        for some in ids.chunks(MOST_AT_ONCE) {
            self.enqueue_receipts(some.to_vec(), status);
        }
    }
}
