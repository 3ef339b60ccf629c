//! A visitor coming, telling who they are, leaving.

use crate::PocketPing;
use crate::http::{ApiError, Beacon, Caller, Json, add_version_headers, admit_version, note_session};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use pocketping_core::route::{
    ConnectRequest, DisconnectRequest, IdentifyRequest, OkResponse, VisibilityRequest,
};

pub(super) const OK: Json<OkResponse> = Json(OkResponse { ok: true });

pub(super) async fn connect(
    State(pp): State<PocketPing>,
    Caller(client): Caller,
    headers: HeaderMap,
    Json(request): Json<ConnectRequest>,
) -> Result<Response, ApiError> {
    let check = admit_version(&pp, &headers)?;
    let connected = pp.connect(request, client).await?;
    note_session(connected.session_id.as_str());
    let mut response = Json(connected).into_response();
    add_version_headers(&check, response.headers_mut());
    Ok(response)
}

pub(super) async fn identify(
    State(pp): State<PocketPing>,
    Json(request): Json<IdentifyRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.identify(request).await?;
    Ok(OK)
}

pub(super) async fn disconnect(
    State(pp): State<PocketPing>,
    Beacon(request): Beacon<DisconnectRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.disconnect(request).await?;
    Ok(OK)
}

pub(super) async fn visibility(
    State(pp): State<PocketPing>,
    Beacon(request): Beacon<VisibilityRequest>,
) -> Result<Json<OkResponse>, ApiError> {
    pp.visibility(request).await?;
    Ok(OK)
}
