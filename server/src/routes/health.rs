//! Health (EXTENSIONS, Health).

use crate::PocketPing;
use crate::http::{ApiError, Json};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use pocketping_core::route::OkResponse;

impl PocketPing {
    /// `GET /healthz` (the process is up) and `GET /readyz` (it wants requests; else 503: `shutting_down` after
    /// [`shutdown`](Self::shutdown), `storage_unavailable` when its storage cannot be reached).
    pub fn health(&self) -> Router {
        Router::new()
            .route("/healthz", get(async || super::session::OK))
            .route("/readyz", get(ready))
            .method_not_allowed_fallback(async || ApiError::wrong_method())
            .with_state(self.clone())
    }
}

async fn ready(State(pp): State<PocketPing>) -> Result<Json<OkResponse>, ApiError> {
    if pp.is_stopping() {
        return Err(ApiError::shutting_down());
    }
    pp.ping().await?;
    Ok(super::session::OK)
}
