//! People over all of their sessions.

use crate::http::{ApiError, Json, Path, Query};
use crate::{Acting, PocketPing};
use axum::Extension;
use axum::extract::State;
use pocketping_core::model::{Person, PersonExport};
use pocketping_core::route::{DeleteResponse, PeopleResponse, PersonRequest};

pub(super) async fn list(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<PeopleResponse>, ApiError> {
    let (before, limit) = (query.text("before"), query.limit()?);
    Ok(Json(pp.get_people(before, limit).await?))
}

pub(super) async fn one(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
) -> Result<Json<Person>, ApiError> {
    Ok(Json(pp.get_person(&id.into()).await?))
}

pub(super) async fn change(
    State(pp): State<PocketPing>,
    Path(id): Path<String>,
    Json(request): Json<PersonRequest>,
) -> Result<Json<Person>, ApiError> {
    Ok(Json(
        pp.set_person_attributes(&id.into(), request.attributes).await?,
    ))
}

pub(super) async fn erase(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<DeleteResponse>, ApiError> {
    acting.erase_person(&id.into()).await?;
    Ok(Json(DeleteResponse { deleted: true }))
}

pub(super) async fn export(
    Extension(acting): Extension<Acting>,
    Path(id): Path<String>,
) -> Result<Json<PersonExport>, ApiError> {
    Ok(Json(acting.export_person(&id.into()).await?))
}
