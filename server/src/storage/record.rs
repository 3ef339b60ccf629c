//! What is stored of a session and of a message.

use super::{Profile, Seq};
use pocketping_core::model::{Message, SessionState};
use pocketping_core::{SessionId, Timestamp, VisitorId};
use std::sync::Arc;

/// A session as stored. What changes with each message is beside what seldom changes ([`Profile`]).
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub visitor_id: VisitorId,
    /// When it began.
    pub created_at: Timestamp,
    /// When anything last happened.
    pub last_activity: Timestamp,
    /// The newest time given to anything in it: times of one session only grow, see [`Self::stamp`].
    pub last_stamp: Timestamp,
    /// When an operator last wrote.
    pub operator_activity: Option<Timestamp>,
    /// Whether an operator was online when it began.
    pub operator_online: bool,
    /// Whether the AI is answering.
    pub ai_active: bool,
    /// Where it stands.
    pub state: SessionState,
    /// Visitor messages that no operator has read.
    pub unread: u64,
    /// The newest message that is no note.
    pub last_message: Option<Arc<Message>>,
    /// The rest.
    pub profile: Arc<Profile>,
}

impl SessionRecord {
    /// A session that begins now.
    pub fn new(id: SessionId, visitor_id: VisitorId, now: Timestamp) -> Self {
        SessionRecord {
            id,
            visitor_id,
            created_at: now,
            last_activity: now,
            last_stamp: now,
            operator_activity: None,
            operator_online: false,
            ai_active: false,
            state: SessionState::Open,
            unread: 0,
            last_message: None,
            profile: Arc::new(Profile::default()),
        }
    }

    /// The time to give to what happens now: the clock's, but at least a millisecond after everything
    /// before, so that "everything after this date" (PROTOCOL §2.4) never misses a neighbour.
    pub fn stamp(&mut self, now: Timestamp) -> Timestamp {
        let after_last = Timestamp::from_millis(self.last_stamp.as_millis() + 1);
        self.last_stamp = now.max(after_last);
        self.last_stamp
    }
}

/// A message and its place. Deleted ones keep their text here; the views take it off.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMessage {
    /// Its place.
    pub seq: Seq,
    /// The message.
    pub message: Arc<Message>,
}
