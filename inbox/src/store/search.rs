//! Messages that have the words that are looked for, and the way to them.

use super::{Line, Store};
use crate::api;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::engine::EntryKey;
use pocketping_core::model::Message;
use pocketping_core::{MessageId, SessionId};
use pocketping_widget::view::Item;

/// Reading back to a message ends after so many pages of 100.
const MOST_PAGES: usize = 50;
const PAGE: u32 = 100;

/// What was found.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    /// The messages, newest first.
    pub(crate) hits: RwSignal<Vec<Message>>,
    /// Where the next page begins, if there is one.
    pub(crate) next: RwSignal<Option<String>>,
    /// The message that is led to; its list shows it.
    pub(crate) target: RwSignal<Option<EntryKey>>,
}

impl Search {
    pub(super) fn new() -> Self {
        Search {
            hits: RwSignal::default(),
            next: RwSignal::default(),
            target: RwSignal::default(),
        }
    }

    pub(super) fn forget(&self) {
        self.hits.set(Vec::new());
        self.next.set(None);
        self.target.set(None);
    }
}

impl Store {
    /// Looks for the words of the filter in all messages.
    pub(super) fn search(self) {
        self.search.forget();
        self.read_hits(None);
    }

    /// Reads the next page of what was found.
    pub(crate) fn more_hits(self) {
        if let Some(next) = self.search.next.get_untracked() {
            self.read_hits(Some(next));
        }
    }

    fn read_hits(self, before: Option<String>) {
        let words = self
            .sessions
            .filter
            .with_untracked(|filter| filter.words().to_owned());
        if words.is_empty() {
            return;
        }
        spawn_local(async move {
            let answer = api::search(&words, before.as_deref()).await;
            let is_asked = self
                .sessions
                .filter
                .with_untracked(|filter| filter.words() == words);
            if is_asked && let Some(answer) = self.told(answer) {
                for message in &answer.messages {
                    self.know(message.session_id.clone());
                }
                self.search.hits.update(|hits| hits.extend(answer.messages));
                self.search.next.set(answer.next);
            }
        });
    }

    /// Learns of a conversation that is not known yet.
    pub(super) fn know(self, id: SessionId) {
        if untrack(|| self.sessions.get(&id)).is_none() {
            spawn_local(async move {
                if let Some(session) = self.told(api::get_session(&id).await) {
                    self.sessions.put(session);
                }
            });
        }
    }

    /// Leads to a message: chooses its conversation and reads back until it is there.
    pub(crate) fn jump(self, session: SessionId, message: MessageId) {
        self.select(session.clone());
        spawn_local(async move {
            for _ in 0..MOST_PAGES {
                if let Some(key) = self.thread.key_of(&message) {
                    self.mark_chosen();
                    return self.search.target.set(Some(key));
                }
                let oldest = self.thread.oldest();
                let answer = api::list_messages(&session, oldest.as_ref(), PAGE).await;
                if self.sessions.selected.get_untracked().as_ref() != Some(&session) {
                    return;
                }
                let Some(answer) = self.told(answer) else { return };
                let has_more = answer.has_more;
                self.thread.put_older(answer);
                if !has_more {
                    break;
                }
            }
            self.mark_chosen();
            match self.thread.key_of(&message) {
                Some(key) => self.search.target.set(Some(key)),
                None => self.trouble.set(Some(crate::words::TOO_FAR_BACK)),
            }
        });
    }
}

/// Which line has this message.
pub(super) fn key_of(lines: &[Line], message: &MessageId) -> Option<EntryKey> {
    let is_it = |line: &&Line| line.message().is_some_and(|entry| entry.message.id == *message);
    lines.iter().find(is_it).map(|line| line.key().clone())
}
