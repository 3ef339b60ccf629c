//! Origins: which page a browser is asking for.

use axum::http::{HeaderMap, header};

/// The `Origin` header; browsers send it with every write, socket and cross-origin read.
pub(crate) fn origin_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN)?.to_str().ok()
}

/// Whether `origin` is this very server, as far as the request tells: host and port agree. The scheme is
/// not compared, because a proxy in front may have taken TLS off.
pub(crate) fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let standard = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |text: &str| text.strip_suffix(standard).unwrap_or(text).to_ascii_lowercase();
    bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(origin: &str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        is_same_origin(&headers, origin)
    }

    #[test]
    fn host_and_port_have_to_agree() {
        assert!(same("http://127.0.0.1:3000", "127.0.0.1:3000"));
        assert!(same("https://Chat.example", "chat.example"));
        assert!(same("https://chat.example", "chat.example:443"));
        assert!(!same("http://127.0.0.1:3001", "127.0.0.1:3000"));
        assert!(!same("https://chat.example.evil", "chat.example"));
        assert!(!same("https://evil.example", "chat.example"));
        assert!(!same("null", "chat.example"));
        assert!(!same("file://chat.example", "chat.example"));
    }

    #[test]
    fn without_a_host_nothing_is_the_same() {
        assert!(!is_same_origin(&HeaderMap::new(), "http://a"));
    }
}
