//! Messages: sending, listing, changing, receipts, typing.

use super::session::OK;
use crate::PocketPing;
use crate::http::{ApiError, Json, OptionalJson, Path, Query};
use axum::extract::State;
use pocketping_core::MessageId;
use pocketping_core::route::{
    DeleteRequest, DeleteResponse, EditRequest, EditResponse, MessagesQuery, MessagesResponse, OkResponse,
    ReadRequest, ReadResponse, SendMessageRequest, SendMessageResponse, TypingRequest,
};

pub(super) async fn send(
    State(pp): State<PocketPing>,
    Json(request): Json<SendMessageRequest>,
) -> Result<Json<SendMessageResponse>, ApiError> {
    Ok(Json(pp.visitor_message(request).await?))
}

pub(super) async fn list(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<MessagesResponse>, ApiError> {
    let query = MessagesQuery {
        session_id: query.session(&pp)?,
        after: query.text("after"),
        before: query.text("before"),
        limit: query.limit()?,
    };
    Ok(Json(pp.list_messages(query).await?))
}

/// `PATCH /message/{id}`, the widget's spelling.
pub(super) async fn edit_in_path(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<EditRequest>,
) -> Result<Json<EditResponse>, ApiError> {
    Ok(Json(
        pp.visitor_edit(request.session_id, id.into(), request.content)
            .await?,
    ))
}

/// `POST /edit`, Node's spelling.
pub(super) async fn edit(
    State(pp): State<PocketPing>,
    Json(request): Json<EditRequest>,
) -> Result<Json<EditResponse>, ApiError> {
    let id = named(request.message_id)?;
    Ok(Json(
        pp.visitor_edit(request.session_id, id, request.content).await?,
    ))
}

/// `DELETE /message/{id}?sessionId=`, the widget's spelling; the session may be named in a body instead.
pub(super) async fn delete_in_path(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    query: Query,
    OptionalJson(request): OptionalJson<DeleteRequest>,
) -> Result<Json<DeleteResponse>, ApiError> {
    let session_id = match request {
        Some(request) if query.get("sessionId").is_none() => request.session_id,
        _ => query.session(&pp)?,
    };
    Ok(Json(pp.visitor_delete(session_id, id.into()).await?))
}

/// `POST /delete`, Node's spelling.
pub(super) async fn delete(
    State(pp): State<PocketPing>,
    Json(request): Json<DeleteRequest>,
) -> Result<Json<DeleteResponse>, ApiError> {
    let id = named(request.message_id)?;
    Ok(Json(pp.visitor_delete(request.session_id, id).await?))
}

fn named(id: Option<MessageId>) -> Result<MessageId, ApiError> {
    id.ok_or_else(|| ApiError::field("messageId", "is required"))
}

pub(super) async fn typing(
    State(pp): State<PocketPing>,
    Json(request): Json<TypingRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.visitor_typing(request.session_id, request.sender, request.is_typing)
        .await?;
    Ok(OK)
}

pub(super) async fn read(
    State(pp): State<PocketPing>,
    Json(request): Json<ReadRequest>,
) -> Result<Json<ReadResponse>, ApiError> {
    Ok(Json(pp.visitor_read(request).await?))
}
