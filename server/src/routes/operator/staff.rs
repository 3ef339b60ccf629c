//! Operators themselves.

use super::login::begin;
use crate::http::{ApiError, Json, Login, Path, Query};
use crate::routes::session::OK;
use crate::{Acting, NewToken, PocketPing};
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use pocketping_core::model::OperatorProfile;
use pocketping_core::route::{
    ChangedOperatorResponse, DeleteResponse, NewOperatorRequest, OkResponse, OperatorPatch,
    OperatorTokenResponse, OperatorsResponse, PresenceRequest,
};

pub(super) async fn list(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<OperatorsResponse>, ApiError> {
    Ok(Json(match query.flag("all")? {
        true => pp.all_operators().await?,
        false => pp.operators().await?,
    }))
}

pub(super) async fn me(Extension(acting): Extension<Acting>) -> Json<OperatorProfile> {
    Json(acting.profile())
}

pub(super) async fn add(
    State(pp): State<PocketPing>,
    Extension(acting): Extension<Acting>,
    Json(request): Json<NewOperatorRequest>,
) -> Result<Json<OperatorTokenResponse>, ApiError> {
    Ok(told(&pp, acting.add_operator(request).await?))
}

pub(super) async fn change(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
    Json(request): Json<OperatorPatch>,
) -> Result<Json<ChangedOperatorResponse>, ApiError> {
    Ok(Json(acting.change_operator(&id.into(), request).await?))
}

pub(super) async fn remove(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<DeleteResponse>, ApiError> {
    acting.remove_operator(&id.into()).await?;
    Ok(Json(DeleteResponse { deleted: true }))
}

/// Whoever renews their own token with a login has another login afterwards: the one they came with ends with the old token.
pub(super) async fn renew_token(
    State(pp): State<PocketPing>,
    Extension(acting): Extension<Acting>,
    login: Option<Extension<Login>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let renewed = acting.renew_operator_token(&id.into()).await?;
    let own = login.filter(|_| renewed.operator.id == acting.id());
    let cookie = own.map(|_| begin(&pp, &headers, Some(&renewed.operator)));
    Ok((cookie.transpose()?, told(&pp, renewed)))
}

pub(super) async fn set_presence(
    Extension(acting): Extension<Acting>,
    Json(request): Json<PresenceRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    acting.set_online(request.online).await?;
    Ok(OK)
}

fn told(pp: &PocketPing, made: NewToken) -> Json<OperatorTokenResponse> {
    Json(OperatorTokenResponse {
        operator: made.profile(pp),
        token: made.token,
    })
}
