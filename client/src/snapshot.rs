//! [`Snapshot`]: the state at one moment.

use pocketping_core::engine::{Connection, Conversation, Entry, Notice};
use pocketping_core::model::Identity;
use pocketping_core::{SessionId, VisitorId};

/// All that a client knows of its conversation, at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The messages in the order in which they are shown, with those that are on their way.
    pub messages: Vec<Entry>,
    /// How the client is connected.
    pub connection: Connection,
    /// The session, once there is one. A secret.
    pub session_id: Option<SessionId>,
    /// The visitor, once there is one. A secret.
    pub visitor_id: Option<VisitorId>,
    /// Who the visitor is, as far as it was said.
    pub identity: Option<Identity>,
    /// How many messages of the other side have not been seen.
    pub unread: usize,
    /// How many things the server has not acknowledged: messages, events, identities, receipts.
    pub unsent: usize,
    /// Whether somebody is there to answer.
    pub operator_online: bool,
    /// Whether the other side is typing.
    pub operator_typing: bool,
    /// What to show while there are no messages.
    pub welcome_message: Option<String>,
    /// Whether the server has older messages than these.
    pub has_more: bool,
    /// What there was to note since the start, each once: a storage that does not work, or held something
    /// unreadable.
    pub notices: Vec<Notice>,
}

impl Snapshot {
    pub(crate) fn of(conversation: &Conversation, notices: &[Notice]) -> Self {
        Snapshot {
            messages: conversation.entries().to_vec(),
            connection: conversation.connection(),
            session_id: conversation.session_id().cloned(),
            visitor_id: conversation.visitor_id().cloned(),
            identity: conversation.identity().cloned(),
            unread: conversation.unread(),
            unsent: conversation.unsent(),
            operator_online: conversation.operator_online(),
            operator_typing: conversation.operator_typing(),
            welcome_message: conversation.welcome_message().map(str::to_owned),
            has_more: conversation.has_more(),
            notices: notices.to_vec(),
        }
    }
}
