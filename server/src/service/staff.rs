//! [`Staff`]: who may sign in, and the rules about it.

use super::ServiceError;
use super::staff_fields::{checked_avatar, checked_name};
use crate::hex::hex;
use crate::storage::{OperatorChange, OperatorDirectory, OperatorRecord, TokenHash};
use crate::{Clock, Rng, id};
use pocketping_core::OperatorId;
use pocketping_core::model::OperatorRole;
use pocketping_core::route::{NewOperatorRequest, OperatorPatch};
use std::time::Duration;

/// Who was not heard of for so long counts as away.
pub(super) const PRESENT: Duration = Duration::from_secs(150);
/// Most operators that are not removed.
const MAX_OPERATORS: usize = 1_000;

/// An operator's token, which is told once.
pub struct NewToken {
    /// Whose it is.
    pub operator: OperatorRecord,
    /// The token; the store has its hash only.
    pub token: String,
}

/// An operator who was changed.
pub struct ChangedOperator {
    /// As they are now.
    pub operator: OperatorRecord,
    /// Their new token, when their role has risen; the store has its hash only.
    pub token: Option<String>,
}

/// Manages the operators of a store. [`PocketPing`](crate::PocketPing)'s methods do the same; this is for programs that
/// open no more of the store than its operators.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use pocketping_core::route::NewOperatorRequest;
/// use pocketping_core::model::OperatorRole;
/// use pocketping_server::storage::{MemoryStorage, Storage};
/// use pocketping_server::{Staff, SystemClock, SystemRng};
///
/// let store = MemoryStorage::new();
/// let staff = Staff::new(store.operators(), &SystemClock, &SystemRng);
/// let ada = NewOperatorRequest { name: "Ada".into(), avatar: None, role: OperatorRole::Agent };
/// let added = staff.add(ada).await?;
/// println!("{} signs in with {}", added.operator.name, added.token);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy)]
pub struct Staff<'a> {
    directory: &'a dyn OperatorDirectory,
    clock: &'a dyn Clock,
    rng: &'a dyn Rng,
}

impl<'a> Staff<'a> {
    /// The operators of a store.
    pub fn new(directory: &'a dyn OperatorDirectory, clock: &'a dyn Clock, rng: &'a dyn Rng) -> Self {
        Staff {
            directory,
            clock,
            rng,
        }
    }

    /// All operators, those who were removed included, in the order in which they were added.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn list(&self) -> Result<Vec<OperatorRecord>, ServiceError> {
        Ok(self.directory.all().await?)
    }

    /// Adds an operator and makes their token.
    ///
    /// # Errors
    /// On a name that is blank or over 100 characters, a picture that is no http(s) address, more than 1,000 operators,
    /// and when the storage fails.
    pub async fn add(&self, new: NewOperatorRequest) -> Result<NewToken, ServiceError> {
        let name = checked_name(&new.name)?;
        let avatar = new.avatar.as_deref().map(checked_avatar).transpose()?.flatten();
        let all = self.directory.all().await?;
        if all.iter().filter(|known| known.removed_at.is_none()).count() >= MAX_OPERATORS {
            return Err(ServiceError::field("operators", "must be at most 1000"));
        }
        let token = self.make_token();
        let operator = OperatorRecord {
            id: OperatorId::from(format!("op_{}", id::make(self.clock, self.rng))),
            name,
            avatar,
            role: new.role,
            token: TokenHash::of(&token),
            created_at: self.clock.now(),
            removed_at: None,
            last_seen: None,
            away: false,
        };
        self.directory.add(operator.clone()).await?;
        Ok(NewToken { operator, token })
    }

    /// Changes what is given of an operator; an empty picture means none. A role that rises comes with a new token, as
    /// whoever has added the operator may know the old one: that is good no longer, nor is what was signed in with it.
    ///
    /// # Errors
    /// As [`add`](Self::add), and on an operator who is unknown or was removed.
    pub async fn change(
        &self,
        id: &OperatorId,
        patch: OperatorPatch,
    ) -> Result<ChangedOperator, ServiceError> {
        let changed = self.change_as(id, patch, None).await?;
        changed.ok_or(ServiceError::OperatorNotFound)
    }

    /// The same to somebody of this role alone; else nothing is done.
    pub(super) async fn change_as(
        &self,
        id: &OperatorId,
        patch: OperatorPatch,
        only_as: Option<OperatorRole>,
    ) -> Result<Option<ChangedOperator>, ServiceError> {
        let token = self.make_token();
        let hash = TokenHash::of(&token);
        let change = OperatorChange {
            only_as,
            name: patch.name.as_deref().map(checked_name).transpose()?,
            avatar: patch.avatar.as_deref().map(checked_avatar).transpose()?,
            role: patch.role,
            token_on_rise: Some(hash),
            ..OperatorChange::default()
        };
        let changed = self.directory.change(id, change).await?;
        Ok(changed.map(|operator| ChangedOperator {
            token: (operator.token == hash).then_some(token),
            operator,
        }))
    }

    /// Gives an operator a new token. The old one is good no longer, nor is what was signed in with it.
    ///
    /// # Errors
    /// On an operator who is unknown or was removed, and when the storage fails.
    pub async fn renew_token(&self, id: &OperatorId) -> Result<NewToken, ServiceError> {
        let renewed = self.renew_token_as(id, None).await?;
        renewed.ok_or(ServiceError::OperatorNotFound)
    }

    /// The same to somebody of this role alone; else nothing is done.
    pub(super) async fn renew_token_as(
        &self,
        id: &OperatorId,
        only_as: Option<OperatorRole>,
    ) -> Result<Option<NewToken>, ServiceError> {
        let token = self.make_token();
        let change = OperatorChange {
            only_as,
            token: Some(TokenHash::of(&token)),
            ..OperatorChange::default()
        };
        let operator = self.directory.change(id, change).await?;
        Ok(operator.map(|operator| NewToken { operator, token }))
    }

    /// Removes an operator: they are out at once. What they wrote keeps their name, and sessions stay assigned to them
    /// until somebody takes over.
    ///
    /// # Errors
    /// On an operator who is unknown or was removed, and when the storage fails.
    pub async fn remove(&self, id: &OperatorId) -> Result<OperatorRecord, ServiceError> {
        let removed = self.remove_as(id, None).await?;
        removed.ok_or(ServiceError::OperatorNotFound)
    }

    /// The same to somebody of this role alone; else nothing is done.
    pub(super) async fn remove_as(
        &self,
        id: &OperatorId,
        only_as: Option<OperatorRole>,
    ) -> Result<Option<OperatorRecord>, ServiceError> {
        let change = OperatorChange {
            only_as,
            removed_at: Some(self.clock.now()),
            ..OperatorChange::default()
        };
        Ok(self.directory.change(id, change).await?)
    }

    pub(super) async fn apply(
        &self,
        id: &OperatorId,
        change: OperatorChange,
    ) -> Result<OperatorRecord, ServiceError> {
        let changed = self.directory.change(id, change).await?;
        changed.ok_or(ServiceError::OperatorNotFound)
    }

    /// One who may sign in.
    pub(super) async fn get(&self, id: &OperatorId) -> Result<OperatorRecord, ServiceError> {
        let found = self.directory.by_id(id).await?;
        let found = found.filter(|record| record.removed_at.is_none());
        found.ok_or(ServiceError::OperatorNotFound)
    }

    /// 256 random bits; the beginning says what it is to whoever finds one.
    fn make_token(&self) -> String {
        let mut bytes = [0; 32];
        self.rng.fill(&mut bytes);
        format!("ppo_{}", hex(&bytes))
    }

    /// Whether an operator has given a sign lately and does not say that they are away.
    pub(super) fn is_online(&self, record: &OperatorRecord) -> bool {
        record.removed_at.is_none() && self.was_online(record)
    }

    /// The same of one who may have been removed since.
    pub(super) fn was_online(&self, record: &OperatorRecord) -> bool {
        let lately = |at| self.clock.now().since(at) < PRESENT;
        !record.away && record.last_seen.is_some_and(lately)
    }
}
