//! What is done about the chosen conversation: state, who takes care of it, labels, shutting out, ratings.

use super::Store;
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::{Message, OperatorSession, SessionState};
use pocketping_core::{OperatorId, SessionId};
use std::future::Future;

impl Store {
    /// Says where the chosen conversation stands.
    pub(crate) fn set_state(self, state: SessionState) {
        self.change_chosen(move |id| async move { api::set_state(&id, state).await });
    }

    /// Resolves the chosen conversation, or opens it again.
    pub(crate) fn toggle_resolved(self) {
        let Some(session) = untrack(|| self.selected()) else {
            return;
        };
        let state = match session.with_untracked(|session| session.state) {
            SessionState::Resolved => SessionState::Open,
            _ => SessionState::Resolved,
        };
        self.set_state(state);
    }

    /// Says who takes care of the chosen conversation; `None`: nobody.
    pub(crate) fn assign(self, operator: Option<OperatorId>) {
        self.change_chosen(move |id| async move { api::set_assignee(&id, operator).await });
    }

    /// Adds a label; blank ones and those that are there are none.
    pub(crate) fn add_tag(self, tag: &str) {
        let tag = tag.trim().to_owned();
        self.change_tags(|tags| {
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        });
    }

    /// Takes a label away.
    pub(crate) fn remove_tag(self, tag: &str) {
        self.change_tags(|tags| tags.retain(|known| known != tag));
    }

    /// Shuts the chosen visitor out, or lets them in again.
    pub(crate) fn block(self, blocked: bool) {
        self.change_chosen(move |id| async move { api::set_blocked(&id, blocked).await });
    }

    /// Asks the chosen visitor for a rating.
    pub(crate) fn ask_for_rating(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        spawn_local(async move {
            // The session that comes by the stream shows it.
            self.told(api::request_csat(&id).await);
        });
    }

    /// Gives a message another text. `Err` says what went wrong.
    ///
    /// # Errors
    /// When the server does not take it; nothing is changed then.
    pub(crate) async fn edit(self, message: Message, content: String) -> Result<(), ApiError> {
        let changed = api::edit_message(&message.session_id, &message.id, content).await;
        let changed = self.unless_signed_out(changed)?;
        self.thread.change(&message.id, |shown| *shown = changed);
        Ok(())
    }

    /// Deletes a message for the visitor.
    ///
    /// # Errors
    /// When the server does not do it; nothing is changed then.
    pub(crate) async fn delete(self, message: Message) -> Result<(), ApiError> {
        let deleted = api::delete_message(&message.session_id, &message.id).await;
        self.unless_signed_out(deleted)?;
        let now = self.now.get_untracked();
        self.thread.change(&message.id, |shown| {
            shown.deleted_at = shown.deleted_at.or(Some(now));
        });
        Ok(())
    }

    pub(super) fn unless_signed_out<T>(self, outcome: Result<T, ApiError>) -> Result<T, ApiError> {
        if matches!(outcome, Err(ApiError::SignedOut)) {
            self.shut();
        }
        outcome
    }

    fn change_tags(self, change: impl FnOnce(&mut Vec<String>)) {
        let Some(session) = untrack(|| self.selected()) else {
            return;
        };
        let mut tags = session.with_untracked(|session| session.tags.clone());
        let before = tags.clone();
        change(&mut tags);
        if tags != before {
            self.change_chosen(move |id| async move { api::set_tags(&id, tags).await });
        }
    }

    fn change_chosen<F>(self, call: impl FnOnce(SessionId) -> F + 'static)
    where
        F: Future<Output = Result<OperatorSession, ApiError>> + 'static,
    {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Some(changed) = self.told(call(id).await) {
                self.take_session(changed);
            }
        });
    }
}
