//! Messages as operators write and read them.

use crate::Page;
use crate::http::{ApiError, Json, Path, Query};
use crate::routes::session::OK;
use crate::{Acting, PocketPing};
use axum::Extension;
use axum::extract::State;
use pocketping_core::model::Message;
use pocketping_core::route::{
    DeleteResponse, OkResponse, OperatorContent, OperatorMessageRequest, OperatorMessagesResponse,
    OperatorReadRequest, OperatorTypingRequest, ReadResponse,
};

pub(super) async fn list(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<OperatorMessagesResponse>, ApiError> {
    let page = Page {
        after: query.text("after"),
        before: query.text("before"),
        limit: query.limit()?,
    };
    Ok(Json(pp.get_messages(&id.into(), page).await?))
}

pub(super) async fn send(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
    Json(request): Json<OperatorMessageRequest>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(acting.send_message(&id.into(), request).await?))
}

pub(super) async fn edit(
    Extension(acting): Extension<Acting>,
    Path((id, message)): Path<(String, String)>,
    Json(request): Json<OperatorContent>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(
        acting
            .edit_message(&id.into(), &message.into(), request.content)
            .await?,
    ))
}

pub(super) async fn delete(
    State(pp): State<PocketPing>,
    Path((id, message)): Path<(String, String)>,
) -> Result<Json<DeleteResponse>, ApiError> {
    pp.delete_message(&id.into(), &message.into()).await?;
    Ok(Json(DeleteResponse { deleted: true }))
}

pub(super) async fn note(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
    Json(request): Json<OperatorContent>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(acting.add_note(&id.into(), request.content).await?))
}

pub(super) async fn typing(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<OperatorTypingRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.operator_typing(&id.into(), request.is_typing).await?;
    Ok(OK)
}

pub(super) async fn read(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<OperatorReadRequest>,
) -> Result<Json<ReadResponse>, ApiError> {
    Ok(Json(pp.operator_read(&id.into(), request).await?))
}
