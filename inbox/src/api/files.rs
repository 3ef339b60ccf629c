//! Sending files: announce, bytes, done.

use super::ApiError;
use super::calls::{call, path_of};
use gloo_net::http::{Method, RequestBuilder};
use pocketping_core::model::Attachment;
use pocketping_core::route::{OperatorUploadCompleteRequest, OperatorUploadRequest, UploadResponse};
use pocketping_core::{SessionId, Wire};
use web_sys::{AbortSignal, File, RequestCredentials};

/// Bytes that are not sent within this many milliseconds count as failed.
const TIMEOUT_MS: u32 = 600_000;
/// What a file is whose type the browser does not know.
const ANY_TYPE: &str = "application/octet-stream";

/// Sends a file; a message with its id makes it that message's.
pub(crate) async fn upload(session: &SessionId, file: &File) -> Result<Attachment, ApiError> {
    let mime_type = Some(file.type_()).filter(|kind| !kind.is_empty());
    let mime_type = mime_type.unwrap_or_else(|| ANY_TYPE.to_owned());
    let request = OperatorUploadRequest {
        filename: file.name(),
        mime_type: mime_type.clone(),
        size: file.size() as u64,
    };
    let path = path_of(session, "/upload");
    let begun: UploadResponse = call(Method::POST, &path, Some(request.write())).await?;
    put(&begun.upload_url, &mime_type, file).await?;
    let request = OperatorUploadCompleteRequest {
        attachment_id: begun.attachment_id,
    };
    let path = path_of(session, "/upload/complete");
    call(Method::POST, &path, Some(request.write())).await
}

async fn put(url: &str, mime_type: &str, file: &File) -> Result<(), ApiError> {
    let request = RequestBuilder::new(url)
        .method(Method::PUT)
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
        .header("Content-Type", mime_type)
        .body(file.clone());
    let request = request.map_err(|_| ApiError::Unreadable)?;
    let answer = request.send().await.map_err(|_| ApiError::Unreachable)?;
    ApiError::of_status(answer.status()).map_or(Ok(()), Err)
}
