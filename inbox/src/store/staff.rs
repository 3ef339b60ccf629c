//! Who is signed in, colleagues, and what only some of them may do.

use super::{Dialog, Store};
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::{Message, OperatorProfile, Permission};
use pocketping_core::route::{NewOperatorRequest, OperatorPatch, OperatorTokenResponse};
use pocketping_core::{OperatorId, PersonId};

impl Store {
    /// Whether whoever is signed in may do that, followed.
    pub(crate) fn may(self, permission: Permission) -> bool {
        let me = self.me.get();
        me.is_some_and(|me| me.role.may(permission))
    }

    /// Whether whoever is signed in may give this message another text, followed: nobody writes in a colleague's name.
    pub(crate) fn may_edit(self, message: &Message) -> bool {
        let author = message
            .operator
            .as_ref()
            .and_then(|operator| operator.id.as_ref());
        self.me.with(|me| {
            let me = me.as_ref();
            me.is_some_and(|me| me.id.as_str() == OperatorId::OWNER || author.is_none_or(|id| *id == me.id))
        })
    }

    /// Who can take care of conversations, followed: ids and names of those who may sign in, and of those who have one.
    pub(crate) fn colleagues(self) -> Vec<(String, String)> {
        let assignees = self.sessions.assignees();
        let mut known: Vec<(String, String)> = self.operators.with(|operators| {
            let shown = operators
                .iter()
                .filter(|one| one.removed_at.is_none() || assignees.contains(&one.id));
            shown
                .map(|one| (one.id.as_str().to_owned(), one.name.clone()))
                .collect()
        });
        for id in assignees {
            if known.iter().all(|(value, _)| value != id.as_str()) {
                known.push((id.as_str().to_owned(), id.as_str().to_owned()));
            }
        }
        known.sort_by(|a, b| a.1.cmp(&b.1));
        known
    }

    /// Assigns the chosen conversation to whoever is signed in.
    pub(crate) fn assign_to_me(self) {
        if let Some(me) = self.me.get_untracked() {
            self.assign(Some(me.id));
        }
    }

    /// Reads who there is.
    pub(crate) fn read_operators(self) {
        spawn_local(async move {
            let (me, listed) = (api::me().await, api::list_operators().await);
            if let Some(me) = self.told(me) {
                self.me.set(Some(me));
            }
            if let Some(listed) = self.told(listed) {
                self.operators.set(listed.operators);
            }
        });
    }

    /// Adds an operator; the token is told this once.
    pub(crate) async fn add_operator(
        self,
        new: NewOperatorRequest,
    ) -> Result<OperatorTokenResponse, ApiError> {
        let added = api::add_operator(new).await;
        self.then_read(added)
    }

    /// Changes an operator; whose role has risen has a new token, which is told this once.
    pub(crate) async fn change_operator(
        self,
        id: OperatorId,
        patch: OperatorPatch,
    ) -> Result<Option<OperatorTokenResponse>, ApiError> {
        let changed = self.then_read(api::change_operator(&id, patch).await)?;
        let operator = changed.operator;
        let told = |token| OperatorTokenResponse { operator, token };
        Ok(changed.token.map(told))
    }

    /// Gives an operator a new token, which is told this once.
    pub(crate) async fn renew_token(self, id: OperatorId) -> Result<OperatorTokenResponse, ApiError> {
        let renewed = api::renew_token(&id).await;
        self.then_read(renewed)
    }

    /// Removes an operator.
    pub(crate) async fn remove_operator(self, operator: OperatorProfile) -> Result<(), ApiError> {
        let removed = api::remove_operator(&operator.id).await;
        self.then_read(removed)
    }

    /// Erases a person; nothing of them is shown any more.
    pub(crate) async fn erase_person(self, person: PersonId) -> Result<(), ApiError> {
        self.unless_signed_out(api::erase_person(&person).await)?;
        self.sessions.forget_person(&person);
        self.thread.forget();
        self.refresh_list();
        Ok(())
    }

    /// Opens what whoever is signed in can change about themselves. The configured token has neither name nor picture.
    pub(crate) fn show_profile(self) {
        if let Some(me) = untrack(|| self.profile()) {
            self.open_dialog(Dialog::Profile(me));
        }
    }

    /// Whoever is signed in with a token of their own.
    pub(crate) fn profile(self) -> Option<OperatorProfile> {
        self.me.get().filter(|me| me.id.as_str() != OperatorId::OWNER)
    }

    /// Opens the list of operators.
    pub(crate) fn show_operators(self) {
        self.read_operators();
        self.open_dialog(Dialog::Operators);
    }

    fn then_read<T>(self, outcome: Result<T, ApiError>) -> Result<T, ApiError> {
        let outcome = self.unless_signed_out(outcome)?;
        self.read_operators();
        Ok(outcome)
    }
}
