//! What is around every request: its id, its span in the log, its place in the metrics.

use super::request_id::REQUEST_ID;
use super::session_tag::session_tag;
use crate::PocketPing;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

/// The code of an error, beside the answer that says it.
#[derive(Clone, Debug)]
pub(super) struct RefusalCode(pub(super) String);

/// A layer. Everything that is logged meanwhile is in a span `request` with `id`, `method`, `route` (and not the address,
/// which may hold the id of a session) and, once it is known, `session`.
pub(crate) async fn observe(State(pp): State<PocketPing>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = pp.http().request_ids.of(request.headers());
    // For the host's own routes and hooks, which may ask for it too.
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let shown = id.to_str().unwrap_or_default();
    let span = tracing::info_span!("request", id = shown, method, route, session = Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (began.elapsed(), response.status().as_u16());
    pp.metrics().answered(method, route, status, took);
    if let Some(RefusalCode(code)) = response.extensions_mut().remove() {
        pp.metrics().refused(&code);
    }
    span.in_scope(|| tracing::debug!(status, ms = took.as_secs_f64() * 1000.0, "answered"));
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Names the session in the span that we are in.
pub(crate) fn note_session(session: &str) {
    let span = Span::current();
    if !span.is_disabled() {
        span.record("session", display(session_tag(session)));
    }
}

/// The method's name; one that we do not know may be any text.
fn known(method: &Method) -> &'static str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::HEAD,
    ];
    const NAMES: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
    let at = KNOWN.iter().position(|known| known == method);
    at.map_or("other", |at| NAMES[at])
}
