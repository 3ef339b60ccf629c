//! `GET /metrics` (EXTENSIONS, Health).

use super::operator::require_operator;
use crate::PocketPing;
use crate::http::{ApiError, GateLayer};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

impl PocketPing {
    /// `GET /metrics` for whoever has the operator token (`Authorization: Bearer`, `bearer_token` or `authorization` in
    /// Prometheus' configuration). For a router's root: `.merge(pp.metrics_for_operators())`. What is in it is said in
    /// [`metrics_text`](Self::metrics_text).
    pub fn metrics_for_operators(&self) -> Router {
        let guarded = route().route_layer(from_fn_with_state(self.clone(), require_operator));
        guarded
            .layer(GateLayer::for_others(self))
            .with_state(self.clone())
    }

    /// The same for anybody: for a listener of its own, which only the monitoring can reach.
    pub fn metrics_for_anybody(&self) -> Router {
        let rest = async || ApiError::no_route();
        route().fallback(rest).with_state(self.clone())
    }
}

fn route() -> Router<PocketPing> {
    Router::new()
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(async || ApiError::wrong_method())
}

async fn metrics(State(pp): State<PocketPing>) -> ([(HeaderName, &'static str); 2], String) {
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, pp.metrics_text().await)
}
