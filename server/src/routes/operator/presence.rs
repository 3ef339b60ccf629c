//! Who answers, and whether anybody does.

use crate::PocketPing;
use crate::http::{ApiError, Json};
use crate::routes::session::OK;
use axum::extract::State;
use pocketping_core::route::{OkResponse, OperatorsResponse, PresenceRequest};

pub(super) async fn operators(State(pp): State<PocketPing>) -> Json<OperatorsResponse> {
    Json(pp.operators())
}

pub(super) async fn set(
    State(pp): State<PocketPing>,
    Json(request): Json<PresenceRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.set_operator_online(request.online).await?;
    Ok(OK)
}
