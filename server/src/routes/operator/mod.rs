//! The operator API (EXTENSIONS, Operator API), under `/operator/v1`.

mod auth;
pub(in crate::routes) use auth::{now, require as require_operator};
mod event;
mod login;
mod message;
mod person;
mod screenshot;
mod search;
mod session;
mod staff;
mod stats;
mod upload;
mod webhook;

use super::{Routes, STREAM, add, answer_the_rest, offered, stream};
use crate::PocketPing;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post, put};

/// Those that ask for the token or the cookie first.
pub(super) fn guarded_routes() -> Routes {
    vec![
        ("/logout", post(login::logout)),
        ("/sessions", get(session::list)),
        ("/sessions/{id}", get(session::one)),
        ("/sessions/{id}/state", put(session::state)),
        ("/sessions/{id}/close", post(session::close)),
        ("/sessions/{id}/assignee", put(session::assignee)),
        ("/sessions/{id}/tags", put(session::tags)),
        ("/sessions/{id}/data", put(session::data)),
        ("/sessions/{id}/blocked", put(session::blocked)),
        ("/sessions/{id}/csat", post(session::csat)),
        ("/sessions/{id}/messages", get(message::list).post(message::send)),
        (
            "/sessions/{id}/messages/{message}",
            patch(message::edit).delete(message::delete),
        ),
        ("/sessions/{id}/notes", post(message::note)),
        ("/sessions/{id}/typing", post(message::typing)),
        ("/sessions/{id}/read", post(message::read)),
        ("/sessions/{id}/upload", post(upload::begin)),
        ("/sessions/{id}/upload/complete", post(upload::complete)),
        ("/sessions/{id}/screenshot", post(screenshot::wish)),
        ("/sessions/{id}/events", get(event::list).post(event::emit)),
        ("/events", post(event::broadcast)),
        ("/people", get(person::list)),
        (
            "/people/{id}",
            get(person::one).patch(person::change).delete(person::erase),
        ),
        ("/people/{id}/export", get(person::export)),
        ("/search", get(search::search)),
        ("/stats", get(stats::stats)),
        ("/me", get(staff::me)),
        ("/operators", get(staff::list).post(staff::add)),
        ("/operators/{id}", patch(staff::change).delete(staff::remove)),
        ("/operators/{id}/token", post(staff::renew_token)),
        ("/presence", put(staff::set_presence)),
        ("/webhooks", get(webhook::status)),
        ("/webhooks/dead", get(webhook::dead)),
        ("/webhooks/dead/retry", post(webhook::retry_all)),
        ("/webhooks/dead/{id}", delete(webhook::delete)),
        ("/webhooks/dead/{id}/retry", post(webhook::retry)),
        (STREAM, get(stream::operators)),
    ]
}

/// Those with which a login begins.
pub(super) fn open_routes() -> Routes {
    vec![("/login", post(login::login))]
}

pub(super) fn router(pp: &PocketPing) -> Router<PocketPing> {
    let routes = offered(guarded_routes(), pp.config());
    let guarded = add(Router::new(), routes).route_layer(from_fn_with_state(pp.clone(), require_operator));
    answer_the_rest(add(guarded, open_routes()))
}
