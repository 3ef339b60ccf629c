//! Sessions as operators see them.

use crate::PocketPing;
use crate::SessionFilter;
use crate::http::{ApiError, Json, Path, Query};
use crate::routes::session::OK;
use axum::extract::State;
use pocketping_core::model::{OperatorSession, SessionState};
use pocketping_core::route::{
    AssigneeRequest, BlockedRequest, DataRequest, OkResponse, SessionsResponse, StateRequest, TagsRequest,
};
use pocketping_core::{OperatorId, PersonId, Value, Wire};

pub(super) async fn list(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<SessionsResponse>, ApiError> {
    let filter = SessionFilter {
        state: state_of(&query)?,
        unanswered: query.flag("unanswered")?,
        assignee: query.get("assignee").map(OperatorId::from),
        tag: query.text("tag"),
        text: query.text("q"),
        identity: None,
        person: query.get("person").map(PersonId::from),
        before: query.text("before"),
        limit: query.limit()?,
    };
    Ok(Json(pp.get_sessions(filter).await?))
}

fn state_of(query: &Query) -> Result<Option<SessionState>, ApiError> {
    match query.get("state") {
        None | Some("all") => Ok(None),
        Some(state) => match SessionState::read(&Value::from(state)) {
            Ok(state) => Ok(Some(state)),
            Err(_) => Err(ApiError::field("state", "must be open, pending, resolved or all")),
        },
    }
}

pub(super) async fn one(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.get_session(&id.into()).await?))
}

pub(super) async fn state(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<StateRequest>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.set_state(&id.into(), request.state).await?))
}

pub(super) async fn close(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.close_session(&id.into()).await?))
}

pub(super) async fn assignee(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<AssigneeRequest>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.set_assignee(&id.into(), request.operator_id).await?))
}

pub(super) async fn tags(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<TagsRequest>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.set_tags(&id.into(), request.tags).await?))
}

pub(super) async fn data(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<DataRequest>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.set_data(&id.into(), request.data).await?))
}

pub(super) async fn blocked(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<BlockedRequest>,
) -> Result<Json<OperatorSession>, ApiError> {
    Ok(Json(pp.set_blocked(&id.into(), request.blocked).await?))
}

pub(super) async fn csat(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.request_csat(&id.into()).await?;
    Ok(OK)
}
