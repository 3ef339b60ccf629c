//! The inbox's Content-Security-Policy.

use super::dist;
use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// What the inbox may load: its own files, pictures of operators, visitors' files, and the script in its page, which is named by its
/// hash. `wasm-unsafe-eval` allows WebAssembly and nothing else.
pub(super) fn inbox_policy() -> HeaderValue {
    static POLICY: OnceLock<HeaderValue> = OnceLock::new();
    let policy = POLICY.get_or_init(|| {
        let page = dist::get("inbox/index.html")
            .map(|file| file.data)
            .unwrap_or_default();
        let text = policy(&String::from_utf8_lossy(&page));
        // Hashes are ASCII, as is all the rest.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    });
    policy.clone()
}

fn policy(page: &str) -> String {
    let mut scripts = String::new();
    for script in inline_scripts(page) {
        scripts.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))));
    }
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; connect-src 'self'; \
         img-src 'self' data: https:; media-src 'self' https:; font-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// The texts of scripts that are in the page itself.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_own_script_is_named_by_its_hash() {
        let page = r#"<script src="/a.js"></script><script type="module">alert(1)</script>"#;
        assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["alert(1)"]);
        // As `openssl dgst -sha256 -binary | base64` says.
        assert!(
            policy(page).contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"),
            "{}",
            policy(page)
        );
    }

    #[test]
    fn without_a_script_there_is_no_hash() {
        assert!(!policy("<p>hello").contains("sha256"));
    }
}
