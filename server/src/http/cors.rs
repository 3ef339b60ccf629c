//! CORS (PROTOCOL §1.5): the widget runs on other origins than the server.

use super::ApiError;
use crate::{Config, Origins};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

/// The headers that a page may read: how the server judges its widget's version, when to come back (`Retry-After`, which
/// may be a date of a proxy's and is compared with the server's), and what the request is called in the server's log.
const EXPOSED: [HeaderName; 7] = [
    HeaderName::from_static("x-pocketping-version-status"),
    HeaderName::from_static("x-pocketping-min-version"),
    HeaderName::from_static("x-pocketping-latest-version"),
    HeaderName::from_static("x-pocketping-version-message"),
    header::RETRY_AFTER,
    header::DATE,
    HeaderName::from_static("x-request-id"),
];

/// The layer for the visitors' routes. No credentials: sessions travel in bodies and queries.
pub(crate) fn cors(config: &Config) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PATCH,
            Method::DELETE,
            Method::PUT,
            Method::OPTIONS,
        ])
        .allow_headers([
            header::CONTENT_TYPE,
            HeaderName::from_static("x-pocketping-version"),
        ])
        .expose_headers(EXPOSED)
        .max_age(Duration::from_secs(600));
    match &config.allowed_origins {
        Origins::Any => layer.allow_origin(Any),
        Origins::List(_) => {
            let origins = config.allowed_origins.clone();
            layer.allow_origin(AllowOrigin::predicate(move |origin, _| {
                origin.to_str().is_ok_and(|origin| origins.allows(origin))
            }))
        }
    }
}

/// Gives preflights their status: 204, or 403 for an origin that is not on the list. Goes around [`cors`].
pub(crate) fn answer_preflight(response: Response) -> Response {
    let headers = response.headers();
    // Only answers to preflights name methods.
    if !headers.contains_key(header::ACCESS_CONTROL_ALLOW_METHODS) {
        return response;
    }
    if !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        return ApiError::origin_not_allowed().into_response();
    }
    let mut response = response;
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
