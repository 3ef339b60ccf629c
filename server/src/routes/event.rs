//! Custom events and page views without a socket.

use super::session::OK;
use crate::PocketPing;
use crate::http::{ApiError, Json};
use axum::extract::State;
use pocketping_core::route::{EventRequest, OkResponse, PageRequest};

pub(super) async fn event(
    State(pp): State<PocketPing>,
    Json(request): Json<EventRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.visitor_event(request).await?;
    Ok(OK)
}

pub(super) async fn page(
    State(pp): State<PocketPing>,
    Json(request): Json<PageRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.page(request).await?;
    Ok(OK)
}
