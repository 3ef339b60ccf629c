//! Telling visitors that their messages were seen.

use super::{Line, Store};
use crate::api;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::MessageId;
use pocketping_core::model::{MessageStatus, Sender};

impl Store {
    /// Marks the shown messages as read; to be called when the conversation is really in view.
    pub(crate) fn see(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        let new: Vec<MessageId> = self.thread.timeline.rows().with_untracked(|rows| {
            let unseen = rows.iter().filter_map(|row| row.item.with_untracked(unread_id));
            unseen
                .filter(|id| self.thread.seen.with_value(|seen| !seen.contains(id)))
                .collect()
        });
        if new.is_empty() {
            return;
        }
        self.thread
            .seen
            .update_value(|seen| seen.extend(new.iter().cloned()));
        spawn_local(async move {
            // Not told to the operator: the next message or the next look tries again.
            if api::mark_read(&id, new.clone()).await.is_err() {
                self.thread
                    .seen
                    .update_value(|seen| new.iter().for_each(|id| drop(seen.take(id))));
            }
        });
    }
}

/// The id of a visitor's message that nobody has read.
fn unread_id(line: &Line) -> Option<MessageId> {
    let message = &line.message()?.message;
    let unread = message.sender == Sender::Visitor
        && message.read_at.is_none()
        && message.status != Some(MessageStatus::Read);
    unread.then(|| message.id.clone())
}
