//! Merging: copies of one message, and changes to it, in whatever order they come.
//!
//! Each rule keeps the greater of two states (a later edit, a deletion, a further receipt), so the result
//! does not depend on the order of arrival, and hearing something twice changes nothing. Where two edits have one time, what
//! the server has said last counts ([`Tie`]): streams tell in its order, and a list is as new as the question at least.

use super::Delivery;
use crate::Timestamp;
use crate::envelope::{MessageDeleted, MessageEdited, ReadReceipt};
use crate::model::{Message, MessageStatus, ReplyTo};

/// Which of two edits of one time counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// The one that is known.
    Known,
    /// The one that has come.
    Other,
}

/// A change of a message: an edit, a deletion or a receipt. It may come before the message itself.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Patch {
    edit: Option<(String, Timestamp)>,
    deleted_at: Option<Timestamp>,
    status: Option<MessageStatus>,
    delivered_at: Option<Timestamp>,
    read_at: Option<Timestamp>,
}

impl Patch {
    pub(in crate::engine) fn edit(edited: MessageEdited) -> Self {
        Patch {
            edit: Some((edited.content, edited.edited_at)),
            ..Patch::default()
        }
    }

    pub(in crate::engine) fn deletion(deleted: &MessageDeleted) -> Self {
        Patch {
            deleted_at: Some(deleted.deleted_at),
            ..Patch::default()
        }
    }

    pub(in crate::engine) fn receipt(receipt: &ReadReceipt) -> Self {
        Patch {
            status: Some(receipt.status),
            delivered_at: receipt.delivered_at,
            read_at: receipt.read_at,
            ..Patch::default()
        }
    }

    /// A receipt of our own that the server does not know yet.
    pub(in crate::engine) fn status(status: MessageStatus) -> Self {
        Patch {
            status: Some(status),
            ..Patch::default()
        }
    }

    /// Whether it is an edit.
    pub(super) fn is_edit(&self) -> bool {
        self.edit.is_some()
    }

    /// Applies the change; whether it changed anything.
    pub(super) fn apply(self, message: &mut Message, tie: Tie) -> bool {
        let mut changed = further(&mut message.status, self.status);
        changed |= earlier(&mut message.delivered_at, self.delivered_at);
        changed |= earlier(&mut message.read_at, self.read_at);
        changed |= earlier(&mut message.deleted_at, self.deleted_at);
        if let Some((content, edited_at)) = self.edit
            && (message.edited_at.is_none_or(|known| known < edited_at)
                || tie == Tie::Other
                    && message.edited_at == Some(edited_at)
                    && message.deleted_at.is_none()
                    && message.content != content)
        {
            message.edited_at = Some(edited_at);
            message.content = content;
            changed = true;
        }
        if message.deleted_at.is_some() {
            // Some servers leave the text of deleted messages on the wire (PROTOCOL §8.9).
            message.content.clear();
            message.attachments.clear();
        }
        changed
    }
}

/// Joins what another copy of the same message says; whether anything changed.
pub(super) fn join(known: &mut Message, other: Message, tie: Tie) -> bool {
    let mut changed = false;
    if known.attachments.is_empty() && !other.attachments.is_empty() {
        known.attachments = other.attachments;
        changed = true;
    }
    if matches!(other.reply_to, Some(ReplyTo::Quote(_))) && !matches!(known.reply_to, Some(ReplyTo::Quote(_)))
        || known.reply_to.is_none() && other.reply_to.is_some()
    {
        known.reply_to = other.reply_to;
        changed = true;
    }
    changed |= fill(&mut known.metadata, other.metadata);
    changed |= fill(&mut known.operator, other.operator);
    changed |= fill(&mut known.client_message_id, other.client_message_id);
    let patch = Patch {
        edit: other.edited_at.map(|at| (other.content, at)),
        deleted_at: other.deleted_at,
        status: other.status,
        delivered_at: other.delivered_at,
        read_at: other.read_at,
    };
    patch.apply(known, tie) | changed
}

/// How far a message has come that the server has stored.
pub(super) fn delivery(message: &Message) -> Delivery {
    if message.read_at.is_some() || message.status == Some(MessageStatus::Read) {
        Delivery::Read
    } else if message.delivered_at.is_some() || message.status == Some(MessageStatus::Delivered) {
        Delivery::Delivered
    } else {
        Delivery::Sent
    }
}

fn further(known: &mut Option<MessageStatus>, other: Option<MessageStatus>) -> bool {
    let more = other > *known;
    if more {
        *known = other;
    }
    more
}

fn earlier(known: &mut Option<Timestamp>, other: Option<Timestamp>) -> bool {
    let Some(other) = other else { return false };
    let better = known.is_none_or(|known| other < known);
    if better {
        *known = Some(other);
    }
    better
}

fn fill<T>(known: &mut Option<T>, other: Option<T>) -> bool {
    let fills = known.is_none() && other.is_some();
    if fills {
        *known = other;
    }
    fills
}
