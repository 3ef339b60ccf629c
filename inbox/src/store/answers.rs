//! Answers on their way: shown at once, sent in order, kept until the server has them.

use super::{Line, Store};
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::engine::{Delivery, Entry, EntryKey, FailureReason, client_message_id};
use pocketping_core::model::{Message, MessageStatus, Sender};
use pocketping_core::route::OperatorMessageRequest;
use pocketping_core::{ClientMessageId, MessageId, SessionId};
use pocketping_widget::browser::clock;
use std::time::Duration;

/// After this long an answer that got no reply is sent again; the id makes repeats harmless.
const AGAIN: Duration = Duration::from_secs(3);

/// Answers that the server does not have.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    waiting: StoredValue<Vec<Answer>>,
}

#[derive(Clone)]
struct Answer {
    entry: Entry,
    under_way: bool,
}

impl Answers {
    pub(super) fn new() -> Self {
        Answers {
            waiting: StoredValue::new(Vec::new()),
        }
    }

    /// Whether anything would be lost with the page.
    pub(super) fn any_waiting(&self) -> bool {
        self.waiting
            .try_with_value(|waiting| !waiting.is_empty())
            .unwrap_or(false)
    }

    /// The lines of one conversation.
    pub(super) fn of(&self, id: &SessionId) -> Vec<Line> {
        self.waiting.with_value(|waiting| {
            let of_it = waiting
                .iter()
                .filter(|answer| answer.entry.message.session_id == *id);
            of_it
                .map(|answer| Line::Message(Box::new(answer.entry.clone())))
                .collect()
        })
    }

    /// The server has it.
    pub(super) fn arrived(&self, id: &ClientMessageId) {
        self.remove(&EntryKey(id.as_str().into()));
    }

    pub(super) fn forget(&self) {
        self.waiting.set_value(Vec::new());
    }

    fn remove(&self, key: &EntryKey) {
        self.waiting
            .update_value(|waiting| waiting.retain(|answer| answer.entry.key != *key));
    }

    fn change(&self, key: &EntryKey, change: impl FnOnce(&mut Answer)) -> Option<Entry> {
        self.waiting.try_update_value(|waiting| {
            let answer = waiting.iter_mut().find(|answer| answer.entry.key == *key)?;
            change(answer);
            Some(answer.entry.clone())
        })?
    }

    /// The oldest answer to send of each conversation; marks it as under way.
    fn take_next(&self) -> Vec<Entry> {
        let mut next = Vec::new();
        self.waiting.update_value(|waiting| {
            let mut served: Vec<SessionId> = Vec::new();
            for answer in waiting
                .iter_mut()
                .filter(|answer| answer.entry.delivery == Delivery::Sending)
            {
                let session = &answer.entry.message.session_id;
                if !served.contains(session) {
                    served.push(session.clone());
                    if !answer.under_way {
                        answer.under_way = true;
                        next.push(answer.entry.clone());
                    }
                }
            }
        });
        next
    }
}

impl Store {
    /// Answers the chosen visitor.
    pub(crate) fn answer(self, content: String) {
        let Some(session_id) = self.sessions.selected.get_untracked() else {
            return;
        };
        let now = clock::now();
        let id = client_message_id(now, &clock::entropy());
        let temporary = MessageId::new(["temp-", id.as_str()].concat());
        let entry = Entry {
            key: EntryKey(id.as_str().into()),
            message: Message {
                status: Some(MessageStatus::Sending),
                client_message_id: Some(id),
                ..Message::new(temporary, session_id, Sender::Operator, content, now.wall)
            },
            delivery: Delivery::Sending,
            revision: None,
        };
        self.answers.waiting.update_value(|waiting| {
            waiting.push(Answer {
                entry: entry.clone(),
                under_way: false,
            });
        });
        self.thread.put(Line::Message(Box::new(entry)));
        self.forget_typing();
        self.send_waiting();
    }

    /// Tries a failed answer again.
    pub(crate) fn retry(self, key: &EntryKey) {
        self.set_delivery(key, Delivery::Sending);
        self.send_waiting();
    }

    /// Gives up an answer.
    pub(crate) fn give_up(self, key: &EntryKey) {
        self.answers.remove(key);
        self.thread.timeline.remove(key);
    }

    /// Sends what is next in each conversation.
    pub(super) fn send_waiting(self) {
        for entry in self.answers.take_next() {
            spawn_local(self.send(entry));
        }
    }

    async fn send(self, entry: Entry) {
        let request = OperatorMessageRequest {
            content: entry.message.content.clone(),
            reply_to: None,
            attachment_ids: Vec::new(),
            client_message_id: entry.message.client_message_id.clone(),
            metadata: None,
            operator: None,
        };
        let session = &entry.message.session_id;
        let outcome = api::send_message(session, &request).await;
        self.answers.change(&entry.key, |answer| answer.under_way = false);
        match outcome {
            Ok(message) => {
                self.answers.remove(&entry.key);
                if self.sessions.selected.get_untracked().as_ref() == Some(session) {
                    self.show_stored(message);
                }
                self.send_waiting();
            }
            Err(ApiError::SignedOut) => self.shut(),
            Err(error) if error.is_retryable() => {
                set_timeout(move || self.send_waiting(), AGAIN);
            }
            Err(error) => {
                let status = match error {
                    ApiError::Refused(status) => status,
                    _ => 404,
                };
                self.set_delivery(&entry.key, Delivery::Failed(FailureReason::Refused { status }));
                self.send_waiting();
            }
        }
    }

    /// The stream may have told more about it by now (read), which the answer to our call does not know.
    fn show_stored(self, message: Message) {
        let rows = self.thread.timeline.rows();
        let known = rows.with_untracked(|rows| {
            let is_it = |line: &Line| line.message().is_some_and(|entry| entry.message.id == message.id);
            rows.iter().rev().any(|row| row.with_untracked(is_it))
        });
        if !known {
            self.thread.put(Line::stored(message));
        }
    }

    fn set_delivery(self, key: &EntryKey, delivery: Delivery) {
        let changed = self
            .answers
            .change(key, |answer| answer.entry.delivery = delivery);
        if let Some(entry) = changed {
            let shown = self.sessions.selected.get_untracked();
            if shown.as_ref() == Some(&entry.message.session_id) {
                self.thread.put(Line::Message(Box::new(entry)));
            }
        }
    }
}
