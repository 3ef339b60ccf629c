//! Ratings and the pre-chat form.

use super::session::OK;
use crate::PocketPing;
use crate::http::{ApiError, Json};
use axum::extract::State;
use pocketping_core::route::{CsatRequest, CsatResponse, OkResponse, PreChatRequest};

pub(super) async fn csat(
    State(pp): State<PocketPing>,
    Json(request): Json<CsatRequest>,
) -> Result<Json<CsatResponse>, ApiError> {
    Ok(Json(pp.rate(request).await?))
}

pub(super) async fn prechat(
    State(pp): State<PocketPing>,
    Json(request): Json<PreChatRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.prechat(request).await?;
    Ok(OK)
}
