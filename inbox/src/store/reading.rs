//! Reading the chosen conversation: its messages, and what has happened beside them.

use super::thread::Phase;
use super::{Line, Store};
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::SessionId;
use pocketping_core::route::OperatorMessagesResponse;
use pocketping_widget::view::Item;
use std::collections::HashSet;

/// Messages of a page.
const PAGE: u32 = 50;

impl Store {
    /// Reads the chosen conversation's newest messages; what is shown stays until they are there.
    pub(super) fn read_thread(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        self.thread.phase.set(Phase::Loading);
        spawn_local(async move {
            let answer = api::list_messages(&id, None, PAGE).await;
            if self.sessions.selected.get_untracked().as_ref() != Some(&id) {
                return;
            }
            match answer {
                Ok(answer) => {
                    self.show_newest(&id, answer);
                    self.read_events(id).await;
                }
                Err(ApiError::SignedOut) => self.shut(),
                Err(ApiError::NotFound) => self.thread.phase.set(Phase::Failed(crate::words::GONE)),
                Err(_) => self.thread.phase.set(Phase::Failed(crate::words::NOT_LOADED)),
            }
        });
    }

    /// Reads what has happened on the chosen visitor's pages. Without it the messages are shown all the same.
    async fn read_events(self, id: SessionId) {
        let Ok(answer) = api::list_events(&id).await else {
            return;
        };
        let new = self.thread.keep_listed(&id, answer.events);
        if !new.is_empty() && self.sessions.selected.get_untracked().as_ref() == Some(&id) {
            let mut lines = self.thread.lines();
            lines.extend(new);
            self.thread.show(lines);
        }
    }

    fn show_newest(self, id: &SessionId, answer: OperatorMessagesResponse) {
        let mut lines: Vec<Line> = answer.messages.into_iter().map(Line::stored).collect();
        let stored: HashSet<_> = lines.iter().map(|line| line.key().clone()).collect();
        let waiting = self
            .answers
            .of(id)
            .into_iter()
            .filter(|line| !stored.contains(line.key()));
        lines.extend(waiting);
        lines.extend(self.thread.events_of(id));
        self.thread.has_older.set(answer.has_more);
        self.thread.show(lines);
        self.thread.phase.set(Phase::Ready);
        self.mark_chosen();
    }

    /// Shows what the chosen session tells of its past.
    pub(super) fn mark_chosen(self) {
        if self.thread.phase.get_untracked() == Phase::Ready
            && let Some(session) = untrack(|| self.selected())
        {
            session.with_untracked(|session| self.thread.mark(session));
        }
    }

    /// Reads messages older than those shown.
    pub(crate) fn read_older(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        let oldest = self.thread.oldest();
        spawn_local(async move {
            let answer = api::list_messages(&id, oldest.as_ref(), PAGE).await;
            if self.sessions.selected.get_untracked().as_ref() != Some(&id) {
                return;
            }
            if let Some(answer) = self.told(answer) {
                self.thread.put_older(answer);
                self.mark_chosen();
            }
        });
    }
}
