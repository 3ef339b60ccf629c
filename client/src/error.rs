//! What can go wrong.

use crate::StorageError;
use pocketping_core::content::{MAX_CONTENT_CHARS, MAX_EVENT_DATA_BYTES, MAX_EVENT_NAME_CHARS};
use pocketping_core::engine::{Entry, FailureReason, PersistFailure};
use std::error::Error;
use std::time::Duration;

/// Why a client does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The backend's address is none of `http://…` or `https://…`, or has a query or a fragment.
    #[error("`{given}` is no address of a backend: {problem}")]
    Endpoint {
        /// What was given.
        given: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The user agent has characters that no header may have.
    #[error("the user agent cannot be sent in a header")]
    UserAgent,
    /// What was given as [`root_certificate`](crate::Builder::root_certificate) holds none that can be read.
    #[error("a root certificate cannot be read")]
    Certificate(#[source] Box<dyn Error + Send + Sync>),
    /// The storage belongs to another visitor than the one that was asked for; what it has not sent yet
    /// would be sent in the wrong name.
    #[error("the storage belongs to another visitor")]
    OtherVisitor,
    /// The storage cannot be opened or read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// HTTP cannot be set up on this system (no usable TLS roots, for example).
    #[error("HTTP cannot be set up")]
    Http(#[source] Box<dyn Error + Send + Sync>),
}

impl StartError {
    /// Whether the same call may work later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, StartError::Storage(error) if error.is_retryable())
    }
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The client does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server refuses this client for good: it is too old (426), or not allowed (401, 403).
    #[error("the server refuses this client")]
    Refused,
    /// There was no session in time. The client goes on trying for as long as it lives.
    #[error("no session within {} ms", after.as_millis())]
    NoAnswer {
        /// How long was waited.
        after: Duration,
    },
    /// The client was closed meanwhile.
    #[error(transparent)]
    Closed(#[from] Closed),
}

impl ConnectError {
    /// Whether the same call may work later.
    pub fn is_retryable(&self) -> bool {
        match self {
            ConnectError::NoAnswer { .. } => true,
            ConnectError::Start(error) => error.is_retryable(),
            ConnectError::Refused | ConnectError::Closed(_) => false,
        }
    }
}

/// Why something was not sent, or is not known to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The message has neither text nor an attachment.
    #[error("a message needs text or an attachment")]
    Blank,
    /// The message is too long.
    #[error("a message has at most {MAX_CONTENT_CHARS} characters")]
    TooLong,
    /// The event's name is empty or too long.
    #[error("an event's name has 1 to {MAX_EVENT_NAME_CHARS} characters, this one has {chars}")]
    EventName {
        /// How many it has.
        chars: usize,
    },
    /// The event's data is neither an object nor null.
    #[error("an event's data is an object or null")]
    EventDataKind,
    /// The event's data is too long.
    #[error("an event's data has at most {MAX_EVENT_DATA_BYTES} bytes as JSON, this has {bytes}")]
    EventDataLength {
        /// How many it has.
        bytes: usize,
    },
    /// The identity's id is empty.
    #[error("an identity needs an id")]
    IdentityId,
    /// Too much waits to be sent already (10,000 things, 5 MB of text or 50 MB of files). Nothing of that is dropped.
    #[error("too much waits to be sent")]
    OutboxFull,
    /// There is no such message of the visitor's, or nothing yet that could be rated.
    #[error("there is no such message or conversation")]
    NotFound,
    /// The server refuses it for good. A message is kept as failed, to be retried or removed.
    #[error("the server refused it with status {status}")]
    Refused {
        /// With this status.
        status: u16,
    },
    /// A file is not there any more: it was removed, or the storage has not kept its bytes.
    #[error("a file is not there any more")]
    FileGone,
    /// The engine has given it up, for a reason that this version of the client has no name for.
    #[error("it was given up: {0:?}")]
    GivenUp(FailureReason),
    /// It was not written to the storage. It is sent nevertheless, unless the client ends before.
    #[error("the storage did not take it: {0:?}")]
    NotSaved(PersistFailure),
    /// [`remove`](crate::Client::remove) took it back.
    #[error("it was removed before the server had stored it")]
    Removed,
    /// [`reset`](crate::Client::reset) forgot it.
    #[error("the conversation was reset before the server had stored it")]
    Reset,
    /// The client has ended. What had been accepted is in its storage, and sent by the next client on it.
    #[error(transparent)]
    Closed(#[from] Closed),
}

impl SendError {
    /// Whether the same call may work later. Never true for what may still be sent: that would double it.
    pub fn is_retryable(&self) -> bool {
        matches!(self, SendError::OutboxFull)
    }
}

impl From<FailureReason> for SendError {
    fn from(reason: FailureReason) -> Self {
        match reason {
            FailureReason::Blank => SendError::Blank,
            FailureReason::TooLong => SendError::TooLong,
            FailureReason::OutboxFull => SendError::OutboxFull,
            FailureReason::NotFound => SendError::NotFound,
            FailureReason::Refused { status } => SendError::Refused { status },
            FailureReason::FileGone => SendError::FileGone,
            other => SendError::GivenUp(other),
        }
    }
}

/// The client has ended: it was closed, or its runtime was shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client has ended")]
pub struct Closed;

/// What [`close`](crate::Client::close) could not get to the server in time.
///
/// With a storage it is kept there, and the next client on it sends it. Without one it is lost.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{} messages and {others} other things were not sent", messages.len())]
#[non_exhaustive]
pub struct Unsent {
    /// Messages, in the order in which they were sent.
    pub messages: Vec<Entry>,
    /// How many events, identities, receipts and files.
    pub others: usize,
}

/// A reader of [`changes`](crate::Client::changes) was too slow, and changes were dropped for it. The state
/// is whole: read it again with [`snapshot`](crate::Client::snapshot).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{missed} changes were missed")]
pub struct Lagged {
    /// How many changes.
    pub missed: u64,
}
