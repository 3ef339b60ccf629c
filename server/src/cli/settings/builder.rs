//! From options to a server.

use super::Settings;
use super::office_hours::office_hours;
use crate::cli::database::Database;
use crate::cli::files::{Files, bucket};
use crate::cli::log::LogFormat;
use figment::value::Value as Given;
use pocketping_core::model::{PreChatFields, PreChatForm, PreChatTiming, TrackedElement};
use pocketping_core::ua::{FilterMode, UaFilterConfig};
use pocketping_core::{Value, Wire};
use pocketping_server::files::S3Config;
use pocketping_server::{
    AddressRange, Appearance, BotPolicy, Builder, CsatPolicy, IpFilterConfig, Origins, PocketPing, Rate,
    RateLimit, RateLimits, WebhookConfig, WebhookKind,
};
use std::net::{SocketAddr, ToSocketAddrs};
use std::num::NonZeroU32;
use std::time::Duration;

/// What the library knows nothing of.
pub(in crate::cli) struct Own {
    pub(in crate::cli) listen: SocketAddr,
    pub(in crate::cli) metrics_listen: Option<SocketAddr>,
    pub(in crate::cli) log_format: LogFormat,
    pub(in crate::cli) database: Database,
    pub(in crate::cli) files: Files,
    pub(in crate::cli) operator_token: Option<String>,
    pub(in crate::cli) demo: bool,
    pub(in crate::cli) has_welcome: bool,
    /// How long the headers of a request may take to arrive, and a connection may wait for the next one.
    pub(in crate::cli) header_timeout: Duration,
}

const RANGES: &str = "write addresses and ranges such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32";

/// A builder with all options but storage and files, and what the library knows nothing of. What is wrong, in the library's
/// eyes too, is among the problems.
pub(in crate::cli) fn apply(settings: &mut Settings) -> (Builder, Option<Own>) {
    let mut builder = PocketPing::builder()
        .csat(csat(settings))
        .bot_detection(bots(settings))
        .allowed_origins(origins(settings))
        .trusted_proxies(settings.parsed::<AddressRange>("trusted_proxies", RANGES))
        .identity_secrets(settings.list("identity_secrets").unwrap_or_default())
        .rate_limit(rate_limit(settings))
        .ip_filter(ip_filter(settings))
        .ua_filter(ua_filter(settings))
        .appearance(appearance(settings))
        .webhook(webhook(settings));
    builder = sizes(settings, builder);
    builder = texts(settings, builder);
    if let Some(form) = pre_chat_form(settings) {
        builder = builder.pre_chat_form(form);
    }
    if let Some(hours) = office_hours(settings) {
        builder = builder.office_hours(hours);
    }
    if let Some(elements) = tracked_elements(settings) {
        builder = builder.tracked_elements(elements);
    }
    if let Err(problems) = builder.check() {
        settings.add(&problems);
    }
    let own = own(settings);
    (builder, own)
}

fn own(settings: &mut Settings) -> Option<Own> {
    let header_timeout = settings.positive("header_timeout").unwrap_or(60);
    let files = files(settings);
    let listen = address(settings, "listen");
    let metrics_listen = address(settings, "metrics_listen");
    let database = settings
        .text("database")
        .and_then(|text| match Database::parse(&text) {
            Ok(database) => Some(database),
            Err(problem) => {
                settings.problem("database", problem, "write one such as sqlite://pocketping.db");
                None
            }
        });
    Some(Own {
        listen: listen?,
        metrics_listen,
        log_format: match settings.text("log_format").as_deref() {
            Some("json") => LogFormat::Json,
            _ => LogFormat::Text,
        },
        database: database?,
        files: files?,
        operator_token: settings.text("operator_token"),
        demo: settings.flag("demo").unwrap_or_default(),
        has_welcome: settings.text("welcome_message").is_some(),
        header_timeout: Duration::from_secs(header_timeout.into()),
    })
}

/// An address to listen on.
fn address(settings: &mut Settings, path: &'static str) -> Option<SocketAddr> {
    let text = settings.text(path)?;
    let found = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    if found.is_none() {
        let hint = "write an address with a port such as 127.0.0.1:3000";
        settings.problem(path, format!("`{text}` cannot be listened on"), hint);
    }
    found
}

fn files(settings: &mut Settings) -> Option<Files> {
    let Some(text) = settings.text("files") else {
        return Some(Files::Beside);
    };
    let Some((bucket, prefix)) = bucket(&text) else {
        return Some(Files::Folder(text.into()));
    };
    if bucket.is_empty() {
        settings.problem(
            "files",
            "no bucket is named",
            "write one such as s3://chat-files, or a folder",
        );
    }
    let mut needed = |path| {
        let given = settings.text(path).filter(|text| !text.is_empty());
        if given.is_none() {
            settings.problem(
                path,
                "a bucket needs it and it is not set",
                "create a key for the bucket",
            );
        }
        given
    };
    let (id, secret) = (needed("s3.access_key_id"), needed("s3.secret_access_key"));
    let region = settings.text("s3.region").unwrap_or_default();
    let config = S3Config::new(bucket, id?, secret?).prefix(prefix).region(region);
    Some(Files::Bucket(match settings.text("s3.endpoint") {
        Some(endpoint) => config.endpoint(endpoint),
        None => config,
    }))
}

fn csat(settings: &Settings) -> CsatPolicy {
    match settings.text("csat").as_deref() {
        Some("off") => CsatPolicy::Off,
        Some("on_disconnect") => CsatPolicy::OnDisconnect,
        Some("on_resolve") => CsatPolicy::OnResolve,
        _ => CsatPolicy::Manual,
    }
}

fn bots(settings: &Settings) -> BotPolicy {
    match settings.text("bot_detection").as_deref() {
        Some("mark") => BotPolicy::Mark,
        Some("refuse") => BotPolicy::Refuse,
        _ => BotPolicy::Off,
    }
}

fn origins(settings: &mut Settings) -> Origins {
    let list = settings.list("allowed_origins").unwrap_or_default();
    match list.iter().any(|origin| origin == "*") {
        true if list.len() > 1 => {
            let hint = "write \"*\" alone, or only your sites";
            settings.problem(
                "allowed_origins",
                "`*` stands among others and lets in any site",
                hint,
            );
            Origins::Any
        }
        true => Origins::Any,
        false => {
            let plain = list.iter().map(|origin| origin.trim_end_matches('/').to_owned());
            Origins::List(plain.collect())
        }
    }
}

fn rate_limit(settings: &mut Settings) -> RateLimit {
    let default = RateLimits::default();
    let mut places = |path, default| {
        settings
            .positive(path)
            .and_then(NonZeroU32::new)
            .unwrap_or(default)
    };
    let streams_per_address = places("rate_limits.streams_per_address", default.streams_per_address);
    let connections_per_address = places(
        "rate_limits.connections_per_address",
        default.connections_per_address,
    );
    let mut number = |path, default: NonZeroU32| settings.positive(path).unwrap_or(default.get());
    let limits = RateLimits {
        address: Rate::new(
            number("rate_limits.address.per_second", default.address.per_second),
            number("rate_limits.address.burst", default.address.burst),
        ),
        visitor: Rate::new(
            number("rate_limits.visitor.per_second", default.visitor.per_second),
            number("rate_limits.visitor.burst", default.visitor.burst),
        ),
        session: Rate::new(
            number("rate_limits.session.per_second", default.session.per_second),
            number("rate_limits.session.burst", default.session.burst),
        ),
        streams_per_address,
        connections_per_address,
    };
    match settings.text("rate_limit").as_deref() {
        Some("off") => RateLimit::Off,
        _ => RateLimit::On(limits),
    }
}

fn ip_filter(settings: &mut Settings) -> IpFilterConfig {
    let default = IpFilterConfig::default();
    IpFilterConfig {
        enabled: settings.flag("ip_filter.enabled").unwrap_or(default.enabled),
        mode: mode(settings.text("ip_filter.mode")),
        allowlist: settings.parsed("ip_filter.allowlist", RANGES),
        blocklist: settings.parsed("ip_filter.blocklist", RANGES),
        log_blocked: settings
            .flag("ip_filter.log_blocked")
            .unwrap_or(default.log_blocked),
        blocked_status_code: settings
            .small("ip_filter.blocked_status_code")
            .unwrap_or(default.blocked_status_code),
        blocked_message: settings
            .text("ip_filter.blocked_message")
            .unwrap_or(default.blocked_message),
    }
}

fn ua_filter(settings: &mut Settings) -> UaFilterConfig {
    let default = UaFilterConfig::default();
    UaFilterConfig {
        enabled: settings.flag("ua_filter.enabled").unwrap_or(default.enabled),
        mode: mode(settings.text("ua_filter.mode")),
        allowlist: settings.list("ua_filter.allowlist").unwrap_or_default(),
        blocklist: settings.list("ua_filter.blocklist").unwrap_or_default(),
        use_default_bots: settings
            .flag("ua_filter.use_default_bots")
            .unwrap_or(default.use_default_bots),
        log_blocked: settings
            .flag("ua_filter.log_blocked")
            .unwrap_or(default.log_blocked),
        blocked_status_code: settings
            .small("ua_filter.blocked_status_code")
            .unwrap_or(default.blocked_status_code),
        blocked_message: settings
            .text("ua_filter.blocked_message")
            .unwrap_or(default.blocked_message),
    }
}

fn webhook(settings: &mut Settings) -> WebhookConfig {
    let default = WebhookConfig::default();
    let hint = "write some of events, identify, csat, sessions and messages";
    let forward = settings.parsed::<WebhookKind>("webhook.forward", hint);
    let seconds = settings.number("webhook.timeout");
    WebhookConfig {
        url: settings.text("webhook.url"),
        secret: settings.text("webhook.secret"),
        timeout: seconds.map_or(default.timeout, Duration::from_secs),
        forward,
        allow_private_addresses: settings
            .flag("webhook.allow_private_addresses")
            .unwrap_or(default.allow_private_addresses),
    }
}

fn mode(word: Option<String>) -> FilterMode {
    word.map_or(FilterMode::Blocklist, |word| FilterMode::from(word.as_str()))
}

fn sizes(settings: &mut Settings, mut builder: Builder) -> Builder {
    if let Some(bytes) = settings.small("max_body_bytes") {
        builder = builder.max_body_bytes(bytes);
    }
    if let Some(bytes) = settings.small("max_header_bytes") {
        builder = builder.max_header_bytes(bytes);
    }
    if let Some(seconds) = settings.number("body_timeout") {
        builder = builder.body_timeout(Duration::from_secs(seconds));
    }
    if let Some(seconds) = settings.number("operator_timeout") {
        builder = builder.operator_timeout(Duration::from_secs(seconds));
    }
    if let Some(seconds) = settings.number("inactivity_timeout") {
        builder = builder.inactivity_timeout(Duration::from_secs(seconds));
    }
    if let Some(days) = settings.small::<u32>("retention_days") {
        builder = builder.retention(Duration::from_secs(u64::from(days) * 24 * 3600));
    }
    if let Some(bytes) = settings.number("max_file_bytes") {
        builder = builder.max_file_bytes(bytes);
    }
    builder
}

fn texts(settings: &Settings, mut builder: Builder) -> Builder {
    type Set = fn(Builder, String) -> Builder;
    let texts: [(&str, Set); 8] = [
        ("public_url", Builder::public_url),
        ("operator_token", Builder::operator_token),
        ("welcome_message", Builder::welcome_message),
        ("proxy_header", Builder::proxy_header),
        ("min_widget_version", Builder::min_widget_version),
        ("latest_widget_version", Builder::latest_widget_version),
        ("version_message", Builder::version_message),
        ("upgrade_url", Builder::upgrade_url),
    ];
    for (path, set) in texts {
        if let Some(text) = settings.text(path) {
            builder = set(builder, text);
        }
    }
    match settings.list("file_types") {
        Some(types) => builder.file_types(types),
        None => builder,
    }
}

fn appearance(settings: &mut Settings) -> Appearance {
    let mut colour = |path| match settings.value(path)? {
        Given::String(_, text) => Some(Value::from(text)),
        _ => settings.tree(path),
    };
    let header_color = colour("appearance.header_color");
    let footer_color = colour("appearance.footer_color");
    let chat_background = colour("appearance.chat_background");
    let toggle_color = colour("appearance.toggle_color");
    Appearance {
        operator_name: settings.text("appearance.operator_name"),
        operator_avatar: settings.text("appearance.operator_avatar"),
        primary_color: settings.text("appearance.primary_color"),
        header_color,
        footer_color,
        chat_background,
        toggle_color,
    }
}

fn pre_chat_form(settings: &Settings) -> Option<PreChatForm> {
    let timing = settings.text("pre_chat_form.timing");
    let fields = settings.text("pre_chat_form.fields");
    Some(PreChatForm {
        enabled: settings.flag("pre_chat_form.enabled")?,
        required: settings.flag("pre_chat_form.required").unwrap_or(false),
        timing: timing
            .and_then(|word| PreChatTiming::parse(&word))
            .unwrap_or(PreChatTiming::BeforeFirstMessage),
        fields: fields
            .and_then(|word| PreChatFields::parse(&word))
            .unwrap_or(PreChatFields::EmailOnly),
        completed: false,
    })
}

fn tracked_elements(settings: &mut Settings) -> Option<Vec<TrackedElement>> {
    let tree = settings.tree("tracked_elements")?;
    match Vec::<TrackedElement>::read(&tree) {
        Ok(elements) => Some(elements),
        Err(error) => {
            settings.misread("tracked_elements", &error);
            None
        }
    }
}
