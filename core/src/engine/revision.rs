//! [`Revision`]: edits and deletions that the server has not confirmed, shown at once.
//!
//! The stored message stays as the server has it: merging and the kept history work on that. What is shown is that
//! message under the last change of it that waits in the outbox. When the server has taken or refused the change it
//! has left the outbox, and what it showed goes with it.

use super::outbox::item::{DELETE, EDIT, Item, Kind};
use super::{Change, Conversation, Entry};
use crate::model::Message;
use crate::value::wire_object;
use crate::{Timestamp, Value};
use std::borrow::Cow;
use std::sync::Arc;

wire_object! {
    /// A change of a message that the server has not confirmed.
    pub struct Revision {
        /// The new text; `None` when the message is deleted.
        pub content: Option<String> => "content";
        /// When the visitor made it, by their clock.
        pub at: Timestamp => "at";
        /// Its place in the outbox: of several the last one shows.
        pub seq: u64 => "seq";
    }
}

impl Revision {
    /// The name of the message that an entry of the outbox changes, and whether to what.
    pub(super) fn of(item: &Item) -> Option<(&str, Arc<Self>)> {
        let Kind::Call(call) = &item.kind else { return None };
        if !matches!(call.route.as_str(), EDIT | DELETE) {
            return None;
        }
        // A deletion has no text.
        let content = call.body.get("content").and_then(Value::as_str);
        let revision = Revision {
            content: content.map(str::to_owned),
            at: item.created,
            seq: item.seq,
        };
        Some((call.key.as_deref()?, Arc::new(revision)))
    }
}

impl Entry {
    /// Whether it shows a change that the server has not confirmed.
    pub fn is_pending(&self) -> bool {
        // What the server has deleted shows nothing else any more.
        self.revision.is_some() && self.message.deleted_at.is_none()
    }

    /// The message as it is to be shown: the server's, with a change that is not confirmed.
    pub fn shown(&self) -> Cow<'_, Message> {
        let Some(revision) = self.revision.as_ref().filter(|_| self.is_pending()) else {
            return Cow::Borrowed(&self.message);
        };
        let mut message = self.message.clone();
        match &revision.content {
            Some(content) => {
                message.content.clone_from(content);
                message.edited_at = Some(revision.at);
            }
            None => {
                message.content.clear();
                message.attachments.clear();
                message.deleted_at = Some(revision.at);
            }
        }
        Cow::Owned(message)
    }
}

impl Conversation {
    /// Shows all that waits in the outbox: the list is another one.
    pub(super) fn revise_all(&mut self) {
        let mut all = Vec::new();
        for queued in self.outbox.iter() {
            if let Some((name, revision)) = Revision::of(&queued.item) {
                all.push((name.into(), Some(revision)));
            }
        }
        self.outbox.revised.append(&mut all);
    }

    /// Shows what has come into the outbox, and shows no longer what has left it.
    pub(super) fn run_revisions(&mut self) {
        for (name, revision) in std::mem::take(&mut self.outbox.revised) {
            // What has left may have left another one of the same message.
            let revision = revision.or_else(|| {
                self.timeline.forget_revision(&name);
                let mut left = None;
                for queued in self.outbox.iter() {
                    if let Some((other, revision)) = Revision::of(&queued.item)
                        && *other == *name
                    {
                        left = Some(revision);
                    }
                }
                left
            });
            if let Some(key) = self.timeline.revise(&name, revision)
                && !self.out.tells_of(&key)
            {
                self.out.change(Change::Updated(key));
            }
        }
    }
}
