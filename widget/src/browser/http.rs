//! Requests to the backend.

use super::value;
use gloo_net::http::{Headers, Method as HttpMethod, RequestBuilder};
use pocketping_core::engine::{HttpAnswer, HttpRequest, Method, NetworkFailure};
use pocketping_core::{Object, PROTOCOL_VERSION, Value};
use web_sys::{AbortSignal, RequestCredentials};

/// Version headers of answers (PROTOCOL §1.5), and what the engine calls them.
const VERSION_HEADERS: [(&str, &str); 4] = [
    ("status", "X-PocketPing-Version-Status"),
    ("minVersion", "X-PocketPing-Min-Version"),
    ("latestVersion", "X-PocketPing-Latest-Version"),
    ("message", "X-PocketPing-Version-Message"),
];

/// Sends a request and reads the whole answer, whatever its status.
///
/// No header but the two that existing backends' CORS lists permit (EXTENSIONS, Abilities), and no
/// cookies: `*` as allowed origin would forbid them.
///
/// # Errors
/// When there is no answer: the connection failed, or the request's time ran out.
pub async fn send(base: &str, request: HttpRequest) -> Result<HttpAnswer, NetworkFailure> {
    let in_time = AbortSignal::timeout_with_u32(request.timeout_ms);
    fetch(base, request, &in_time).await.map_err(|_| {
        if in_time.aborted() {
            NetworkFailure::TimedOut
        } else {
            NetworkFailure::Unreachable
        }
    })
}

async fn fetch(
    base: &str,
    request: HttpRequest,
    in_time: &AbortSignal,
) -> Result<HttpAnswer, gloo_net::Error> {
    let builder = RequestBuilder::new(&[base, &request.path].concat())
        .method(match request.method {
            Method::Get => HttpMethod::GET,
            Method::Post => HttpMethod::POST,
            Method::Patch => HttpMethod::PATCH,
            Method::Delete => HttpMethod::DELETE,
        })
        .header("Content-Type", "application/json")
        .header("X-PocketPing-Version", PROTOCOL_VERSION)
        .credentials(RequestCredentials::Omit)
        .abort_signal(Some(in_time));
    let request = match &request.body {
        Some(body) => builder.body(value::to_json(body))?,
        None => builder.build()?,
    };
    let answer = request.send().await?;
    let headers = answer.headers();
    let body = answer.text().await?;
    Ok(HttpAnswer {
        status: answer.status(),
        body: value::parse(&body).unwrap_or(Value::Null),
        // Its other form, a date, is not in use on this wire.
        retry_after: headers.get("Retry-After").and_then(|text| text.parse().ok()),
        version: version(&headers),
    })
}

fn version(headers: &Headers) -> Option<Object> {
    let mut version = Object::new();
    for (key, header) in VERSION_HEADERS {
        if let Some(text) = headers.get(header) {
            version.push(key, Value::String(text));
        }
    }
    (!version.is_empty()).then_some(version)
}
