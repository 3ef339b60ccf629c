//! Unknown outcomes on servers without idempotent sends.
//!
//! A request was sent and no answer came: the server may have stored the message, or not. Sending it again
//! could double it. So the server is asked what it has: each message that comes in by stream or list, is the
//! visitor's, was not known before the try and has the same text counts as the one in doubt
//! ([`Conversation::claim`]). When none has turned up in a list that was asked for after the settling time,
//! the message is sent again. Only a server that stores it later than that can make two of one.
//!
//! Times of messages are compared with each other only, as the visitor's clock may be hours off.

use super::journal::Tried;
use crate::engine::{Conversation, EntryKey};
use crate::model::{Message, Sender};
use crate::route::Feature;
use std::sync::Arc;

/// How long a server may take to store what it has received, in milliseconds.
const SETTLING_MILLIS: u64 = 15_000;
/// The wait before the first question; doubled from one to the next.
const FIRST_WAIT_MILLIS: u64 = 1_000;

/// The entry in doubt, and when to ask.
#[derive(Debug)]
pub(in crate::engine) struct Settling {
    pub(in crate::engine) id: Arc<str>,
    until: u64,
    delay: u64,
    ask_at: u64,
}

impl Settling {
    /// A try that failed now, or of a page before: how long ago that was the clock cannot be trusted to say.
    pub(in crate::engine) fn new(id: Arc<str>, now: u64) -> Self {
        Settling {
            id,
            until: now + SETTLING_MILLIS,
            delay: FIRST_WAIT_MILLIS,
            ask_at: now + FIRST_WAIT_MILLIS,
        }
    }

    /// When to ask the server, on the clock of [`crate::engine::Moment::mono`].
    pub(in crate::engine) fn ask_at(&self) -> u64 {
        self.ask_at
    }
}

impl Conversation {
    /// The entry of ours that this message of the server's must be, on a server that does not say so.
    pub(in crate::engine) fn claim(&self, message: &Message) -> Option<EntryKey> {
        match self.timeline.get(message.id.as_str()) {
            Some(_) => None,
            None => self.claims(message),
        }
    }

    /// The same, whether or not the message is known.
    pub(in crate::engine) fn claims(&self, message: &Message) -> Option<EntryKey> {
        if message.sender != Sender::Visitor
            || message.client_message_id.is_some()
            || self.session.has(Feature::IdempotentSend)
        {
            return None;
        }
        let mut in_doubt = self.outbox.iter().filter(|queued| queued.adopted.is_none());
        let queued = in_doubt.find(|queued| {
            queued.tried.as_ref().is_some_and(|tried| is_later(message, tried))
                && matches!(&queued.item.kind, super::Kind::Message(draft) if draft.content == message.content)
        })?;
        Some(EntryKey(queued.item.id.clone()))
    }

    /// Settles the entry in doubt as far as possible; whether the outbox can go on.
    pub(super) fn run_settling(&mut self) -> bool {
        let Some(settling) = &self.outbox.settling else {
            return true;
        };
        let (id, due) = (settling.id.clone(), self.now.mono >= settling.ask_at);
        match self.outbox.get_mut(&id).map(|queued| queued.adopted.take()) {
            None => {
                self.outbox.settling = None;
                true
            }
            Some(Some(message)) => {
                self.acknowledge_message(&id, *message);
                true
            }
            Some(None) => {
                if due {
                    self.reader.want_newer();
                }
                false
            }
        }
    }

    /// A list that was asked for at `asked_at` has been read to its end.
    pub(in crate::engine) fn settle_by_list(&mut self, asked_at: u64) {
        let now = self.now.mono;
        let Some(settling) = &mut self.outbox.settling else {
            return;
        };
        let id = settling.id.clone();
        if self
            .outbox
            .get(&id)
            .is_some_and(|queued| queued.adopted.is_some())
        {
            return;
        }
        let Some(settling) = &mut self.outbox.settling else {
            return;
        };
        if asked_at >= settling.until {
            self.outbox.settling = None;
            self.outbox.mark_tried(&id, None);
        } else if asked_at >= settling.ask_at {
            settling.delay *= 2;
            settling.ask_at = settling.until.min(now + settling.delay).max(now + 1);
        }
    }
}

/// Whether the server stored the message after what was known when the try began.
fn is_later(message: &Message, tried: &Tried) -> bool {
    Some(&message.id) != tried.base.as_ref() && tried.base_at.is_none_or(|base| message.timestamp >= base)
}
