//! [`Pending`]: who waits for what, and what settles it.

use crate::answer::{Settle, give};
use crate::{ConnectError, SendError};
use pocketping_core::ClientMessageId;
use pocketping_core::engine::{Change, Connection, PersistFailure, PersistId};
use pocketping_core::model::{Attachment, Message};
use std::collections::HashMap;
use tokio::sync::oneshot;

/// Tells whether there is a session.
pub(crate) type SettleConnect = oneshot::Sender<Result<(), ConnectError>>;

/// The callers that wait. Dropping it tells all of them that the client has ended.
#[derive(Default)]
pub(crate) struct Pending {
    messages: HashMap<ClientMessageId, Settle<Message>>,
    tasks: HashMap<ClientMessageId, Settle<()>>,
    uploads: HashMap<ClientMessageId, Settle<Attachment>>,
    saves: HashMap<PersistId, Settle<()>>,
    identities: Vec<Settle<()>>,
    connects: Vec<SettleConnect>,
    flushes: Vec<oneshot::Sender<()>>,
}

impl Pending {
    /// Waits until the server has stored a message.
    pub(crate) fn message(&mut self, id: ClientMessageId, settle: Settle<Message>) {
        self.messages.insert(id, settle);
    }

    /// Waits until an edit, a deletion, a rating or a form has come to its end.
    pub(crate) fn task(&mut self, id: ClientMessageId, settle: Settle<()>) {
        self.tasks.insert(id, settle);
    }

    /// Waits until a file is uploaded.
    pub(crate) fn upload(&mut self, id: ClientMessageId, settle: Settle<Attachment>) {
        self.uploads.insert(id, settle);
    }

    /// Waits until a write is durable. The write that a turn begins has one caller, the turn's.
    pub(crate) fn save(&mut self, id: PersistId, settle: Settle<()>) {
        self.saves.insert(id, settle);
    }

    /// Waits until the server has taken the identity.
    pub(crate) fn identity(&mut self, settle: Settle<()>) {
        self.identities.push(settle);
    }

    /// Waits for a session.
    pub(crate) fn connect(&mut self, settle: SettleConnect) {
        self.connects.push(settle);
    }

    /// Waits until nothing waits to be sent.
    pub(crate) fn flush(&mut self, settle: oneshot::Sender<()>) {
        self.flushes.push(settle);
    }

    /// Whether somebody waits for that.
    pub(crate) fn has_flushes(&self) -> bool {
        !self.flushes.is_empty()
    }

    /// Nothing waits to be sent.
    pub(crate) fn flushed(&mut self) {
        for settle in self.flushes.drain(..) {
            if settle.send(()).is_err() {
                tracing::trace!("nobody waits for the flush any more");
            }
        }
    }

    /// A write has ended.
    pub(crate) fn persisted(&mut self, id: PersistId, outcome: Result<(), PersistFailure>) {
        if let Some(settle) = self.saves.remove(&id) {
            give(settle, outcome.map_err(SendError::NotSaved));
        }
    }

    /// A message will not be sent.
    pub(crate) fn fail_message(&mut self, id: &ClientMessageId, error: SendError) {
        if let Some(settle) = self.messages.remove(id) {
            give(settle, Err(error));
        }
    }

    /// All that would have been sent is forgotten.
    pub(crate) fn fail_all(&mut self, error: &SendError) {
        for (_, settle) in self.messages.drain() {
            give(settle, Err(error.clone()));
        }
        for (_, settle) in self.uploads.drain() {
            give(settle, Err(error.clone()));
        }
        let tasks = self.tasks.drain().map(|(_, settle)| settle);
        for settle in tasks.chain(self.identities.drain(..)) {
            give(settle, Err(error.clone()));
        }
    }

    /// Settles what a change is the answer to.
    pub(crate) fn settle(&mut self, change: &Change) {
        match change {
            Change::Delivered {
                client_message_id,
                message,
            } => {
                if let Some(settle) = self.messages.remove(client_message_id) {
                    give(settle, Ok((**message).clone()));
                }
            }
            Change::Undeliverable {
                client_message_id,
                reason,
                ..
            } => self.fail_message(client_message_id, (*reason).into()),
            Change::Uploaded { id, attachment } => {
                if let Some(settle) = self.uploads.remove(id) {
                    give(settle, Ok((**attachment).clone()));
                }
            }
            Change::Settled {
                id,
                outcome: Err(reason),
            } if self.uploads.contains_key(id) => {
                if let Some(settle) = self.uploads.remove(id) {
                    give(settle, Err((*reason).into()));
                }
            }
            Change::Settled { id, outcome } => {
                if let Some(settle) = self.tasks.remove(id) {
                    give(settle, outcome.map_err(SendError::from));
                }
            }
            // One answer for all: an identity that has not been told yet is replaced by the next one.
            Change::Identified(outcome) => {
                for settle in self.identities.drain(..) {
                    give(settle, outcome.map_err(SendError::from));
                }
            }
            Change::Connected { .. } => self.settle_connects(|| Ok(())),
            Change::Connection(Connection::Refused) => self.settle_connects(|| Err(ConnectError::Refused)),
            _ => {}
        }
    }

    fn settle_connects(&mut self, outcome: fn() -> Result<(), ConnectError>) {
        for settle in self.connects.drain(..) {
            // Whoever does not wait any more has had enough of it.
            drop(settle.send(outcome()));
        }
    }
}
