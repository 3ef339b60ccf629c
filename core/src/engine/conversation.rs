//! [`Conversation`]: the state machine's outside.

use super::{Connection, EngineOptions, Entropy, Entry, EntryKey, Input, Moment, Output};
use crate::model::Identity;
use crate::{SessionId, VisitorId};
use std::collections::VecDeque;

/// One visitor's conversation.
///
/// Mutate once, drain all outputs, then mutate again (see the [module](super)).
pub struct Conversation {
    options: EngineOptions,
    outputs: VecDeque<Output>,
}

impl Conversation {
    /// A conversation that has not begun; nothing happens before [`Input::Restored`].
    pub fn new(options: EngineOptions) -> Self {
        Conversation {
            options,
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input, now: Moment, entropy: Entropy) {
        drop((input, now, entropy));
    }

    /// The next thing to do or to tell; `None` when all is told.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to give [`Input::Tick`] at the latest, on the clock of [`Moment::mono`]; `None` for never.
    pub fn poll_timeout(&self) -> Option<u64> {
        None
    }

    /// All entries in the order in which they are shown.
    pub fn entries(&self) -> &[Entry] {
        &[]
    }

    /// The entry of this name.
    pub fn entry(&self, key: &EntryKey) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == *key)
    }

    /// How many messages of the other side have not been seen.
    pub fn unread(&self) -> usize {
        0
    }

    /// Whether somebody is there to answer.
    pub fn operator_online(&self) -> bool {
        false
    }

    /// Whether the other side is typing.
    pub fn operator_typing(&self) -> bool {
        false
    }

    /// How the conversation is connected.
    pub fn connection(&self) -> Connection {
        Connection::Idle
    }

    /// Whether there is a session and something is receiving.
    pub fn is_connected(&self) -> bool {
        self.connection() == Connection::Live
    }

    /// Whether the window is open.
    pub fn is_open(&self) -> bool {
        false
    }

    /// The session, once there is one.
    pub fn session_id(&self) -> Option<&SessionId> {
        self.options.session_id.as_ref()
    }

    /// The visitor, once one was needed.
    pub fn visitor_id(&self) -> Option<&VisitorId> {
        self.options.visitor_id.as_ref()
    }

    /// Who the visitor is, as far as the page has said.
    pub fn identity(&self) -> Option<&Identity> {
        self.options.identity.as_ref()
    }

    /// What to show while there are no messages.
    pub fn welcome_message(&self) -> Option<&str> {
        None
    }

    /// Whether the server has older messages than those of [`Self::entries`].
    pub fn has_more(&self) -> bool {
        false
    }
}
