//! Operators: seeing, managing, and hearing of them (EXTENSIONS, Operator API).

use super::staff::PRESENT;
use super::{Acting, NewToken, ServiceError, Staff};
use crate::PocketPing;
use crate::storage::{OperatorChange, OperatorRecord};
use pocketping_core::model::{OperatorProfile, OperatorRole};
use pocketping_core::route::{NewOperatorRequest, OperatorPatch, OperatorsResponse};
use pocketping_core::{OperatorId, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// A sign of an operator is stored once in so long.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// How long a stream may outlive the token that opened it, when another process took that away. In this process it ends
/// at once.
const LOOKED_AFTER: Duration = Duration::from_secs(2);

/// When operators gave signs, as far as this server knows.
pub(crate) struct Attendance {
    noted: Mutex<Noted>,
    /// Pokes the streams of operators when one of them was changed here.
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Noted {
    operators: HashMap<OperatorId, Timestamp>,
    owner: Option<Timestamp>,
}

impl Default for Attendance {
    fn default() -> Self {
        Attendance {
            noted: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Attendance {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn owner_is(&self, online: bool, now: Timestamp) {
        self.noted().owner = online.then_some(now);
    }

    /// Whether this sign is to be stored.
    fn is_news(&self, id: &OperatorId, now: Timestamp) -> bool {
        let mut noted = self.noted();
        let known = noted.operators.get(id);
        let news = known.is_none_or(|at| now.since(*at) >= NOTED_EVERY);
        if news {
            noted.operators.insert(id.clone(), now);
        }
        news
    }
}

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

    /// Changes an operator's name, picture or role.
    ///
    /// # Errors
    /// As [`Staff::change`].
    pub async fn change_operator(
        &self,
        id: &OperatorId,
        patch: OperatorPatch,
    ) -> Result<OperatorProfile, ServiceError> {
        let record = self.staff().change(id, patch).await?;
        Ok(self.operator_profile(&record))
    }

    /// Gives an operator a new token. The old one is good no longer, nor are logins with it; streams that it opened end.
    ///
    /// # Errors
    /// As [`Staff::renew_token`].
    pub async fn renew_operator_token(&self, id: &OperatorId) -> Result<NewToken, ServiceError> {
        let renewed = self.staff().renew_token(id).await?;
        self.inner().attendance.changed.send_replace(());
        Ok(renewed)
    }

    /// Removes an operator: token, logins and streams are good no longer. What they wrote keeps their name; sessions stay
    /// assigned to them until somebody takes over.
    ///
    /// # Errors
    /// As [`Staff::remove`].
    pub async fn remove_operator(&self, id: &OperatorId) -> Result<(), ServiceError> {
        self.staff().remove(id).await?;
        self.inner().attendance.changed.send_replace(());
        Ok(())
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
        let last_seen = self.inner().attendance.noted().owner;
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

impl Acting {
    /// Notes that they did something. That is no reason to refuse what they do.
    pub(crate) async fn give_a_sign(&self) {
        let pp = self.server();
        let now = pp.now();
        let Some(record) = self.record() else {
            // Somebody who says that they are away stays so until they say otherwise.
            let mut noted = pp.inner().attendance.noted();
            noted.owner = noted.owner.map(|_| now);
            return;
        };
        if !pp.inner().attendance.is_news(&record.id, now) {
            return;
        }
        let change = OperatorChange {
            last_seen: Some(now),
            ..OperatorChange::default()
        };
        if let Err(error) = pp.inner().storage.operators().change(&record.id, change).await {
            tracing::warn!(%error, "that an operator is there could not be noted");
        }
    }

    /// Waits until they may not read a stream any more that was opened with the token they have now. As long as it is
    /// open, they are there.
    pub(crate) async fn until_out(self) {
        let Some(record) = self.record() else {
            // The configured token ends with the server.
            loop {
                self.give_a_sign().await;
                tokio::time::sleep(NOTED_EVERY).await;
            }
        };
        let pp = self.server();
        let mut changed = pp.inner().attendance.changed.subscribe();
        loop {
            tokio::select! {
                // The sender lives as long as the server.
                told = changed.changed() => if told.is_err() { return },
                () = tokio::time::sleep(LOOKED_AFTER) => {}
            }
            match pp.inner().storage.operators().by_token(&record.token).await {
                Ok(Some(_)) => self.give_a_sign().await,
                Ok(None) => return,
                // Nothing can be read then, and writes fail too: it is looked at again.
                Err(error) => tracing::debug!(%error, "an operator could not be looked up"),
            }
        }
    }
}
