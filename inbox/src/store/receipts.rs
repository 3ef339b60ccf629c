//! Telling visitors that their messages were seen.

use super::{Line, Store};
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::{Message, MessageStatus, Sender};
use pocketping_core::{MessageId, SessionId};

/// Reading on backwards ends after so many pages: nobody has that many unread messages for long.
const MOST_PAGES: usize = 20;

impl Store {
    /// Marks the shown messages as read; to be called when the conversation is really in view.
    pub(crate) fn see(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        let lines = self.thread.lines();
        let is_new = |id: &MessageId| self.thread.seen.with_value(|seen| !seen.contains(id));
        let new: Vec<MessageId> = lines.iter().filter_map(unread_id).filter(is_new).collect();
        if new.is_empty() {
            return;
        }
        self.thread
            .seen
            .update_value(|seen| seen.extend(new.iter().cloned()));
        // Whoever has seen the newest has seen the conversation: what is older and not even read counts too.
        let oldest = lines
            .iter()
            .find_map(Line::message)
            .map(|entry| entry.message.id.clone());
        let oldest = oldest.filter(|_| self.thread.has_older.get_untracked() && begins_unread(&lines));
        spawn_local(async move {
            let told = api::mark_read(&id, new.clone()).await;
            let told = match oldest {
                Some(oldest) if told.is_ok() => mark_before(&id, oldest).await,
                _ => told,
            };
            if told.is_err() {
                // Not shown to the operator: the next message or the next look tries again.
                self.thread
                    .seen
                    .update_value(|seen| new.iter().for_each(|id| drop(seen.take(id))));
            }
        });
    }
}

/// Marks unread messages before `oldest` as read, until a page has none.
async fn mark_before(id: &SessionId, mut oldest: MessageId) -> Result<(), ApiError> {
    for _ in 0..MOST_PAGES {
        let page = api::list_messages(id, Some(&oldest), 50).await?;
        let Some(first) = page.messages.first().map(|message| message.id.clone()) else {
            break;
        };
        let unread: Vec<_> = page
            .messages
            .iter()
            .filter(|message| is_unread(message))
            .collect();
        if unread.is_empty() {
            break;
        }
        api::mark_read(id, unread.into_iter().map(|message| message.id.clone()).collect()).await?;
        if !page.has_more {
            break;
        }
        oldest = first;
    }
    Ok(())
}

fn begins_unread(lines: &[Line]) -> bool {
    let mut of_visitor = lines.iter().filter_map(Line::message).map(|entry| &entry.message);
    of_visitor
        .find(|message| message.sender == Sender::Visitor)
        .is_some_and(is_unread)
}

/// The id of a visitor's message that nobody has read.
fn unread_id(line: &Line) -> Option<MessageId> {
    let message = &line.message()?.message;
    is_unread(message).then(|| message.id.clone())
}

fn is_unread(message: &Message) -> bool {
    message.sender == Sender::Visitor
        && message.read_at.is_none()
        && message.status != Some(MessageStatus::Read)
}
