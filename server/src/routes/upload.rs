//! Uploads, and the files themselves.

use crate::PocketPing;
use crate::http::{ApiError, FileBody, Json, Path, Query, drain, file_answer};
use crate::service::UploadLink;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use pocketping_core::AttachmentId;
use pocketping_core::model::Attachment;
use pocketping_core::route::{UploadCompleteRequest, UploadFailedRequest, UploadRequest, UploadResponse};

pub(super) async fn begin(
    State(pp): State<PocketPing>,
    Json(request): Json<UploadRequest>,
) -> Result<Json<UploadResponse>, ApiError> {
    Ok(Json(pp.visitor_upload(request).await?))
}

/// `PUT` of the bytes, at an address that `begin` has given out.
pub(super) async fn bytes(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    query: Query,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|kind| kind.to_str().ok())
        .filter(|kind| !kind.is_empty());
    let link = UploadLink {
        id: id.into(),
        expires: query.get("expires").unwrap_or_default(),
        signature: query.get("signature").unwrap_or_default(),
    };
    let mut body = FileBody::new(body);
    match pp.receive_upload(link, kind, &mut body).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(refusal) => {
            drain(&mut body, pp.config().max_file_bytes).await;
            Err(refusal.into())
        }
    }
}

pub(super) async fn complete(
    State(pp): State<PocketPing>,
    Json(request): Json<UploadCompleteRequest>,
) -> Result<Json<Attachment>, ApiError> {
    Ok(Json(pp.complete_upload(request).await?))
}

pub(super) async fn failed(
    State(pp): State<PocketPing>,
    Json(request): Json<UploadFailedRequest>,
) -> Result<Json<Attachment>, ApiError> {
    Ok(Json(pp.fail_upload(request).await?))
}

pub(super) async fn file(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file = pp.file(&AttachmentId::from(id)).await?;
    Ok(file_answer(&pp, &file, &headers).await?)
}
