//! Wishing for a picture of the visitor's page.

use crate::Acting;
use crate::http::{ApiError, Json, Path};
use axum::Extension;
use pocketping_core::route::{OperatorScreenshotRequest, ScreenshotWish};

pub(super) async fn wish(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
    Json(request): Json<OperatorScreenshotRequest>,
) -> Result<Json<ScreenshotWish>, ApiError> {
    let wish = acting
        .request_screenshot(&id.into(), request.requested_by)
        .await?;
    Ok(Json(wish))
}
