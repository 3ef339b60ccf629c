//! Operators: [`OperatorRecord`] and the port [`OperatorDirectory`].

use super::StorageFuture;
use pocketping_core::model::OperatorRole;
use pocketping_core::{OperatorId, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;

/// What is kept of an operator's token. The token has 256 random bits: nothing slower than one SHA-256 is needed, and
/// whoever looks a hash up learns nothing from how long that takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a token.
    pub fn of(token: &str) -> Self {
        TokenHash(Sha256::digest(token).into())
    }

    /// The hash that these bytes are.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        TokenHash(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Never shows the hash.
impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A person who answers, with a token of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRecord {
    /// Their id; never given to anybody else.
    pub id: OperatorId,
    /// The name shown to visitors.
    pub name: String,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// What they may do.
    pub role: OperatorRole,
    /// What they sign in with, hashed.
    pub token: TokenHash,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they were removed. The record stays, so that what they did has a name.
    pub removed_at: Option<Timestamp>,
    /// When they were last heard of.
    pub last_seen: Option<Timestamp>,
    /// Whether they say that they are away.
    pub away: bool,
}

/// What changes about an operator; what is unset stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorChange {
    /// Only an operator of this role is changed: what may be done depends on it, and it may have changed meanwhile.
    pub only_as: Option<OperatorRole>,
    /// Another name.
    pub name: Option<String>,
    /// Another picture, or none.
    pub avatar: Option<Option<String>>,
    /// Another role.
    pub role: Option<OperatorRole>,
    /// Another token.
    pub token: Option<TokenHash>,
    /// Another token, if `role` is above the one that they have.
    pub token_on_rise: Option<TokenHash>,
    /// They are removed from then on.
    pub removed_at: Option<Timestamp>,
    /// They were heard of. Never goes back.
    pub last_seen: Option<Timestamp>,
    /// Whether they say that they are away.
    pub away: Option<bool>,
}

impl OperatorChange {
    /// Whether it is for this operator as they are now.
    pub fn fits(&self, record: &OperatorRecord) -> bool {
        record.removed_at.is_none() && self.only_as.is_none_or(|role| role == record.role)
    }

    /// Makes the change.
    pub fn apply(self, record: &mut OperatorRecord) {
        record.name = self.name.unwrap_or_else(|| std::mem::take(&mut record.name));
        if let Some(avatar) = self.avatar {
            record.avatar = avatar;
        }
        let before = record.role;
        record.role = self.role.unwrap_or(before);
        let risen = self.token_on_rise.filter(|_| record.role.is_above(before));
        record.token = self.token.or(risen).unwrap_or(record.token);
        record.removed_at = self.removed_at.or(record.removed_at);
        record.last_seen = record.last_seen.max(self.last_seen);
        record.away = self.away.unwrap_or(record.away);
    }
}

/// Who may sign in. What is answered is durable, and seen by all processes on the same store from then on: nothing is
/// remembered in between, so that a removed operator is out at once.
pub trait OperatorDirectory: Send + Sync {
    /// Adds an operator; an error when the id or the token is taken.
    fn add(&self, operator: OperatorRecord) -> StorageFuture<'_, ()>;

    /// All, also those who were removed, in the order in which they were added.
    fn all(&self) -> StorageFuture<'_, Vec<OperatorRecord>>;

    /// The operator with this id, also when they were removed.
    fn by_id(&self, id: &OperatorId) -> StorageFuture<'_, Option<OperatorRecord>>;

    /// Who signs in with this token; nobody who was removed.
    fn by_token(&self, token: &TokenHash) -> StorageFuture<'_, Option<OperatorRecord>>;

    /// Changes an operator ([`OperatorChange::apply`]) in one step; the record afterwards. `None`, and nothing is changed,
    /// when nobody has this id or it does not fit ([`OperatorChange::fits`]); an error when somebody else has or had the token.
    fn change(&self, id: &OperatorId, change: OperatorChange) -> StorageFuture<'_, Option<OperatorRecord>>;
}
