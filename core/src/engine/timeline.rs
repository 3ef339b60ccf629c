//! The ordered list of messages.

mod copy;
mod list;
mod merge;

pub(super) use list::{News, Timeline};
pub(super) use merge::Patch;

use super::Revision;
use crate::model::Message;
use std::fmt;
use std::sync::Arc;

/// Names an entry for as long as it is shown: the sender's own id where there is one, else the server's.
/// It does not change when the server acknowledges a message, so views can key on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub Arc<str>);

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One message as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name in the list.
    pub key: EntryKey,
    /// The message; until the server has stored it, `id` is `temp-<clientMessageId>` (PROTOCOL §4.7).
    pub message: Message,
    /// How far it has come.
    pub delivery: Delivery,
    /// A change of it that the server has not confirmed; [`Entry::shown`] has it applied.
    pub revision: Option<Arc<Revision>>,
}

/// How far an entry has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On its way, or waiting for the network.
    Sending,
    /// Stored by the server.
    Sent,
    /// Arrived at the other side.
    Delivered,
    /// Seen there.
    Read,
    /// Not sent; the text is kept, and can be retried or removed.
    Failed(FailureReason),
}

/// Why something was not sent for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureReason {
    /// Blank without attachments.
    Blank,
    /// Over 4000 code points.
    TooLong,
    /// The outbox is full.
    OutboxFull,
    /// There is no such message of the visitor's, or not any more: another page has reset the conversation.
    NotFound,
    /// The server refused it (4xx).
    Refused {
        /// With this status.
        status: u16,
    },
    /// A file is not there any more: it was removed, or the browser has not kept its bytes.
    FileGone,
}

impl FailureReason {
    /// What stands for [`FailureReason::FileGone`] where statuses are kept.
    pub(super) const FILE_GONE: u16 = 0;

    /// The reason of a kept status.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            Self::FILE_GONE => FailureReason::FileGone,
            status => FailureReason::Refused { status },
        }
    }
}
