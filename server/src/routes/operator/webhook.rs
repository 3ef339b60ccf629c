//! The webhook's queue.

use crate::PocketPing;
use crate::http::{ApiError, Json, Path, Query};
use crate::routes::session::OK;
use axum::extract::State;
use pocketping_core::route::{
    DeadDeliveriesResponse, DeleteResponse, OkResponse, RetriedResponse, WebhooksResponse,
};

pub(super) async fn status(State(pp): State<PocketPing>) -> Result<Json<WebhooksResponse>, ApiError> {
    Ok(Json(pp.webhook_status().await?))
}

pub(super) async fn dead(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<DeadDeliveriesResponse>, ApiError> {
    let (before, limit) = (query.text("before"), query.limit()?);
    Ok(Json(pp.dead_deliveries(before, limit).await?))
}

pub(super) async fn retry(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.retry_delivery(&id.into()).await?;
    Ok(OK)
}

pub(super) async fn retry_all(State(pp): State<PocketPing>) -> Result<Json<RetriedResponse>, ApiError> {
    let retried = pp.retry_dead_deliveries().await?;
    Ok(Json(RetriedResponse { retried }))
}

pub(super) async fn delete(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
) -> Result<Json<DeleteResponse>, ApiError> {
    pp.delete_delivery(&id.into()).await?;
    Ok(Json(DeleteResponse { deleted: true }))
}
