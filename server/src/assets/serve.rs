//! One file as an answer: type, encoding, caching, security headers.

use super::dist;
use super::policy::inbox_policy;
use crate::hex::hex;
use crate::http::ApiError;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// Who loads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Pages of any origin: the widget's files.
    AnySite,
    /// Operators, who can read all conversations: nothing foreign may run there or frame it.
    Inbox,
    /// A page of our own.
    Page,
}

/// For names with a hash in them: another content would have another name.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// For names that stay while the content changes: kept, but asked about each time.
const REVALIDATE: &str = "no-cache";

/// Answers with a file of `dist/`, compressed as the client likes it.
pub(super) fn file(path: &str, request: &HeaderMap, audience: Audience) -> Response {
    let Some(plain) = dist::get(path) else {
        return ApiError::no_route().into_response();
    };
    let (encoding, content) = match encoded(path, request) {
        Some((encoding, content)) => (Some(encoding), content),
        None => (None, plain.data),
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, mime(path));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::VARY, "accept-encoding");
    set(
        header::CACHE_CONTROL,
        if has_hash(path) { FOREVER } else { REVALIDATE },
    );
    match audience {
        Audience::AnySite => {
            set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            set(
                HeaderName::from_static("cross-origin-resource-policy"),
                "cross-origin",
            );
        }
        Audience::Inbox => {
            set(header::REFERRER_POLICY, "no-referrer");
            set(header::X_FRAME_OPTIONS, "DENY");
            set(
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            );
            set(
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            );
        }
        Audience::Page => {}
    }
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    if audience == Audience::Inbox {
        headers.insert(header::CONTENT_SECURITY_POLICY, inbox_policy());
    }
    // The same for all encodings, hence weak.
    let hash = plain.metadata.sha256_hash();
    let tag = format!("W/\"{}\"", hex(&hash[..12]));
    let is_known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    let is_known = is_known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    *response.body_mut() = Body::from(match content {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => Bytes::from(content),
    });
    response
}

/// The best compressed form that the client takes and the build has made.
fn encoded(path: &str, request: &HeaderMap) -> Option<(&'static str, Cow<'static, [u8]>)> {
    let accepted = request.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .find_map(|(encoding, ending)| {
            if !accepts(accepted, encoding) {
                return None;
            }
            Some((encoding, dist::get(&format!("{path}{ending}"))?.data))
        })
}

/// Whether an `Accept-Encoding` lists this encoding with a weight above zero.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_it = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .and_then(|q| q.parse::<f32>().ok());
        is_it && weight.unwrap_or(1.0) > 0.0
    })
}

/// Whether the name carries a content hash: `name-<at least 8 hex digits>.ending`.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, rest)) = name.rsplit_once('-') else {
        return false;
    };
    let hash = rest.split('.').next().unwrap_or_default();
    hash.len() >= 8 && rest.len() > hash.len() && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(has_hash("widget/pocketping_bg-ba7816bf8f.wasm"));
        assert!(!has_hash("pocketping.js"));
        assert!(!has_hash("inbox/index.html"));
        assert!(!has_hash("widget/date-fallback.js"));
        assert!(!has_hash("widget/x-ba7816bf8f"));
    }

    #[test]
    fn encodings_are_taken_by_name_and_weight() {
        assert!(accepts("gzip, deflate, br;q=0.9", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn webassembly_has_the_type_that_streaming_compilation_needs() {
        assert_eq!(mime("widget/a-0123456789.wasm"), "application/wasm");
        assert_eq!(mime("pocketping.js"), "text/javascript; charset=utf-8");
    }
}
