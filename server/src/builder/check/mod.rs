//! What is wrong with options.

mod form;
mod webhook;

use super::Builder;
use crate::config::ConfigProblem;
use crate::{OfficeHours, Origins, version};
use axum::http::HeaderName;
use form::{is_base, is_mime_type, is_origin};
use pocketping_core::content::MAX_EVENT_NAME_CHARS;
use pocketping_core::ua::{FilterMode, NativeUaFilter, UaFilterConfig, UaList, UaProblem};
use std::time::Duration;

/// Fewest bytes of a secret.
const MIN_SECRET_BYTES: usize = 16;
const MAKE_ONE: &str = "make one with `openssl rand -hex 32`";
/// A conversation may pause for as long.
const SHORTEST_RETENTION: Duration = Duration::from_secs(3600);

/// Collects problems.
#[derive(Default)]
struct Problems(Vec<ConfigProblem>);

impl Problems {
    fn add(&mut self, key: &'static str, problem: impl Into<String>, hint: &'static str) {
        self.0.push(ConfigProblem {
            key,
            problem: problem.into(),
            hint,
        });
    }
}

/// All problems, in the order of the options.
pub(super) fn problems(builder: &Builder) -> Vec<ConfigProblem> {
    let mut problems = Problems::default();
    sessions(builder, &mut problems);
    requests(builder, &mut problems);
    files(builder, &mut problems);
    versions(builder, &mut problems);
    filters(builder, &mut problems);
    widgets(builder, &mut problems);
    webhook::check(&builder.webhook, &mut problems);
    if let Some(Err(found)) = builder.office_hours.as_ref().map(OfficeHours::new) {
        problems.0.extend(found.0);
    }
    problems.0
}

fn sessions(builder: &Builder, problems: &mut Problems) {
    if builder.operator_timeout.is_some_and(|time| time.is_zero()) {
        problems.add(
            "operator_timeout",
            "every operator would be gone at once",
            "give at least a second; 300 are usual",
        );
    }
    if builder.inactivity_timeout.is_some_and(|time| time.is_zero()) {
        problems.add(
            "inactivity_timeout",
            "0 would dismiss every visitor at once",
            "leave it out to wait for the browser's word, or give some minutes",
        );
    }
    if builder.retention.is_some_and(|age| age < SHORTEST_RETENTION) {
        problems.add(
            "retention_days",
            "less than an hour would erase conversations that only pause",
            "leave it out to keep them for ever, or give some days",
        );
    }
    let is_short = |secret: &String| secret.len() < MIN_SECRET_BYTES;
    let short = format!("must have at least {MIN_SECRET_BYTES} bytes");
    if builder.operator_token.as_ref().is_some_and(is_short) {
        problems.add("operator_token", short.clone(), MAKE_ONE);
    }
    if builder.identity_secrets.iter().any(is_short) {
        problems.add("identity_secrets", short, MAKE_ONE);
    }
    if builder.identity_secrets.len() > 2 {
        problems.add(
            "identity_secrets",
            format!("{} are live, at most two can be", builder.identity_secrets.len()),
            "keep the new one and the one that it takes over from",
        );
    }
}

fn requests(builder: &Builder, problems: &mut Problems) {
    if let Origins::List(list) = &builder.origins {
        if list.is_empty() {
            problems.add(
                "allowed_origins",
                "the list is empty, so that no site could use the server",
                "name your sites, or * for any",
            );
        }
        for origin in list.iter().filter(|origin| !is_origin(origin)) {
            problems.add(
                "allowed_origins",
                format!("`{origin}` is no origin"),
                "write scheme and host as in https://shop.example",
            );
        }
    }
    if builder.max_body_bytes < 1024 {
        problems.add(
            "max_body_bytes",
            format!("{} leaves no room for a message", builder.max_body_bytes),
            "give at least 1024; the largest legal event needs 40960",
        );
    }
    if builder.max_header_bytes < 1024 {
        problems.add(
            "max_header_bytes",
            format!(
                "{} leaves no room for a browser's headers",
                builder.max_header_bytes
            ),
            "give at least 1024",
        );
    }
    if builder.body_timeout < Duration::from_secs(1) {
        problems.add(
            "body_timeout",
            "no body would arrive in time",
            "give at least a second",
        );
    }
    match builder.proxy_header.to_ascii_lowercase().as_str() {
        "forwarded" => problems.add(
            "proxy_header",
            "the header `Forwarded` is not understood",
            "let the proxy send X-Forwarded-For",
        ),
        name if HeaderName::try_from(name).is_err() => problems.add(
            "proxy_header",
            format!("`{name}` is no name of a header"),
            "write one such as x-forwarded-for",
        ),
        _ => {}
    }
}

fn files(builder: &Builder, problems: &mut Problems) {
    if builder.max_file_bytes == 0 {
        problems.add(
            "max_file_bytes",
            "0 leaves no room for a file",
            "give a number of bytes such as 10485760",
        );
    }
    for kind in builder.file_types.iter().filter(|kind| !is_mime_type(kind)) {
        problems.add(
            "file_types",
            format!("`{kind}` is no MIME type"),
            "write type and subtype as in image/png",
        );
    }
    let public_url = builder.public_url.trim_end_matches('/');
    if !is_base(public_url) {
        problems.add(
            "public_url",
            format!("`{public_url}` is neither a path nor an address"),
            "write a path such as /pocketping, or https://chat.example/pocketping",
        );
    }
}

fn versions(builder: &Builder, problems: &mut Problems) {
    let versions = [
        ("min_widget_version", &builder.versions.min),
        ("latest_widget_version", &builder.versions.latest),
    ];
    for (key, version) in versions {
        if let Some(text) = version.as_ref().filter(|text| version::parse(text).is_none()) {
            problems.add(key, format!("`{text}` is no version"), "write one such as 2.0.0");
        }
    }
    let parsed = |version: &Option<String>| version.as_deref().and_then(version::parse);
    let (min, latest) = (parsed(&builder.versions.min), parsed(&builder.versions.latest));
    if min.zip(latest).is_some_and(|(min, latest)| min > latest) {
        problems.add(
            "min_widget_version",
            "is above latest_widget_version, so that no widget would be served",
            "raise latest_widget_version too",
        );
    }
}

fn filters(builder: &Builder, problems: &mut Problems) {
    const MODES: &str = "write blocklist, allowlist or both";
    const STATUS: &str = "give one of 400 to 599, such as 403";
    let no_error = |status: u16| !(400..=599).contains(&status);
    let ip = &builder.ip_filter;
    if let FilterMode::Other(mode) = &ip.mode {
        problems.add("ip_filter.mode", format!("`{mode}` is unknown"), MODES);
    }
    if ip.enabled && ip.mode == FilterMode::Allowlist && ip.allowlist.is_empty() && builder.ip_hook.is_none()
    {
        problems.add(
            "ip_filter.allowlist",
            "is empty, so that nobody would be let in",
            "list addresses, or use the mode blocklist",
        );
    }
    if no_error(ip.blocked_status_code) {
        let problem = format!("{} is no status of an error", ip.blocked_status_code);
        problems.add("ip_filter.blocked_status_code", problem, STATUS);
    }
    let ua = &builder.ua_filter;
    for problem in NativeUaFilter::compile(ua).problems() {
        let key = match problem {
            UaProblem::EmptyPattern { list, .. } | UaProblem::InvalidPattern { list, .. } => match list {
                UaList::Allowlist => "ua_filter.allowlist",
                UaList::Blocklist => "ua_filter.blocklist",
            },
            _ => "ua_filter.mode",
        };
        let hint = match problem {
            UaProblem::EmptyPattern { .. } => "remove it",
            UaProblem::InvalidPattern { .. } => {
                "write a part of a user agent, or a regular expression as in /bot\\b/"
            }
            _ => MODES,
        };
        problems.add(key, problem.to_string(), hint);
    }
    if lets_nobody_in(ua) && builder.ua_hook.is_none() {
        problems.add(
            "ua_filter.allowlist",
            "is empty, so that no browser would be let in",
            "list user agents, or use the mode blocklist",
        );
    }
    if no_error(ua.blocked_status_code) {
        let problem = format!("{} is no status of an error", ua.blocked_status_code);
        problems.add("ua_filter.blocked_status_code", problem, STATUS);
    }
}

fn lets_nobody_in(ua: &UaFilterConfig) -> bool {
    ua.enabled && ua.mode == FilterMode::Allowlist && ua.allowlist.is_empty()
}

fn widgets(builder: &Builder, problems: &mut Problems) {
    for (at, element) in builder.tracked_elements.iter().flatten().enumerate() {
        if element.selector.trim().is_empty() {
            problems.add(
                "tracked_elements",
                format!("the selector of entry {} is empty", at + 1),
                "write a CSS selector such as #buy",
            );
        }
        if !is_event_name(&element.name) {
            problems.add(
                "tracked_elements",
                format!("the name of entry {} cannot be an event's", at + 1),
                "a name has 1 to 128 characters",
            );
        }
    }
    for key in builder.appearance.faults() {
        problems.add(
            key,
            "is not understood by widgets",
            "write a CSS colour, { light, dark }, or, where gradients are taken, { from, to, direction }",
        );
    }
    if builder
        .hooks
        .event_names()
        .iter()
        .any(|name| !is_event_name(name))
    {
        problems.add(
            "on_event",
            "the name cannot be an event's",
            "a name has 1 to 128 characters; * is any",
        );
    }
}

fn is_event_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= MAX_EVENT_NAME_CHARS
}

#[cfg(test)]
mod tests {
    use crate::{Appearance, IpFilterConfig, Origins, PocketPing};
    use pocketping_core::model::{ElementEvent, TrackedElement};
    use pocketping_core::ua::{FilterMode, UaFilterConfig};
    use std::time::Duration;

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
            .min_widget_version("two")
            .on_event("", |_, _| ())
            .ua_filter(UaFilterConfig {
                blocklist: vec!["/(/".into()],
                blocked_status_code: 200,
                ..Default::default()
            })
            .identity_secrets(["short"])
            .inactivity_timeout(Duration::ZERO)
            .retention(Duration::from_secs(60))
            .proxy_header("Forwarded")
            .max_header_bytes(1)
            .body_timeout(Duration::ZERO)
            .ip_filter(IpFilterConfig {
                enabled: true,
                mode: FilterMode::Allowlist,
                blocked_status_code: 99,
                ..Default::default()
            })
            .appearance(Appearance {
                footer_color: Some("".into()),
                ..Default::default()
            })
            .tracked_elements([TrackedElement {
                selector: " ".into(),
                name: String::new(),
                event: ElementEvent::Click,
                widget_message: None,
                data: None,
            }])
            .build();
        let problems = built.err().unwrap();
        let keys: Vec<_> = problems.iter().map(|problem| problem.key).collect();
        assert_eq!(
            keys,
            [
                "inactivity_timeout",
                "retention_days",
                "operator_token",
                "identity_secrets",
                "allowed_origins",
                "allowed_origins",
                "max_body_bytes",
                "max_header_bytes",
                "body_timeout",
                "proxy_header",
                "max_file_bytes",
                "file_types",
                "public_url",
                "min_widget_version",
                "ip_filter.allowlist",
                "ip_filter.blocked_status_code",
                "ua_filter.blocklist",
                "ua_filter.blocked_status_code",
                "tracked_elements",
                "tracked_elements",
                "appearance.footer_color",
                "on_event",
            ]
        );
        assert_eq!(problems.to_string().lines().count(), keys.len());
        assert!(problems.iter().all(|problem| !problem.hint.is_empty()));
    }

    #[test]
    fn a_minimum_above_the_latest_version_is_a_problem() {
        let builder = PocketPing::builder()
            .min_widget_version("3")
            .latest_widget_version("2.9");
        assert_eq!(builder.check().unwrap_err().iter().count(), 1);
        let builder = PocketPing::builder()
            .min_widget_version("2.9")
            .latest_widget_version("2.9");
        assert_eq!(builder.check(), Ok(()));
    }

    #[test]
    fn two_identity_secrets_may_live_and_not_three() {
        let live = |number: usize| {
            let secrets = (0..number).map(|number| format!("secret number {number:>3}"));
            PocketPing::builder().identity_secrets(secrets).check()
        };
        assert_eq!(live(2), Ok(()));
        assert!(live(3).is_err());
    }
}
