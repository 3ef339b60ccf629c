//! The pages at `/` that are not the demo shop.

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{Html, IntoResponse};

const CSP: (HeaderName, &str) = (
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
);
const NO_SNIFFING: (HeaderName, &str) = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");

/// The script tag to copy, with this server's address as the browser knows it.
pub(super) fn start(request: &HeaderMap) -> impl IntoResponse + use<> {
    let page = include_str!("start.html").replace("{{address}}", &address(request));
    ([CSP, NO_SNIFFING], Html(page))
}

/// What to do when the binary was built without `dist/`.
pub(super) fn not_built() -> impl IntoResponse {
    ([CSP, NO_SNIFFING], Html(include_str!("not_built.html")))
}

/// `http://host`, safe to put into HTML: a host with unusual characters gives way to a placeholder.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(host: &str) -> String {
        address(&HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]))
    }

    #[test]
    fn the_address_is_the_one_in_the_browser() {
        assert_eq!(address_of("127.0.0.1:3000"), "http://127.0.0.1:3000");
        assert_eq!(address_of("chat.example"), "https://chat.example");
    }

    #[test]
    fn a_host_cannot_bring_in_markup() {
        assert_eq!(address_of("a\"><script>alert(1)</script>"), "https://your.server");
        assert_eq!(address(&HeaderMap::new()), "https://your.server");
    }
}
