//! One atomic change of a session, and what came of it.

use super::{AttachmentQuery, AttachmentRecord, Earlier, LogEvent, Rule, Seq, SessionRecord, StoredMessage};
use pocketping_core::{ClientMessageId, EventId, MessageId, SessionId, VisitorId};

/// Called once with the result, after the commit, in the order of the numbers; must not block.
pub type Committed<T> = Box<dyn FnOnce(&T) + Send>;

/// An atomic change of one session.
pub struct SessionWrite {
    /// Which session.
    pub target: Target,
    /// Messages of that session that the rule wants to see or change.
    pub messages: Vec<MessageId>,
    /// Attachments of that session that the rule wants to see or change.
    pub attachments: AttachmentQuery,
    /// Makes repeats of the write harmless: the rule sees what the key stands for already.
    pub once: Option<OnceKey>,
    /// Decides what changes.
    pub rule: Rule,
    /// Told of the result.
    pub committed: Committed<Written>,
}

/// Which session a write is about.
pub enum Target {
    /// The one with this id.
    Existing(SessionId),
    /// The one with the id `asked` if it is the visitor's, else the visitor's with the newest activity,
    /// else a new one.
    Open {
        /// The id that the visitor believes to have.
        asked: Option<SessionId>,
        /// The session to make when there is none; also says which visitor.
        new: Box<SessionRecord>,
    },
}

impl Target {
    /// The visitor whose session is opened.
    pub fn visitor(&self) -> Option<&VisitorId> {
        match self {
            Target::Existing(_) => None,
            Target::Open { new, .. } => Some(&new.visitor_id),
        }
    }
}

/// An id by which a sender knows what it sends; unique within the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnceKey {
    /// Of a message.
    Message(ClientMessageId),
    /// Of a log entry. It is forgotten with the entry.
    Event(EventId),
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The session afterwards.
    pub session: SessionRecord,
    /// Whether the write made it.
    pub created: bool,
    /// Whether the write erased it; then nothing below is set, and the session is as it was.
    pub erased: bool,
    /// What the write's [`OnceKey`] stood for before.
    pub earlier: Option<Earlier>,
    /// The message that was added.
    pub message: Option<StoredMessage>,
    /// The messages that were changed.
    pub changed: Vec<StoredMessage>,
    /// The attachments that were added or changed.
    pub attachments: Vec<AttachmentRecord>,
    /// The log entries that were added; they come after the message.
    pub events: Vec<(Seq, LogEvent)>,
    /// The newest number of the store after this write.
    pub head: Seq,
}

impl Written {
    /// What came of a write that erased this session.
    pub fn erasure(session: SessionRecord, earlier: Option<Earlier>, head: Seq) -> Self {
        Written {
            session,
            created: false,
            erased: true,
            earlier,
            message: None,
            changed: Vec::new(),
            attachments: Vec::new(),
            events: Vec::new(),
            head,
        }
    }
}

/// An entry for the logs of all sessions.
pub struct Announcement {
    /// The entry.
    pub event: LogEvent,
    /// Told of its place.
    pub committed: Committed<Seq>,
}
