//! Sessions as operators see them.

use crate::PocketPing;
use crate::SessionFilter;
use crate::http::{ApiError, Json, Path, Query};
use axum::extract::State;
use pocketping_core::model::{OperatorSession, SessionState};
use pocketping_core::route::StateRequest;
use pocketping_core::{OperatorId, Value, Wire};

pub(super) async fn list(State(pp): State<PocketPing>, query: Query) -> Result<Json<Value>, ApiError> {
    let filter = SessionFilter {
        state: state_of(&query)?,
        unanswered: query.flag("unanswered")?,
        assignee: query.get("assignee").map(OperatorId::from),
        tag: query.text("tag"),
        text: query.text("q"),
        identity: None,
        before: query.text("before"),
        limit: query.limit()?,
    };
    let mut answer = pp.get_sessions(filter).await?.write();
    // Unset fields are left out otherwise; this one ends a reader's loop and is always there.
    if let Value::Object(answer) = &mut answer
        && answer.get("next").is_none()
    {
        answer.set("next", Value::Null);
    }
    Ok(Json(answer))
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
