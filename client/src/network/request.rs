//! Requests to the backend.

use super::Backend;
use pocketping_core::engine::{HttpAnswer, HttpRequest, Method, NetworkFailure};
use pocketping_core::{Object, PROTOCOL_VERSION, Value};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// Version headers of answers (PROTOCOL §1.5), and what the engine calls them.
const VERSION_HEADERS: [(&str, &str); 4] = [
    ("status", "X-PocketPing-Version-Status"),
    ("minVersion", "X-PocketPing-Min-Version"),
    ("latestVersion", "X-PocketPing-Latest-Version"),
    ("message", "X-PocketPing-Version-Message"),
];

/// Sends a request and reads the whole answer, whatever its status.
///
/// # Errors
/// When there is no answer: the connection failed, or the request's time ran out.
pub(super) async fn send(backend: &Backend, request: HttpRequest) -> Result<HttpAnswer, NetworkFailure> {
    fetch(backend, request).await.map_err(failure)
}

/// Why there is no answer.
pub(super) fn failure(error: reqwest::Error) -> NetworkFailure {
    // The address has the session's id in it, which is a secret.
    let error = error.without_url();
    tracing::debug!(%error, "a request was not answered");
    if error.is_timeout() {
        NetworkFailure::TimedOut
    } else {
        NetworkFailure::Unreachable
    }
}

async fn fetch(backend: &Backend, request: HttpRequest) -> Result<HttpAnswer, reqwest::Error> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut builder = backend
        .http
        .request(method, backend.url(&request.path))
        .timeout(Duration::from_millis(request.timeout_ms.into()))
        .header("X-PocketPing-Version", PROTOCOL_VERSION);
    if let Some(body) = &request.body {
        builder = builder.header(CONTENT_TYPE, "application/json").json(body);
    }
    read(builder.send().await?).await
}

/// Reads an answer to its end.
pub(super) async fn read(answer: reqwest::Response) -> Result<HttpAnswer, reqwest::Error> {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.bytes().await?;
    Ok(HttpAnswer {
        status,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        // Its other form, a date, is not in use on this wire.
        retry_after: headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok()),
        version: version(&headers),
    })
}

fn version(headers: &HeaderMap) -> Option<Object> {
    let mut version = Object::new();
    for (key, header) in VERSION_HEADERS {
        if let Some(text) = headers.get(header).and_then(|value| value.to_str().ok()) {
            version.push(key, Value::from(text));
        }
    }
    (!version.is_empty()).then_some(version)
}
