//! What is wrong with options.

use super::Builder;
use crate::config::ConfigProblem;
use crate::{Origins, version};
use pocketping_core::content::MAX_EVENT_NAME_CHARS;
use pocketping_core::ua::NativeUaFilter;
use std::time::Duration;

/// Fewest bytes of an operator token.
const MIN_TOKEN_BYTES: usize = 16;

/// A conversation may pause for as long.
const SHORTEST_RETENTION: Duration = Duration::from_secs(3600);

/// All problems, in the order of the builder's methods.
pub(super) fn problems(builder: &Builder, filter: Option<&NativeUaFilter>) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    let mut problem = |option, problem: String| problems.push(ConfigProblem { option, problem });
    if builder
        .operator_token
        .as_ref()
        .is_some_and(|token| token.len() < MIN_TOKEN_BYTES)
    {
        problem(
            "operator_token",
            format!("must have at least {MIN_TOKEN_BYTES} bytes"),
        );
    }
    if let Origins::List(list) = &builder.origins {
        if list.is_empty() {
            problem(
                "allowed_origins",
                "the list is empty, so that no site could use the server".into(),
            );
        }
        for origin in list.iter().filter(|origin| !is_origin(origin)) {
            problem(
                "allowed_origins",
                format!("`{origin}` is no origin such as https://shop.example"),
            );
        }
    }
    if builder.max_body_bytes < 1024 {
        problem(
            "max_body_bytes",
            format!("{} leaves no room for a message", builder.max_body_bytes),
        );
    }
    if builder.max_file_bytes == 0 {
        problem("max_file_bytes", "0 leaves no room for a file".into());
    }
    for kind in builder.file_types.iter().filter(|kind| !is_mime_type(kind)) {
        problem(
            "file_types",
            format!("`{kind}` is no MIME type such as image/png"),
        );
    }
    let public_url = builder.public_url.trim_end_matches('/');
    if !is_base(public_url) {
        problem(
            "public_url",
            format!(
                "`{public_url}` is neither a path nor an address such as https://chat.example/pocketping"
            ),
        );
    }
    if builder.retention.is_some_and(|age| age < SHORTEST_RETENTION) {
        problem("retention", "must be at least an hour".into());
    }
    let versions = [
        ("min_widget_version", &builder.versions.min),
        ("latest_widget_version", &builder.versions.latest),
    ];
    for (option, version) in versions {
        if let Some(text) = version.as_ref().filter(|text| version::parse(text).is_none()) {
            problem(option, format!("`{text}` is no version such as 2.0.0"));
        }
    }
    for (name, _) in &builder.hooks.event {
        if name.is_empty() || name.chars().count() > MAX_EVENT_NAME_CHARS {
            problem(
                "on_event",
                format!("a name has 1 to {MAX_EVENT_NAME_CHARS} characters"),
            );
        }
    }
    for fault in filter.iter().flat_map(|filter| filter.problems()) {
        problem("ua_filter", fault.to_string());
    }
    problems
}

/// Scheme, `://`, host, maybe a port; nothing after.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '?', '#', ' ', '@']))
}

/// Type, `/`, subtype, of the characters of RFC 6838 §4.2.
fn is_mime_type(text: &str) -> bool {
    let named = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=127).contains(&part.len()) && part.bytes().all(known)
    };
    text.split_once('/')
        .is_some_and(|(kind, subtype)| named(kind) && named(subtype))
}

/// A path, empty for the root, or an address with scheme and host.
fn is_base(text: &str) -> bool {
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
    use crate::{Origins, PocketPing};
    use pocketping_core::ua::UaFilterConfig;

    #[test]
    fn all_problems_are_named_at_once() {
        let built = PocketPing::builder()
            .operator_token("short")
            .allowed_origins(Origins::List(vec![
                "shop.example".into(),
                "https://a.example/".into(),
            ]))
            .max_body_bytes(10)
            .max_file_bytes(0)
            .file_types(["png", "image/png"])
            .public_url("chat.example")
            .retention(std::time::Duration::from_secs(60))
            .min_widget_version("two")
            .on_event("", |_, _| ())
            .ua_filter(UaFilterConfig {
                blocklist: vec!["/(/".into()],
                ..Default::default()
            })
            .build();
        let problems = built.err().unwrap();
        let options: Vec<_> = problems.iter().map(|problem| problem.option).collect();
        assert_eq!(
            options,
            [
                "operator_token",
                "allowed_origins",
                "allowed_origins",
                "max_body_bytes",
                "max_file_bytes",
                "file_types",
                "public_url",
                "retention",
                "min_widget_version",
                "on_event",
                "ua_filter"
            ]
        );
        assert_eq!(problems.to_string().lines().count(), 11);
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
