//! Custom events: those of a session, and from operators to pages.

use crate::http::{ApiError, Json, Path, Query};
use crate::routes::session::OK;
use crate::{Acting, PocketPing};
use axum::Extension;
use axum::extract::State;
use pocketping_core::route::{
    BroadcastRequest, BroadcastResponse, OkResponse, OperatorEventRequest, OperatorEventsResponse,
};

pub(super) async fn list(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<OperatorEventsResponse>, ApiError> {
    Ok(Json(pp.get_events(&id.into(), query.limit()?).await?))
}

pub(super) async fn emit(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<OperatorEventRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.emit_event(&id.into(), &request.name, request.data).await?;
    Ok(OK)
}

pub(super) async fn broadcast(
    Extension(acting): Extension<Acting>,
    Json(request): Json<BroadcastRequest>,
) -> Result<Json<BroadcastResponse>, ApiError> {
    let sessions = acting.broadcast_event(&request.name, request.data).await?;
    Ok(Json(BroadcastResponse { ok: true, sessions }))
}
