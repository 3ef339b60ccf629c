//! Wishing for a picture of the visitor's page.

use crate::PocketPing;
use crate::http::{ApiError, Json, Path};
use axum::extract::State;
use pocketping_core::route::{OperatorScreenshotRequest, ScreenshotWish};

pub(super) async fn wish(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<OperatorScreenshotRequest>,
) -> Result<Json<ScreenshotWish>, ApiError> {
    let wish = pp.request_screenshot(&id.into(), request.requested_by).await?;
    Ok(Json(wish))
}
