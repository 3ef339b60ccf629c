//! Operators, and what is done about a person as a whole.

use super::calls::{call, path_in, remove};
use super::{ApiError, BASE};
use gloo_net::http::Method;
use pocketping_core::model::{OperatorProfile, Person};
use pocketping_core::route::{
    ChangedOperatorResponse, NewOperatorRequest, OperatorPatch, OperatorTokenResponse, OperatorsResponse,
};
use pocketping_core::{OperatorId, PersonId, Wire};

/// Who is signed in.
pub(crate) async fn me() -> Result<OperatorProfile, ApiError> {
    call(Method::GET, "/me", None).await
}

/// All operators, those who were removed included, and whether they are shown as online.
pub(crate) async fn list_operators() -> Result<OperatorsResponse, ApiError> {
    call(Method::GET, "/operators?all=true", None).await
}

/// Adds one; the token is told this once.
pub(crate) async fn add_operator(new: NewOperatorRequest) -> Result<OperatorTokenResponse, ApiError> {
    call(Method::POST, "/operators", Some(new.write())).await
}

/// Changes what is given.
pub(crate) async fn change_operator(
    id: &OperatorId,
    patch: OperatorPatch,
) -> Result<ChangedOperatorResponse, ApiError> {
    call(Method::PATCH, &path_of(id, ""), Some(patch.write())).await
}

/// Gives one a new token, which is told this once.
pub(crate) async fn renew_token(id: &OperatorId) -> Result<OperatorTokenResponse, ApiError> {
    call(Method::POST, &path_of(id, "/token"), None).await
}

/// Removes one.
pub(crate) async fn remove_operator(id: &OperatorId) -> Result<(), ApiError> {
    remove(&path_of(id, "")).await
}

/// What is known of a person over all of their conversations.
pub(crate) async fn get_person(person: &PersonId) -> Result<Person, ApiError> {
    call(Method::GET, &path_in("/people/", person.as_str(), ""), None).await
}

/// Where a browser downloads all that is kept of a person.
pub(crate) fn export_address(person: &PersonId) -> String {
    [BASE, &path_in("/people/", person.as_str(), "/export")].concat()
}

/// Erases a person with all that belongs to them.
pub(crate) async fn erase_person(person: &PersonId) -> Result<(), ApiError> {
    remove(&path_in("/people/", person.as_str(), "")).await
}

fn path_of(id: &OperatorId, rest: &str) -> String {
    path_in("/operators/", id.as_str(), rest)
}
