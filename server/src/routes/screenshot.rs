//! Screenshots that operators wish for.

use super::session::OK;
use crate::PocketPing;
use crate::http::{ApiError, Json, Query};
use axum::extract::State;
use pocketping_core::route::{
    OkResponse, ScreenshotComplete, ScreenshotRequests, ScreenshotUpload, ScreenshotUploadResponse,
};

pub(super) async fn requests(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<ScreenshotRequests>, ApiError> {
    let session = query.session(&pp)?;
    Ok(Json(pp.screenshot_requests(&session).await?))
}

pub(super) async fn begin(
    State(pp): State<PocketPing>,
    Json(request): Json<ScreenshotUpload>,
) -> Result<Json<ScreenshotUploadResponse>, ApiError> {
    Ok(Json(pp.screenshot_upload(request).await?))
}

pub(super) async fn complete(
    State(pp): State<PocketPing>,
    Json(request): Json<ScreenshotComplete>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.complete_screenshot(request).await?;
    Ok(OK)
}
