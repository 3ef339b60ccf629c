//! What lists are asked for, and pages of them.

use super::{Seq, SessionRecord, StoredMessage};
use pocketping_core::model::{Sender, SessionState};
use pocketping_core::{MessageId, OperatorId, PersonId, Timestamp};

/// Which messages of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageQuery {
    /// From where, in which direction.
    pub from: PageFrom,
    /// Most messages of a page.
    pub limit: usize,
    /// Whether notes among operators are wanted too.
    pub notes: bool,
}

/// From where a page of messages goes, and in which direction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageFrom {
    /// Forward from the first.
    Start,
    /// Forward from the one after this place.
    After(Seq),
    /// Forward from the one after this message; from the first when the session does not have it.
    AfterMessage(MessageId),
    /// Forward: those created or changed after this moment (PROTOCOL §2.4).
    ChangedAfter(Timestamp),
    /// Backward from the newest.
    End,
    /// Backward from the one before this message; from the newest when the session does not have it.
    BeforeMessage(MessageId),
}

/// A page of messages.
#[derive(Clone, Debug, PartialEq)]
pub struct MessagePage {
    /// The messages, oldest first whichever way the page goes.
    pub messages: Vec<StoredMessage>,
    /// Whether there are more in the page's direction.
    pub has_more: bool,
    /// A place up to which the page is complete.
    pub head: Seq,
}

/// Which sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// In this state; any when unset.
    pub state: Option<SessionState>,
    /// Only those whose newest message is the visitor's.
    pub unanswered: bool,
    /// Only those of this operator.
    pub assignee: Option<OperatorId>,
    /// Only those with this label.
    pub tag: Option<String>,
    /// Only those whose visitor has exactly this [`Identity::id`](pocketping_core::model::Identity).
    pub identity: Option<String>,
    /// Only those that name this person.
    pub person: Option<PersonId>,
    /// Only those that have these words, each at the beginning of a word: in their visitor's id, name, e-mail address
    /// and phone number, or in one message. See [`SearchWords`](super::SearchWords).
    pub text: Option<String>,
    /// The page after the one that gave this as `next`; from the newest when unset.
    pub before: Option<String>,
    /// Most sessions of a page. Default 50, at most 200.
    pub limit: Option<u32>,
}

impl SessionFilter {
    /// How many sessions a page has at most.
    pub fn page_size(&self) -> usize {
        self.limit.map_or(50, |limit| limit.clamp(1, 200)) as usize
    }

    /// Whether a session is wanted; says nothing about paging and about the text, which messages may have.
    pub fn matches(&self, session: &SessionRecord) -> bool {
        let profile = &session.profile;
        let visitor_is_last = || {
            session
                .last_message
                .as_ref()
                .is_some_and(|last| last.sender == Sender::Visitor)
        };
        self.state.is_none_or(|state| state == session.state)
            && (!self.unanswered || visitor_is_last())
            && (self.assignee.is_none() || self.assignee == profile.assignee)
            && self.tag.as_ref().is_none_or(|tag| profile.tags.contains(tag))
            && (self.person.is_none() || self.person == profile.person_id())
            && (self.identity.is_none() || self.identity.as_deref() == profile.identity_id())
    }
}

/// A page of sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionPage {
    /// The sessions, newest activity first.
    pub sessions: Vec<SessionRecord>,
    /// Pass as `before` for the next page; unset on the last.
    pub next: Option<String>,
    /// A place up to which the page is complete.
    pub head: Seq,
}
