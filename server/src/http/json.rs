//! Bodies: JSON in, JSON out, for every type of the wire.

use super::ApiError;
use super::error::json_response;
use crate::{Acting, Config, PocketPing};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{FutureExt, StreamExt};
use pocketping_core::{Value, Wire};
use std::pin::pin;

/// How many times the limit is still read and thrown away, so that the client hears the answer: closing
/// while it writes would show it a reset connection instead.
const DRAINED_LIMITS: usize = 8;

/// A body of `application/json`, or an answer.
///
/// A missing content type counts as JSON; another one is 415. Text that is no JSON, and an empty body, are
/// 400; a wrong field is 422 with its name; a body over the configured limit is 413. An operator who was removed, or got
/// another token or role, while the body was on its way is 401.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Wire> FromRequest<PocketPing> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, pp: &PocketPing) -> Result<Self, ApiError> {
        require_json(request.headers())?;
        let acting = request.extensions().get::<Acting>().cloned();
        let (body, arrival) = collect_and_see(request, pp.config()).await?;
        // Whoever sends slowly is not let in any longer for that.
        if arrival == Arrival::Later
            && let Some(acting) = acting
            && !acting.is_as_before().await?
        {
            return Err(ApiError::unauthorized());
        }
        understand(&body, pp).map(Json)
    }
}

impl<T: Wire> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0.write())
    }
}

/// A body of JSON under any content type: beacons cannot always choose theirs (PROTOCOL §1.3).
pub(crate) struct Beacon<T>(pub(crate) T);

impl<T: Wire> FromRequest<PocketPing> for Beacon<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, pp: &PocketPing) -> Result<Self, ApiError> {
        read(request, pp).await.map(Beacon)
    }
}

/// A body that may be left out.
pub(crate) struct OptionalJson<T>(pub(crate) Option<T>);

impl<T: Wire> FromRequest<PocketPing> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, pp: &PocketPing) -> Result<Self, ApiError> {
        let body = collect(request, pp.config()).await?;
        if body.is_empty() {
            return Ok(OptionalJson(None));
        }
        understand(&body, pp).map(|body| OptionalJson(Some(body)))
    }
}

async fn read<T: Wire>(request: Request, pp: &PocketPing) -> Result<T, ApiError> {
    let body = collect(request, pp.config()).await?;
    understand(&body, pp)
}

/// Reads the text, and counts it for the visitor or session that it names.
fn understand<T: Wire>(body: &[u8], pp: &PocketPing) -> Result<T, ApiError> {
    let body = parse(body)?;
    pp.http().count_named(&body)?;
    Ok(T::read(&body)?)
}

/// Reads JSON text; not for bodies alone: frames of sockets are read by it too.
pub(crate) fn parse(text: &[u8]) -> Result<Value, ApiError> {
    let malformed = |message: String| ApiError::new(StatusCode::BAD_REQUEST, "malformed_json", message);
    if text.is_empty() {
        return Err(malformed("the body is empty, JSON is expected".to_owned()));
    }
    serde_json::from_slice(text).map_err(|error| {
        malformed(format!(
            "this is not valid JSON (line {}, column {})",
            error.line(),
            error.column()
        ))
    })
}

fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(given) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let is_json = given.to_str().is_ok_and(|given| {
        let kind = given
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        kind.is_empty()
            || kind == "application/json"
            || (kind.starts_with("application/") && kind.ends_with("+json"))
    });
    if is_json {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "the body has to be application/json",
    ))
}

/// When the end of a body came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// It was there with the head: what the head's check found is as new.
    WithTheHead,
    /// It was waited for.
    Later,
}

async fn collect_and_see(request: Request, config: &Config) -> Result<(Vec<u8>, Arrival), ApiError> {
    let mut collecting = pin!(collect(request, config));
    match collecting.as_mut().now_or_never() {
        Some(body) => Ok((body?, Arrival::WithTheHead)),
        None => Ok((collecting.await?, Arrival::Later)),
    }
}

async fn collect(request: Request, config: &Config) -> Result<Vec<u8>, ApiError> {
    let collecting = collect_up_to(request.into_body(), config.max_body_bytes);
    match tokio::time::timeout(config.body_timeout, collecting).await {
        Ok(collected) => collected,
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "the body took too long to arrive",
        )),
    }
}

async fn collect_up_to(body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::new();
    let mut seen = 0usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "malformed_body",
                "the body did not arrive whole",
            )
        })?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            whole.extend_from_slice(&chunk);
        } else if seen > limit.saturating_mul(DRAINED_LIMITS) {
            break;
        } else {
            whole = Vec::new();
        }
    }
    if seen > limit {
        return Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            format!("a request has at most {limit} bytes"),
        ));
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn status(error: Result<impl Sized, ApiError>) -> Option<u16> {
        error.err().map(|error| error.status().as_u16())
    }

    #[tokio::test]
    async fn a_body_may_have_the_limit_and_not_one_byte_more() {
        let body = |bytes: usize| Body::from(vec![b'x'; bytes]);
        assert_eq!(collect_up_to(body(10), 10).await.unwrap().len(), 10);
        assert_eq!(status(collect_up_to(body(11), 10).await), Some(413));
        assert_eq!(status(collect_up_to(body(1000), 10).await), Some(413));
    }

    #[tokio::test]
    async fn whether_a_body_was_waited_for_is_seen() {
        let pp = PocketPing::builder().build().unwrap();
        let piece = |text: &'static str| Ok::<_, std::io::Error>(text);
        let see = async |body: Body| collect_and_see(Request::new(body), pp.config()).await.unwrap();
        let at_once = stream::iter([piece("{"), piece("}")]);
        let whole = (b"{}".to_vec(), Arrival::WithTheHead);
        assert_eq!(see(Body::from_stream(at_once)).await, whole);
        assert_eq!(see(Body::empty()).await.1, Arrival::WithTheHead);
        let late = stream::once(async move {
            tokio::task::yield_now().await;
            piece("}")
        });
        let parts = stream::iter([piece("{")]).chain(late);
        assert_eq!(see(Body::from_stream(parts)).await, (whole.0, Arrival::Later));
    }

    #[test]
    fn only_json_and_no_type_at_all_are_taken() {
        let check = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            status(require_json(&headers))
        };
        assert_eq!(check("application/json; charset=utf-8"), None);
        assert_eq!(check("Application/Problem+JSON"), None);
        assert_eq!(check("text/plain"), Some(415));
        assert_eq!(check("text/+json"), Some(415));
        assert_eq!(status(require_json(&HeaderMap::new())), None);
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in ["", "{oops", "{\"a\":", "\u{feff}{}", "{} {}"] {
            assert_eq!(status(parse(text.as_bytes())), Some(400), "{text:?}");
        }
        assert_eq!(status(parse(b"\"\xff\"")), Some(400));
        assert_eq!(
            status(parse(&b"[".repeat(100_000))),
            Some(400),
            "depth is limited"
        );
    }
}
