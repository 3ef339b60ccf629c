//! Answers and notes on their way: shown at once, sent in order, kept until the server has them.

use super::{FileKey, Line, Store};
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::engine::{Delivery, Entry, EntryKey, FailureReason, client_message_id};
use pocketping_core::model::{Message, MessageStatus, ReplyTo, Sender};
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
    /// Goes out once the server has them.
    files: Vec<FileKey>,
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

    /// The oldest answer to send of each conversation, unless it waits for its files; marks it as under way.
    fn take_next(&self, is_there: impl Fn(&FileKey) -> bool) -> Vec<Entry> {
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
                    if !answer.under_way && answer.files.iter().all(&is_there) {
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
    /// Answers the chosen visitor, with the files that were put beside the reply; or notes something.
    pub(crate) fn answer(self, content: String) {
        let Some(session_id) = self.sessions.selected.get_untracked() else {
            return;
        };
        let private = self.noting.get_untracked();
        let files = if private { Vec::new() } else { self.take_staged() };
        let reply_to = self.replying.try_update(Option::take).flatten();
        let now = clock::now();
        let id = client_message_id(now, &clock::entropy());
        let temporary = MessageId::new(["temp-", id.as_str()].concat());
        let entry = Entry {
            key: EntryKey(id.as_str().into()),
            message: Message {
                status: Some(MessageStatus::Sending),
                client_message_id: Some(id),
                reply_to: reply_to
                    .filter(|_| !private)
                    .map(|message| ReplyTo::Id(message.id)),
                attachments: files.iter().map(|file| file.placeholder()).collect(),
                private,
                ..Message::new(temporary, session_id, Sender::Operator, content, now.wall)
            },
            delivery: Delivery::Sending,
            revision: None,
        };
        let files = files.into_iter().map(|file| file.key).collect();
        self.answers.waiting.update_value(|waiting| {
            waiting.push(Answer {
                entry: entry.clone(),
                files,
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
        self.resend_files(&self.files_of(key));
        self.send_waiting();
    }

    /// Gives up an answer.
    pub(crate) fn give_up(self, key: &EntryKey) {
        self.forget_files(&self.files_of(key));
        self.answers.remove(key);
        self.thread.timeline.remove(key);
    }

    fn files_of(self, key: &EntryKey) -> Vec<FileKey> {
        self.answers.waiting.with_value(|waiting| {
            let answer = waiting.iter().find(|answer| answer.entry.key == *key);
            answer.map(|answer| answer.files.clone()).unwrap_or_default()
        })
    }

    /// A file could not be sent: the answer that waits for it cannot either.
    pub(super) fn fail_with_file(self, file: FileKey, status: u16) {
        let keys: Vec<EntryKey> = self.answers.waiting.with_value(|waiting| {
            let with_it = waiting.iter().filter(|answer| answer.files.contains(&file));
            with_it.map(|answer| answer.entry.key.clone()).collect()
        });
        for key in keys {
            self.set_delivery(&key, Delivery::Failed(FailureReason::Refused { status }));
        }
        self.send_waiting();
    }

    /// Sends what is next in each conversation.
    pub(super) fn send_waiting(self) {
        for entry in self.answers.take_next(|file| self.is_uploaded(*file)) {
            spawn_local(self.send(entry));
        }
    }

    async fn send(self, entry: Entry) {
        let session = &entry.message.session_id;
        let files = self.files_of(&entry.key);
        let content = entry.message.content.clone();
        let outcome = if entry.message.private {
            api::add_note(session, content).await
        } else {
            let request = OperatorMessageRequest {
                content,
                reply_to: entry.message.reply_to.as_ref().map(|to| to.id().clone()),
                attachment_ids: self.attachment_ids(&files),
                client_message_id: entry.message.client_message_id.clone(),
                metadata: None,
                operator: None,
            };
            api::send_message(session, &request).await
        };
        self.answers.change(&entry.key, |answer| answer.under_way = false);
        match outcome {
            Ok(message) => {
                self.answers.remove(&entry.key);
                self.forget_files(&files);
                if entry.message.private {
                    // It comes back under the server's own name.
                    self.thread.timeline.remove(&entry.key);
                }
                if self.sessions.selected.get_untracked().as_ref() == Some(session) {
                    self.show_stored(message);
                }
                self.send_waiting();
            }
            Err(ApiError::SignedOut) => self.shut(),
            // A note has no id of ours: whether it was stored is not known, so it is repeated by hand only.
            Err(error) if error.is_retryable() && !entry.message.private => {
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
