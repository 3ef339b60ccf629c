//! Files that operators send. Their bytes go to the visitors' route: its address is signed.

use crate::PocketPing;
use crate::http::{ApiError, Json, Path};
use axum::extract::State;
use pocketping_core::model::Attachment;
use pocketping_core::route::{
    OperatorUploadCompleteRequest, OperatorUploadRequest, UploadCompleteRequest, UploadResponse,
};

pub(super) async fn begin(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<OperatorUploadRequest>,
) -> Result<Json<UploadResponse>, ApiError> {
    Ok(Json(pp.operator_upload(&id.into(), request).await?))
}

pub(super) async fn complete(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<OperatorUploadCompleteRequest>,
) -> Result<Json<Attachment>, ApiError> {
    let request = UploadCompleteRequest {
        session_id: Some(id.into()),
        attachment_id: request.attachment_id,
    };
    Ok(Json(pp.complete_upload(request).await?))
}
