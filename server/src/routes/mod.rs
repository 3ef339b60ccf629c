//! The routes (PROTOCOL §1.2; EXTENSIONS), one file per subject.

mod event;
mod form;
mod health;
mod message;
mod operator;
mod presence;
mod session;
mod stream;
mod upload;

use crate::PocketPing;
use crate::http::{ApiError, GateLayer, answer_preflight, cors, warn_of_version};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, patch, post, put};
use std::any::Any;
use tower::util::MapResponseLayer;
use tower_http::catch_panic::CatchPanicLayer;

impl PocketPing {
    /// The visitors' routes and, under `/operator/v1`, the operators', relative to where the router is mounted:
    ///
    /// ```
    /// # let pp = pocketping_server::PocketPing::builder().build().unwrap();
    /// let app: axum::Router = axum::Router::new().nest("/pocketping", pp.router());
    /// ```
    ///
    /// Serve with `into_make_service_with_connect_info::<SocketAddr>()`: without the callers' addresses there
    /// is no rate limit, and sessions have no `ip`.
    pub fn router(&self) -> Router {
        let mut visitor = visitor_routes()
            .layer(GateLayer(self.clone()))
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
                operator::routes(self).layer(CatchPanicLayer::custom(panicked)),
            )
            .with_state(self.clone())
    }
}

fn visitor_routes() -> Router<PocketPing> {
    Router::new()
        .add("/connect", post(session::connect))
        .add("/identify", post(session::identify))
        .add("/disconnect", post(session::disconnect))
        .add("/visibility", post(session::visibility))
        .add("/message", post(message::send))
        .add("/messages", get(message::list))
        .add(
            "/message/{id}",
            patch(message::edit_in_path).delete(message::delete_in_path),
        )
        .add("/edit", post(message::edit))
        .add("/delete", post(message::delete))
        .add("/typing", post(message::typing))
        .add("/read", post(message::read))
        .add("/presence", get(presence::presence))
        .add("/event", post(event::event))
        .add("/page", post(event::page))
        .add("/csat", post(form::csat))
        .add("/prechat", post(form::prechat))
        .add("/upload", post(upload::begin))
        .add("/upload-request", post(upload::begin))
        .add("/upload/{id}", put(upload::bytes))
        .add("/upload/complete", post(upload::complete))
        .add("/upload-complete", post(upload::complete))
        .add("/upload-failed", post(upload::failed))
        .add("/files/{id}", get(upload::file))
        .add("/stream", get(stream::visitor))
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
}

/// Routes that are reached with a trailing slash too (the other servers take or redirect it).
trait AddRoute {
    fn add(self, path: &str, methods: MethodRouter<PocketPing>) -> Self;
}

impl AddRoute for Router<PocketPing> {
    fn add(self, path: &str, methods: MethodRouter<PocketPing>) -> Self {
        self.route(&format!("{path}/"), methods.clone())
            .route(path, methods)
    }
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
