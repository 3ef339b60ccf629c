//! The log: what happened to a session besides messages, and reading both back in order.

use super::{Seq, StoredMessage};
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::CustomEvent;
use pocketping_core::{EventId, MessageId, SessionId, Timestamp};
use std::time::Duration;

/// Who may see a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The visitor and the operators.
    Everyone,
    /// Only the operators.
    Operators,
}

/// An entry of the log that is no message.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEvent {
    /// When it happened.
    pub at: Timestamp,
    /// Who may see it.
    pub audience: Audience,
    /// Its sender's id of it, for [`OnceKey`](super::OnceKey).
    pub event_id: Option<EventId>,
    /// What happened.
    pub fact: LogFact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum LogFact {
    /// Something about the session that only operators see: where it is, who it is.
    SessionChanged,
    /// A message got another text. The text is the message's: a copy here would outlive a deletion.
    Edited(MessageId),
    /// Anything else, as it goes out.
    Event(ServerEvent),
}

impl LogFact {
    /// The custom event, if it is one.
    pub(crate) fn into_custom(self) -> Option<CustomEvent> {
        match self {
            LogFact::Event(ServerEvent::Custom(event)) => Some(event),
            _ => None,
        }
    }
}

/// An entry of the log, messages included.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEntry {
    /// A message was stored. It is shown as it is now, later edits included.
    Message(StoredMessage),
    /// Something else happened.
    Event {
        /// Its place.
        seq: Seq,
        /// To which session; `None`: to all.
        session: Option<SessionId>,
        /// What.
        event: LogEvent,
    },
}

impl LogEntry {
    /// Its place.
    pub fn seq(&self) -> Seq {
        match self {
            LogEntry::Message(message) => message.seq,
            LogEntry::Event { seq, .. } => *seq,
        }
    }

    /// The session that it is about; `None`: all.
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            LogEntry::Message(stored) => Some(&stored.message.session_id),
            LogEntry::Event { session, .. } => session.as_ref(),
        }
    }
}

/// What happened after a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// These entries, oldest first.
    Entries {
        /// The entries.
        entries: Vec<LogEntry>,
        /// Whether there are more.
        more: bool,
    },
    /// Entries after that place were dropped, or the place is beyond the end: the store was replaced.
    Gone,
}

/// How long log entries are kept at least; messages are kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLimits {
    /// The newest so many of each session. Default 1,000.
    pub per_session: usize,
    /// And of those only what is younger than this, measured against the newest entry. Default 24 hours.
    pub age: Duration,
}

impl Default for LogLimits {
    fn default() -> Self {
        LogLimits {
            per_session: 1_000,
            age: Duration::from_secs(24 * 3600),
        }
    }
}
