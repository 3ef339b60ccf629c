//! The pages at `/` that are not the demo shop.

use crate::Config;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse};
use std::borrow::Cow;

/// Nothing but text and its look: no script, no form, and no address is told to the pages that are linked.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// The look of both pages.
const STYLE: &str = include_str!("page.css");

/// Says that the server runs, and shows the script tag to copy, with the address that it is known by.
pub(super) fn start(request: &HeaderMap, config: &Config) -> impl IntoResponse + use<> {
    let (origin, endpoint) = addresses(request, &config.public_url);
    let page = include_str!("start.html")
        .replace("{{style}}", STYLE)
        .replace("{{repository}}", env!("CARGO_PKG_REPOSITORY"))
        .replace("{{origin}}", &escaped(&origin))
        .replace("{{endpoint}}", &escaped(&endpoint));
    (HEADERS, Html(page))
}

/// What to do when the binary was built without `dist/`.
pub(super) fn not_built() -> impl IntoResponse {
    let page = include_str!("not_built.html").replace("{{style}}", STYLE);
    (HEADERS, Html(page))
}

/// Where the loader and the routes are: as configured, or as the browser has found this page.
fn addresses(request: &HeaderMap, public_url: &str) -> (String, String) {
    match public_url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.split('/').next().unwrap_or(rest);
            (format!("{scheme}://{host}"), public_url.to_owned())
        }
        None => {
            let origin = address(request);
            let endpoint = format!("{origin}{public_url}");
            (origin, endpoint)
        }
    }
}

/// `http://host` from the request; a host with unusual characters gives way to a placeholder.
fn address(request: &HeaderMap) -> String {
    let host = request
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_plain) {
        return "https://your.server".to_owned();
    }
    let is_local = ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local));
    format!("{}://{host}", if is_local { "http" } else { "https" })
}

/// Text for an attribute whose quotes are shown, and not read by the browser: so in both ways harmless.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return text.into();
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str, public_url: &str) -> (String, String) {
        let request = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        addresses(&request, public_url)
    }

    fn both(origin: &str, endpoint: &str) -> (String, String) {
        (origin.to_owned(), endpoint.to_owned())
    }

    #[test]
    fn the_addresses_are_those_in_the_browser() {
        assert_eq!(
            of("127.0.0.1:3000", "/pocketping"),
            both("http://127.0.0.1:3000", "http://127.0.0.1:3000/pocketping")
        );
        assert_eq!(
            of("chat.example", "/chat"),
            both("https://chat.example", "https://chat.example/chat")
        );
    }

    #[test]
    fn a_configured_address_wins() {
        assert_eq!(
            of("10.0.0.7:3000", "https://chat.example/pocketping"),
            both("https://chat.example", "https://chat.example/pocketping")
        );
    }

    #[test]
    fn a_host_cannot_bring_in_markup() {
        let odd = of("a\"><script>alert(1)</script>", "/pocketping");
        assert_eq!(odd, both("https://your.server", "https://your.server/pocketping"));
        assert_eq!(address(&HeaderMap::new()), "https://your.server");
        assert_eq!(escaped("\"><b>&"), "&quot;&gt;&lt;b&gt;&amp;");
    }
}
