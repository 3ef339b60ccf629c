//! An operator's role and token.

use super::Unreadable;
use crate::storage::TokenHash;
use pocketping_core::model::OperatorRole;

/// Reads a role's word.
pub(in crate::storage) fn read_role(word: &str) -> Result<OperatorRole, Unreadable> {
    OperatorRole::parse(word).ok_or_else(|| format!("there is no role {word}").into())
}

/// Reads a token's hash.
pub(in crate::storage) fn read_token(bytes: &[u8]) -> Result<TokenHash, Unreadable> {
    Ok(TokenHash::from_bytes(bytes.try_into()?))
}
