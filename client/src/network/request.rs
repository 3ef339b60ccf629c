//! Requests to the backend.

use super::Backend;
use pocketping_core::engine::{HttpAnswer, HttpRequest, Method, NetworkFailure};
use pocketping_core::{Object, PROTOCOL_VERSION, Value};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use std::time::{Duration, SystemTime};

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
        retry_after: retry_after(&headers, SystemTime::now()),
        version: version(&headers),
    })
}

/// Seconds of `Retry-After`. As a date (RFC 9110 §10.2.3) it counts from the answer's own, as clocks differ; from `now` where
/// there is none. One that is past asks for no wait.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |name: HeaderName| httpdate::parse_http_date(text(name)?).ok();
    if let Ok(seconds) = text(RETRY_AFTER)?.parse() {
        return Some(seconds);
    }
    let wait = date(RETRY_AFTER)?
        .duration_since(date(DATE).unwrap_or(now))
        .ok()?;
    Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
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

#[cfg(test)]
mod tests {
    use super::retry_after;
    use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
    use std::time::{Duration, SystemTime};

    /// 1994-11-06T08:49:37Z.
    const NOW: u64 = 784_111_777;

    fn wait(retry: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW * 1_000 - 500);
        retry_after(&headers, now)
    }

    #[test]
    fn a_date_is_waited_for_by_the_servers_clock() {
        assert_eq!(wait("120", None), Some(120));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(wait(date, Some("Sun, 06 Nov 1994 08:48:37 GMT")), Some(60));
        assert_eq!(wait(date, None), Some(1), "by our clock, and not too early");
        let past = "Sun, 06 Nov 1994 08:50:37 GMT";
        assert_eq!(wait(date, Some(past)), None);
        assert_eq!(wait("soon", None), None);
    }
}
