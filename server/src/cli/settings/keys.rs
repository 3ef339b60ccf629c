//! The options, in the order in which they are documented and shown.

use super::key::{Key, Kind};

const fn key(path: &'static str, kind: Kind, default: Option<&'static str>, help: &'static str) -> Key {
    Key {
        path,
        kind,
        default,
        help,
    }
}

const MODES: Kind = Kind::Choice(&["blocklist", "allowlist", "both"]);
const FORBIDDEN: Option<&str> = Some("Forbidden");

/// Every option of the binary.
pub(in crate::cli) const KEYS: &[Key] = &[
    key(
        "listen",
        Kind::Text,
        Some("127.0.0.1:3000"),
        "Address and port to listen on.",
    ),
    key(
        "database",
        Kind::Text,
        Some("sqlite://pocketping.db"),
        "Where conversations are kept: `sqlite://<file>`, `postgres://<user>:<password>@<host>/<name>` (the password is not shown), or `memory:`, where a restart loses them.",
    ),
    key(
        "files",
        Kind::Text,
        None,
        "Where uploaded files are kept: a folder, or `s3://<bucket>/<prefix>`, reached as `s3` says; not set: a folder beside the database, with PostgreSQL `pocketping.files`, with `memory:` in memory.",
    ),
    key(
        "log_format",
        Kind::Choice(&["text", "json"]),
        Some("text"),
        "How the log on standard error is written; `RUST_LOG` says how much of it.",
    ),
    key(
        "metrics_listen",
        Kind::Text,
        None,
        "Address and port that serve `/metrics` to anybody who reaches them; not set: only `listen` does, with the operator token.",
    ),
    key("demo", Kind::Flag, Some("false"), "Serve the demo shop at `/`."),
    key(
        "public_url",
        Kind::Text,
        Some("/pocketping"),
        "Where browsers reach the routes: addresses of files begin with it.",
    ),
    key(
        "operator_token",
        Kind::Secret,
        None,
        "What operators sign in with, at least 16 bytes; not set: made and kept beside the database, with PostgreSQL in `pocketping.token`.",
    ),
    key(
        "welcome_message",
        Kind::Text,
        None,
        "Text that visitors see in an empty conversation.",
    ),
    key(
        "inactivity_timeout",
        Kind::Number,
        None,
        "Seconds without a sign of life after which a visitor counts as gone; not set: only when the browser says so.",
    ),
    key(
        "operator_timeout",
        Kind::Number,
        None,
        "Seconds without a sign of an operator after which nobody counts as online, and whoever writes does; not set: only as operators say.",
    ),
    key(
        "retention_days",
        Kind::Number,
        None,
        "Days without anything new after which a conversation is erased, with its files; not set: kept for ever.",
    ),
    key(
        "csat",
        Kind::Choice(&["off", "manual", "on_disconnect", "on_resolve"]),
        Some("manual"),
        "When visitors are asked for a rating.",
    ),
    key(
        "allowed_origins",
        Kind::List,
        Some("*"),
        "Sites that may use the server from a browser, as `https://shop.example`; `*` for any.",
    ),
    key(
        "trusted_proxies",
        Kind::List,
        Some(""),
        "Proxies that are believed about visitors' addresses: addresses and ranges.",
    ),
    key(
        "proxy_header",
        Kind::Text,
        Some("x-forwarded-for"),
        "The header in which they name the address.",
    ),
    key(
        "max_body_bytes",
        Kind::Number,
        Some("262144"),
        "Most bytes of a request's body; at least 1024.",
    ),
    key(
        "max_header_bytes",
        Kind::Number,
        Some("32768"),
        "Most bytes of a request's headers together; at least 1024.",
    ),
    key(
        "header_timeout",
        Kind::Number,
        Some("60"),
        "Seconds that a request's headers may take to arrive, and that an idle connection is kept; more than a proxy's own.",
    ),
    key(
        "body_timeout",
        Kind::Number,
        Some("15"),
        "Seconds that a request's body may take to arrive.",
    ),
    key(
        "max_file_bytes",
        Kind::Number,
        Some("10485760"),
        "Most bytes of an uploaded file.",
    ),
    key(
        "file_types",
        Kind::List,
        Some(FILE_TYPES),
        "MIME types of files that are taken.",
    ),
    key(
        "min_widget_version",
        Kind::Text,
        None,
        "The oldest widget version that is served; older ones get 426.",
    ),
    key(
        "latest_widget_version",
        Kind::Text,
        None,
        "The newest widget version; older ones are told.",
    ),
    key(
        "version_message",
        Kind::Text,
        None,
        "What unsupported and deprecated widgets are told.",
    ),
    key(
        "upgrade_url",
        Kind::Text,
        None,
        "Where upgrading is explained; not set: PocketPing's documentation.",
    ),
    key(
        "identity_secrets",
        Kind::SecretList,
        Some(""),
        "What the site signs identities with: one, or two while one takes over.",
    ),
    key(
        "bot_detection",
        Kind::Choice(&["off", "mark", "refuse"]),
        Some("off"),
        "What is done about visitors who look like programs.",
    ),
    key(
        "rate_limit",
        Kind::Choice(&["on", "off"]),
        Some("on"),
        "`off` switches all that is in `rate_limits` off: for tests and trusted networks.",
    ),
    key(
        "tracked_elements",
        Kind::Tables,
        None,
        "Elements whose use is told as custom events: `selector`, `name`, `event`, `widget_message`, `data`.",
    ),
    key(
        "ip_filter.enabled",
        Kind::Flag,
        Some("false"),
        "Whether requests are filtered by address.",
    ),
    key("ip_filter.mode", MODES, Some("blocklist"), "Which lists decide."),
    key(
        "ip_filter.allowlist",
        Kind::List,
        Some(""),
        "Welcome addresses and ranges.",
    ),
    key(
        "ip_filter.blocklist",
        Kind::List,
        Some(""),
        "Unwelcome addresses and ranges.",
    ),
    key(
        "ip_filter.log_blocked",
        Kind::Flag,
        Some("true"),
        "Whether to log what was blocked.",
    ),
    key(
        "ip_filter.blocked_status_code",
        Kind::Number,
        Some("403"),
        "HTTP status of the refusal, 400 to 599.",
    ),
    key(
        "ip_filter.blocked_message",
        Kind::Text,
        FORBIDDEN,
        "Text of the refusal.",
    ),
    key(
        "ua_filter.enabled",
        Kind::Flag,
        Some("false"),
        "Whether visitors' requests are filtered by user agent.",
    ),
    key("ua_filter.mode", MODES, Some("blocklist"), "Which lists decide."),
    key(
        "ua_filter.allowlist",
        Kind::List,
        Some(""),
        "Welcome user agents: parts of them, or `/regular expressions/`.",
    ),
    key(
        "ua_filter.blocklist",
        Kind::List,
        Some(""),
        "Unwelcome user agents, written alike.",
    ),
    key(
        "ua_filter.use_default_bots",
        Kind::Flag,
        Some("true"),
        "Whether 74 known bots are unwelcome too.",
    ),
    key(
        "ua_filter.log_blocked",
        Kind::Flag,
        Some("true"),
        "Whether to log what was blocked.",
    ),
    key(
        "ua_filter.blocked_status_code",
        Kind::Number,
        Some("403"),
        "HTTP status of the refusal, 400 to 599.",
    ),
    key(
        "ua_filter.blocked_message",
        Kind::Text,
        FORBIDDEN,
        "Text of the refusal.",
    ),
    key(
        "rate_limits.streams_per_address",
        Kind::Number,
        Some("500"),
        "Streams that one address may have open.",
    ),
    key(
        "rate_limits.connections_per_address",
        Kind::Number,
        Some("1000"),
        "TCP connections that one address may have open; trusted proxies as many as they like.",
    ),
    key(
        "rate_limits.address.per_second",
        Kind::Number,
        Some("200"),
        "Requests of one address each second.",
    ),
    key(
        "rate_limits.address.burst",
        Kind::Number,
        Some("400"),
        "Requests of one address at once.",
    ),
    key(
        "rate_limits.visitor.per_second",
        Kind::Number,
        Some("5"),
        "Connects of one visitor each second.",
    ),
    key(
        "rate_limits.visitor.burst",
        Kind::Number,
        Some("30"),
        "Connects of one visitor at once.",
    ),
    key(
        "rate_limits.session.per_second",
        Kind::Number,
        Some("50"),
        "Requests in one session each second.",
    ),
    key(
        "rate_limits.session.burst",
        Kind::Number,
        Some("150"),
        "Requests in one session at once.",
    ),
    key(
        "s3.endpoint",
        Kind::Text,
        None,
        "Address of the S3-speaking service, such as `https://minio.example:9000`; not set: Amazon's of the region.",
    ),
    key(
        "s3.region",
        Kind::Text,
        Some("us-east-1"),
        "The region that requests are signed for.",
    ),
    key(
        "s3.access_key_id",
        Kind::Secret,
        None,
        "The id of a key that may read, write and delete objects of the bucket.",
    ),
    key("s3.secret_access_key", Kind::Secret, None, "That key's secret."),
    key(
        "webhook.url",
        Kind::Text,
        None,
        "Address of your server that is told of what happens; `check-config` shows no more of it than the host.",
    ),
    key(
        "webhook.secret",
        Kind::Secret,
        None,
        "What requests are signed with, at least 16 bytes; not set: they are not signed.",
    ),
    key(
        "webhook.timeout",
        Kind::Number,
        Some("5"),
        "Seconds that an answer may take, 1 to 60.",
    ),
    key(
        "webhook.forward",
        Kind::List,
        Some("events,identify,csat"),
        "What is told: `events`, `identify`, `csat`, `sessions`, `messages`.",
    ),
    key(
        "webhook.allow_private_addresses",
        Kind::Flag,
        Some("false"),
        "Whether your server may have an address that is not public, such as `127.0.0.1`.",
    ),
    key(
        "office_hours.time_zone",
        Kind::Text,
        None,
        "Time zone of the hours, as `Europe/Paris`; not set, and no hours: always open.",
    ),
    key(
        "office_hours.monday",
        Kind::List,
        Some(""),
        "Spans of Monday, as `09:00-12:30`; over midnight, as `22:00-02:00`; `00:00-24:00` is the whole day.",
    ),
    key("office_hours.tuesday", Kind::List, Some(""), "Spans of Tuesday."),
    key(
        "office_hours.wednesday",
        Kind::List,
        Some(""),
        "Spans of Wednesday.",
    ),
    key(
        "office_hours.thursday",
        Kind::List,
        Some(""),
        "Spans of Thursday.",
    ),
    key("office_hours.friday", Kind::List, Some(""), "Spans of Friday."),
    key(
        "office_hours.saturday",
        Kind::List,
        Some(""),
        "Spans of Saturday.",
    ),
    key("office_hours.sunday", Kind::List, Some(""), "Spans of Sunday."),
    key(
        "pre_chat_form.enabled",
        Kind::Flag,
        Some("false"),
        "Whether a form asks how the visitor can be reached.",
    ),
    key(
        "pre_chat_form.required",
        Kind::Flag,
        Some("false"),
        "Whether it cannot be skipped.",
    ),
    key(
        "pre_chat_form.timing",
        Kind::Choice(&["before-first-message", "after-first-message"]),
        Some("before-first-message"),
        "When it is shown.",
    ),
    key(
        "pre_chat_form.fields",
        Kind::Choice(&["email-only", "phone-only", "email-or-phone", "email-and-phone"]),
        Some("email-only"),
        "What it asks for.",
    ),
    key(
        "appearance.operator_name",
        Kind::Text,
        None,
        "Title of the window.",
    ),
    key(
        "appearance.operator_avatar",
        Kind::Text,
        None,
        "Address of a picture in the header.",
    ),
    key(
        "appearance.primary_color",
        Kind::Text,
        None,
        "Main colour, as in CSS.",
    ),
    key(
        "appearance.header_color",
        Kind::TextOrTable,
        None,
        "Header: a CSS colour, a gradient `{ from, to, direction }`, or `{ light, dark }` of either.",
    ),
    key(
        "appearance.footer_color",
        Kind::TextOrTable,
        None,
        "Footer: a CSS colour, or `{ light, dark }`.",
    ),
    key(
        "appearance.chat_background",
        Kind::TextOrTable,
        None,
        "`whatsapp`, `dots`, `plain` or a picture's address, or `{ light, dark }` of them.",
    ),
    key(
        "appearance.toggle_color",
        Kind::TextOrTable,
        None,
        "Launcher: like the header.",
    ),
];

/// As the library has them (PROTOCOL §1.3).
const FILE_TYPES: &str = "image/jpeg,image/png,image/gif,image/webp,application/pdf,text/plain,text/csv,\
    application/zip,application/msword,\
    application/vnd.openxmlformats-officedocument.wordprocessingml.document,application/vnd.ms-excel,\
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,video/mp4,audio/mpeg";
