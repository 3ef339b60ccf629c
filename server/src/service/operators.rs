//! Operators: seeing, managing, and hearing of them (EXTENSIONS, Operator API).

use super::staff::PRESENT;
use super::{ChangedOperator, NewToken, ServiceError, Staff};
use crate::PocketPing;
use crate::storage::OperatorRecord;
use pocketping_core::OperatorId;
use pocketping_core::model::{OperatorProfile, OperatorRole};
use pocketping_core::route::{ChangedOperatorResponse, NewOperatorRequest, OperatorPatch, OperatorsResponse};

impl PocketPing {
    /// The operators of this server's store.
    pub(super) fn staff(&self) -> Staff<'_> {
        let inner = self.inner();
        Staff::new(inner.storage.operators(), &*inner.clock, &*inner.rng)
    }

    /// Who may sign in, the owner (whoever has the configured token) first, and whether visitors are told that somebody is
    /// there.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn operators(&self) -> Result<OperatorsResponse, ServiceError> {
        let mut answer = self.all_operators().await?;
        answer.operators.retain(|operator| operator.removed_at.is_none());
        Ok(answer)
    }

    /// The same with those who were removed, whose names older messages and assignments have.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn all_operators(&self) -> Result<OperatorsResponse, ServiceError> {
        let mut operators = vec![self.owner_profile()];
        let records = self.staff().list().await?;
        operators.extend(records.iter().map(|record| self.operator_profile(record)));
        Ok(OperatorsResponse {
            operators,
            online: self.is_operator_online(),
        })
    }

    /// Adds an operator; their token is in the answer, and nowhere else.
    ///
    /// # Errors
    /// As [`Staff::add`].
    pub async fn add_operator(&self, new: NewOperatorRequest) -> Result<NewToken, ServiceError> {
        self.staff().add(new).await
    }

    /// Changes an operator's name, picture or role. A role that rises comes with a new token, as
    /// [`Staff::change`] says; streams that the old one opened end.
    ///
    /// # Errors
    /// As [`Staff::change`].
    pub async fn change_operator(
        &self,
        id: &OperatorId,
        patch: OperatorPatch,
    ) -> Result<ChangedOperatorResponse, ServiceError> {
        let changed = self.staff().change(id, patch).await?;
        Ok(self.after_change(changed))
    }

    pub(super) fn after_change(&self, changed: ChangedOperator) -> ChangedOperatorResponse {
        if changed.token.is_some() {
            self.inner().attendance.look_after_streams();
        }
        ChangedOperatorResponse {
            operator: self.operator_profile(&changed.operator),
            token: changed.token,
        }
    }

    /// Gives an operator a new token. The old one is good no longer, nor are logins with it; streams that it opened end.
    ///
    /// # Errors
    /// As [`Staff::renew_token`].
    pub async fn renew_operator_token(&self, id: &OperatorId) -> Result<NewToken, ServiceError> {
        let renewed = self.staff().renew_token(id).await?;
        self.inner().attendance.look_after_streams();
        Ok(renewed)
    }

    /// Removes an operator: token, logins and streams are good no longer. What they wrote keeps their name; sessions stay
    /// assigned to them until somebody takes over. Visitors hear of it when nobody else is there.
    ///
    /// # Errors
    /// As [`Staff::remove`].
    pub async fn remove_operator(&self, id: &OperatorId) -> Result<(), ServiceError> {
        let removed = self.staff().remove(id).await?;
        self.after_removal(&removed).await;
        Ok(())
    }

    pub(super) async fn after_removal(&self, removed: &OperatorRecord) {
        self.inner().attendance.look_after_streams();
        self.tell_of_removal(removed).await;
    }

    /// They are removed, so a storage that fails now only delays that visitors hear of it.
    pub(super) async fn tell_of_removal(&self, removed: &OperatorRecord) {
        if self.staff().was_online(removed)
            && let Err(error) = self.operator_left(&removed.id).await
        {
            tracing::warn!(%error, "that an operator is gone could not be told");
        }
    }

    /// Refuses to assign to somebody who cannot sign in.
    pub(super) async fn check_assignee(&self, id: &OperatorId) -> Result<(), ServiceError> {
        if id.as_str() == OperatorId::OWNER {
            return Ok(());
        }
        match self.staff().get(id).await {
            Err(ServiceError::OperatorNotFound) => Err(ServiceError::field(
                "operatorId",
                "must be the id of an operator, or null",
            )),
            other => other.map(drop),
        }
    }

    pub(super) fn owner_profile(&self) -> OperatorProfile {
        let last_seen = self.inner().attendance.owner_seen();
        OperatorProfile {
            id: OperatorId::OWNER.into(),
            name: "Owner".to_owned(),
            avatar: None,
            role: OperatorRole::Owner,
            online: last_seen.is_some_and(|at| self.now().since(at) < PRESENT),
            last_seen,
            removed_at: None,
        }
    }

    pub(super) fn operator_profile(&self, record: &OperatorRecord) -> OperatorProfile {
        OperatorProfile {
            id: record.id.clone(),
            name: record.name.clone(),
            avatar: record.avatar.clone(),
            role: record.role,
            online: self.staff().is_online(record),
            last_seen: record.last_seen,
            removed_at: record.removed_at,
        }
    }
}

impl NewToken {
    /// How colleagues see whose token it is.
    pub(crate) fn profile(&self, pp: &PocketPing) -> OperatorProfile {
        pp.operator_profile(&self.operator)
    }
}
