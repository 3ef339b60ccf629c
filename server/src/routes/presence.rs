//! Whether anybody is there.

use crate::PocketPing;
use crate::http::Json;
use axum::extract::State;
use pocketping_core::route::PresenceResponse;

pub(super) async fn presence(State(pp): State<PocketPing>) -> Json<PresenceResponse> {
    Json(pp.presence())
}
