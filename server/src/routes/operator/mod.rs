//! The operator API (EXTENSIONS, Operator API), under `/operator/v1`.

mod auth;
mod event;
mod login;
mod message;
mod presence;
mod session;
mod upload;

use super::{AddRoute, no_route, stream, wrong_method};
use crate::PocketPing;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post, put};

/// Everything but `login` asks for the token or the cookie first.
pub(super) fn routes(pp: &PocketPing) -> Router<PocketPing> {
    Router::new()
        .add("/logout", post(login::logout))
        .add("/sessions", get(session::list))
        .add("/sessions/{id}", get(session::one))
        .add("/sessions/{id}/state", put(session::state))
        .add("/sessions/{id}/close", post(session::close))
        .add("/sessions/{id}/messages", get(message::list).post(message::send))
        .add(
            "/sessions/{id}/messages/{message}",
            patch(message::edit).delete(message::delete),
        )
        .add("/sessions/{id}/notes", post(message::note))
        .add("/sessions/{id}/typing", post(message::typing))
        .add("/sessions/{id}/read", post(message::read))
        .add("/sessions/{id}/upload", post(upload::begin))
        .add("/sessions/{id}/upload/complete", post(upload::complete))
        .add("/sessions/{id}/events", post(event::emit))
        .add("/events", post(event::broadcast))
        .add("/operators", get(presence::operators))
        .add("/presence", put(presence::set))
        .add("/stream", get(stream::operators))
        .route_layer(from_fn_with_state(pp.clone(), auth::require))
        .add("/login", post(login::login))
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
}
