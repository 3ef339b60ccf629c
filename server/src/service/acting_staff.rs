//! What an operator may do about operators.

use super::{Acting, NewToken, ServiceError};
#[cfg(doc)]
use crate::{PocketPing, Staff};
use pocketping_core::OperatorId;
use pocketping_core::model::{OperatorRole, Permission};
use pocketping_core::route::{ChangedOperatorResponse, NewOperatorRequest, OperatorPatch};

impl Acting {
    /// Adds an operator.
    ///
    /// # Errors
    /// When the role may not, and as [`Staff::add`].
    pub async fn add_operator(&self, new: NewOperatorRequest) -> Result<NewToken, ServiceError> {
        self.check_appointing(Some(new.role))?;
        self.server().add_operator(new).await
    }

    /// Changes an operator. Anybody may change their own name and picture. A role that rises comes with a new token.
    ///
    /// # Errors
    /// When the role may not, and as [`Staff::change`].
    pub async fn change_operator(
        &self,
        id: &OperatorId,
        patch: OperatorPatch,
    ) -> Result<ChangedOperatorResponse, ServiceError> {
        if patch.role.is_none() && self.id() == *id {
            return self.server().change_operator(id, patch).await;
        }
        self.check_appointing(patch.role)?;
        let staff = self.server().staff();
        let change = |role| staff.change_as(id, patch.clone(), Some(role));
        let changed = self.manage(id, change).await?;
        Ok(self.server().after_change(changed))
    }

    /// Gives an operator a new token; the old one is dead at once, with the logins and streams that it opened. Anybody
    /// may do so for themselves.
    ///
    /// # Errors
    /// When the role may not, and as [`Staff::renew_token`].
    pub async fn renew_operator_token(&self, id: &OperatorId) -> Result<NewToken, ServiceError> {
        if self.id() == *id {
            return self.server().renew_operator_token(id).await;
        }
        self.check_appointing(None)?;
        let staff = self.server().staff();
        let renewed = self
            .manage(id, |role| staff.renew_token_as(id, Some(role)))
            .await?;
        self.server().inner().attendance.look_after_streams();
        Ok(renewed)
    }

    /// Removes an operator; see [`PocketPing::remove_operator`].
    ///
    /// # Errors
    /// When the role may not, and as [`Staff::remove`].
    pub async fn remove_operator(&self, id: &OperatorId) -> Result<(), ServiceError> {
        self.check_appointing(None)?;
        let staff = self.server().staff();
        let removed = self.manage(id, |role| staff.remove_as(id, Some(role))).await?;
        self.server().after_removal(&removed).await;
        Ok(())
    }

    /// Whether they may manage operators, and give this role.
    fn check_appointing(&self, role: Option<OperatorRole>) -> Result<(), ServiceError> {
        self.check(Permission::Operators)?;
        match role {
            Some(OperatorRole::Owner) => self.check(Permission::Owners),
            _ => Ok(()),
        }
    }

    /// Does something to an operator whom they may manage, which `act` does to one of this role alone: whoever has become
    /// an owner meanwhile is looked at again.
    async fn manage<T, F>(&self, id: &OperatorId, act: impl Fn(OperatorRole) -> F) -> Result<T, ServiceError>
    where
        F: Future<Output = Result<Option<T>, ServiceError>>,
    {
        loop {
            let role = self.server().staff().get(id).await?.role;
            if role == OperatorRole::Owner {
                self.check(Permission::Owners)?;
            }
            if let Some(done) = act(role).await? {
                return Ok(done);
            }
        }
    }
}
