//! Operators themselves.

use crate::http::{ApiError, Json, Path, Query};
use crate::routes::session::OK;
use crate::{Acting, NewToken, PocketPing};
use axum::Extension;
use axum::extract::State;
use pocketping_core::model::OperatorProfile;
use pocketping_core::route::{
    DeleteResponse, NewOperatorRequest, OkResponse, OperatorPatch, OperatorTokenResponse, OperatorsResponse,
    PresenceRequest,
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
) -> Result<Json<OperatorProfile>, ApiError> {
    Ok(Json(acting.change_operator(&id.into(), request).await?))
}

pub(super) async fn remove(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<DeleteResponse>, ApiError> {
    acting.remove_operator(&id.into()).await?;
    Ok(Json(DeleteResponse { deleted: true }))
}

pub(super) async fn renew_token(
    State(pp): State<PocketPing>,
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<OperatorTokenResponse>, ApiError> {
    Ok(told(&pp, acting.renew_operator_token(&id.into()).await?))
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
