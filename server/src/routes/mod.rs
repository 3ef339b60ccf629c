//! The routes (PROTOCOL §1.2; EXTENSIONS), one file per subject.

mod event;
mod form;
mod health;
mod message;
mod metrics;
mod openapi;
mod operator;
mod presence;
mod screenshot;
mod session;
mod stream;
mod upload;

#[cfg(test)]
mod tests;

use crate::http::{ApiError, GateLayer, answer_preflight, cors, observe, warn_of_version};
use crate::{Config, PocketPing, StreamPolicy};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, patch, post, put};
use std::any::Any;
use tower::util::MapResponseLayer;
use tower_http::catch_panic::CatchPanicLayer;

impl PocketPing {
    /// The visitors' routes, under `/operator/v1` the operators', and their description at `/openapi.json`, relative to
    /// where the router is mounted:
    ///
    /// ```
    /// # let pp = pocketping_server::PocketPing::builder().build().unwrap();
    /// let app: axum::Router = axum::Router::new().nest("/pocketping", pp.router());
    /// ```
    ///
    /// A router is a [`tower::Service`] of any request, so other hosts than axum can serve it too: hyper itself, and what can
    /// be brought to speak its types. For WebSockets they have to let connections be upgraded (in hyper `with_upgrades`).
    ///
    /// Serve with `into_make_service_with_connect_info::<SocketAddr>()`: without the callers' addresses there
    /// is no limit by address, addresses are on no list of a filter, and sessions have no `ip`.
    pub fn router(&self) -> Router {
        let routes = offered(visitor_routes(), self.config());
        let mut visitor = answer_the_rest(add(Router::new(), routes))
            .layer(GateLayer::for_visitors(self))
            .layer(CatchPanicLayer::custom(panicked));
        let versions = &self.config().versions;
        if versions.min.is_some() || versions.latest.is_some() {
            visitor = visitor.layer(from_fn_with_state(self.clone(), warn_of_version));
        }
        visitor
            .layer(cors(self.config()))
            .layer(MapResponseLayer::new(answer_preflight))
            .nest(
                "/operator/v1",
                operator::router(self)
                    .layer(GateLayer::for_others(self))
                    .layer(CatchPanicLayer::custom(panicked)),
            )
            .merge(
                add(Router::new(), other_routes())
                    .method_not_allowed_fallback(wrong_method)
                    .layer(GateLayer::for_others(self))
                    .layer(CatchPanicLayer::custom(panicked)),
            )
            .layer(from_fn_with_state(self.clone(), observe))
            .with_state(self.clone())
    }
}

/// Routes, each with its path. They are reached with a trailing slash too (the other servers take or redirect it).
type Routes = Vec<(&'static str, MethodRouter<PocketPing>)>;

/// Where streams are, relative to the routes of either side.
const STREAM: &str = "/stream";

fn visitor_routes() -> Routes {
    vec![
        ("/connect", post(session::connect)),
        ("/identify", post(session::identify)),
        ("/disconnect", post(session::disconnect)),
        ("/visibility", post(session::visibility)),
        ("/message", post(message::send)),
        ("/messages", get(message::list)),
        (
            "/message/{id}",
            patch(message::edit_in_path).delete(message::delete_in_path),
        ),
        ("/edit", post(message::edit)),
        ("/delete", post(message::delete)),
        ("/typing", post(message::typing)),
        ("/read", post(message::read)),
        ("/presence", get(presence::presence)),
        ("/event", post(event::event)),
        ("/page", post(event::page)),
        ("/csat", post(form::csat)),
        ("/prechat", post(form::prechat)),
        ("/upload", post(upload::begin)),
        ("/upload-request", post(upload::begin)),
        ("/upload/{id}", put(upload::bytes)),
        ("/upload/complete", post(upload::complete)),
        ("/upload-complete", post(upload::complete)),
        ("/upload-failed", post(upload::failed)),
        ("/files/{id}", get(upload::file)),
        ("/screenshot/requests", get(screenshot::requests)),
        ("/screenshot/upload", post(screenshot::begin)),
        ("/screenshot/upload/complete", post(screenshot::complete)),
        (STREAM, get(stream::visitor)),
    ]
}

/// Those routes that the configuration does not switch off.
fn offered(mut routes: Routes, config: &Config) -> Routes {
    routes.retain(|(path, _)| is_offered(path, config));
    routes
}

fn is_offered(path: &str, config: &Config) -> bool {
    path != STREAM || config.streams != StreamPolicy::Off
}

/// Those for programs of any kind.
fn other_routes() -> Routes {
    vec![("/openapi.json", get(openapi::document))]
}

fn add(router: Router<PocketPing>, routes: Routes) -> Router<PocketPing> {
    routes.into_iter().fold(router, |router, (path, methods)| {
        router
            .route(&format!("{path}/"), methods.clone())
            .route(path, methods)
    })
}

/// Whatever else is asked for is answered in the error shape.
fn answer_the_rest(router: Router<PocketPing>) -> Router<PocketPing> {
    router
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
}

async fn no_route() -> ApiError {
    ApiError::no_route()
}

async fn wrong_method() -> ApiError {
    ApiError::wrong_method()
}

/// The answer to a panic, which is a bug: the panic hook has written where, the client learns nothing of it.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::internal().into_response()
}
