//! [`Acting`]: the service as one operator may use it. Whatever API operators come by, the rules about them are here.

use super::ServiceError;
use crate::PocketPing;
use crate::storage::{OperatorRecord, TokenHash};
use pocketping_core::model::{OperatorProfile, OperatorRole, Permission, PersonExport};
use pocketping_core::{OperatorId, PersonId, Value};

/// An operator who has signed in, and what they may do.
///
/// What is not here every operator may do, through [`PocketPing`] itself, whose own calls ask for nobody's role: they are
/// the host's.
#[derive(Clone)]
pub struct Acting {
    pp: PocketPing,
    who: Who,
}

#[derive(Clone)]
enum Who {
    /// Has the configured token: a person, or a program that writes in several people's names.
    Owner,
    /// Has a token of their own.
    Operator(Box<OperatorRecord>),
}

impl PocketPing {
    /// Acts as whoever has the configured token.
    pub fn act_as_owner(&self) -> Acting {
        Acting {
            pp: self.clone(),
            who: Who::Owner,
        }
    }

    /// Who signs in with this token; nobody when it is none, an old one, or that of an operator who was removed.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn sign_in(&self, token: &str) -> Result<Option<Acting>, ServiceError> {
        // Without the configured token the operator API is closed.
        let Some(own) = &self.config().operator_token else {
            return Ok(None);
        };
        if own.matches(token) {
            return Ok(Some(self.act_as_owner()));
        }
        let hash = TokenHash::of(token);
        let found = self.inner().storage.operators().by_token(&hash).await?;
        Ok(found.map(|record| self.act_as(record)))
    }

    /// Acts as the operator with this id, if there is one who may sign in.
    ///
    /// # Errors
    /// On an operator who is unknown or was removed, and when the storage fails.
    pub async fn act_as_operator(&self, id: &OperatorId) -> Result<Acting, ServiceError> {
        Ok(self.act_as(self.staff().get(id).await?))
    }

    fn act_as(&self, record: OperatorRecord) -> Acting {
        Acting {
            pp: self.clone(),
            who: Who::Operator(Box::new(record)),
        }
    }
}

impl Acting {
    /// The id; `owner` for the configured token.
    pub fn id(&self) -> OperatorId {
        match &self.who {
            Who::Owner => OperatorId::OWNER.into(),
            Who::Operator(record) => record.id.clone(),
        }
    }

    /// The role.
    pub fn role(&self) -> OperatorRole {
        match &self.who {
            Who::Owner => OperatorRole::Owner,
            Who::Operator(record) => record.role,
        }
    }

    /// How colleagues see them.
    pub fn profile(&self) -> OperatorProfile {
        match &self.who {
            Who::Owner => self.pp.owner_profile(),
            Who::Operator(record) => self.pp.operator_profile(record),
        }
    }

    /// Those with a token of their own.
    pub(crate) fn record(&self) -> Option<&OperatorRecord> {
        match &self.who {
            Who::Owner => None,
            Who::Operator(record) => Some(record),
        }
    }

    /// The server.
    pub(super) fn server(&self) -> &PocketPing {
        &self.pp
    }

    /// Whether they may still do what they came for: reading what they sent took a while, in which they may have been
    /// removed, or have got a new token or role.
    pub(crate) async fn is_as_before(&self) -> Result<bool, ServiceError> {
        let Who::Operator(record) = &self.who else {
            return Ok(true);
        };
        let now = self
            .pp
            .inner()
            .storage
            .operators()
            .by_token(&record.token)
            .await?;
        Ok(now.is_some_and(|now| now.id == record.id && now.role == record.role))
    }

    /// Refuses what the role may not do.
    ///
    /// # Errors
    /// When it may not.
    pub fn check(&self, permission: Permission) -> Result<(), ServiceError> {
        match self.role().may(permission) {
            true => Ok(()),
            false => Err(ServiceError::NotAllowed {
                what: match permission {
                    Permission::People => "only owners and admins export and erase people",
                    Permission::Operators => "only owners and admins manage operators",
                    Permission::Owners => "only owners manage owners",
                    Permission::Webhooks => "only owners and admins manage the webhook's queue",
                    _ => "only owners and admins tell all pages",
                },
            }),
        }
    }

    /// The server, to manage its webhook's queue.
    ///
    /// # Errors
    /// When the role may not.
    pub fn webhooks(&self) -> Result<&PocketPing, ServiceError> {
        self.check(Permission::Webhooks)?;
        Ok(&self.pp)
    }

    /// Tells the pages of all visitors.
    ///
    /// # Errors
    /// When the role may not, and as [`PocketPing::broadcast_event`].
    pub async fn broadcast_event(&self, name: &str, data: Value) -> Result<u64, ServiceError> {
        self.check(Permission::Broadcasts)?;
        self.pp.broadcast_event(name, data).await
    }

    /// Everything that is kept of a person.
    ///
    /// # Errors
    /// When the role may not, and as [`PocketPing::export_person`].
    pub async fn export_person(&self, person: &PersonId) -> Result<PersonExport, ServiceError> {
        self.check(Permission::People)?;
        self.pp.export_person(person).await
    }

    /// Erases a person with everything that belongs to them.
    ///
    /// # Errors
    /// When the role may not, and as [`PocketPing::erase_person`].
    pub async fn erase_person(&self, person: &PersonId) -> Result<usize, ServiceError> {
        self.check(Permission::People)?;
        self.pp.erase_person(person).await
    }
}
