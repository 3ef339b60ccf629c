//! Whether a request wants to become a WebSocket.

use crate::http::ApiError;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

/// The upgrade, when the request asks for one.
pub(crate) struct Upgrade(pub(crate) Option<WebSocketUpgrade>);

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let wants = parts.headers.get_all(header::UPGRADE).iter().any(|protocol| {
            protocol
                .to_str()
                .is_ok_and(|protocol| protocol.eq_ignore_ascii_case("websocket"))
        });
        if !wants {
            return Ok(Upgrade(None));
        }
        match WebSocketUpgrade::from_request_parts(parts, state).await {
            Ok(upgrade) => Ok(Upgrade(Some(upgrade))),
            Err(rejection) => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "bad_upgrade",
                rejection.body_text(),
            )),
        }
    }
}
