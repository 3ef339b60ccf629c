//! The webhook's queue.

use crate::Acting;
use crate::http::{ApiError, Json, Path, Query};
use crate::routes::session::OK;
use axum::Extension;
use pocketping_core::route::{
    DeadDeliveriesResponse, DeleteResponse, OkResponse, RetriedResponse, WebhooksResponse,
};

pub(super) async fn status(Extension(acting): Extension<Acting>) -> Result<Json<WebhooksResponse>, ApiError> {
    Ok(Json(acting.webhooks()?.webhook_status().await?))
}

pub(super) async fn dead(
    Extension(acting): Extension<Acting>,
    query: Query,
) -> Result<Json<DeadDeliveriesResponse>, ApiError> {
    let (before, limit) = (query.text("before"), query.limit()?);
    Ok(Json(acting.webhooks()?.dead_deliveries(before, limit).await?))
}

pub(super) async fn retry(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<OkResponse>, ApiError> {
    acting.webhooks()?.retry_delivery(&id.into()).await?;
    Ok(OK)
}

pub(super) async fn retry_all(
    Extension(acting): Extension<Acting>,
) -> Result<Json<RetriedResponse>, ApiError> {
    let retried = acting.webhooks()?.retry_dead_deliveries().await?;
    Ok(Json(RetriedResponse { retried }))
}

pub(super) async fn delete(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<DeleteResponse>, ApiError> {
    acting.webhooks()?.delete_delivery(&id.into()).await?;
    Ok(Json(DeleteResponse { deleted: true }))
}
