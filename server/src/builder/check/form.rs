//! Whether texts have the form of what they should be.

/// Scheme, `://`, host, maybe a port; nothing after.
pub(super) fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '?', '#', ' ', '@']))
}

/// Type, `/`, subtype, of the characters of RFC 6838 §4.2.
pub(super) fn is_mime_type(text: &str) -> bool {
    let named = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=127).contains(&part.len()) && part.bytes().all(known)
    };
    text.split_once('/')
        .is_some_and(|(kind, subtype)| named(kind) && named(subtype))
}

/// A path, empty for the root, or an address with scheme and host.
pub(super) fn is_base(text: &str) -> bool {
    let plain = !text.contains(['?', '#', ' ', '"', '\\', '\n']);
    let path = text.is_empty() || (text.starts_with('/') && !text.starts_with("//"));
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let address = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !host.contains('@'));
    plain && (path || address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PocketPing;

    #[test]
    fn an_origin_is_scheme_and_host_and_nothing_more() {
        for good in [
            "https://shop.example",
            "http://127.0.0.1:3000",
            "http://[::1]:8080",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for wrong in [
            "",
            "*",
            "shop.example",
            "https://",
            "https://a/",
            "https://*.a",
            "ftp://a",
            "https://u@a",
        ] {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_mime_type_has_two_parts() {
        assert!(is_mime_type("image/png") && is_mime_type("application/vnd.ms-excel"));
        for wrong in [
            "",
            "png",
            "image/",
            "/png",
            "image/*",
            "a/b/c",
            "text/plain; charset=utf-8",
        ] {
            assert!(!is_mime_type(wrong), "{wrong}");
        }
    }

    #[test]
    fn addresses_of_files_begin_with_a_path_or_an_origin() {
        for good in [
            "",
            "/",
            "/chat",
            "https://chat.example/pocketping/",
            "http://127.0.0.1:3000",
        ] {
            let pp = PocketPing::builder().public_url(good).build().unwrap();
            assert!(!pp.config().public_url.ends_with('/'), "{good}");
        }
        for wrong in [
            "chat",
            "//evil.example",
            "https://",
            "https:///x",
            "ftp://x",
            "/a?b",
            "/a b",
            "https://a@b",
        ] {
            assert!(
                PocketPing::builder().public_url(wrong).build().is_err(),
                "{wrong}"
            );
        }
    }
}
