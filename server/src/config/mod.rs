//! What a server is configured with, after validation; made by the [`Builder`](crate::Builder).

mod appearance;
pub use appearance::Appearance;
mod csat;
pub use csat::CsatPolicy;
mod office_hours;
pub use office_hours::{OfficeHours, OfficeHoursConfig};
mod origins;
pub use origins::Origins;
mod problem;
pub use problem::{ConfigProblem, ConfigProblems};
mod rate;
pub use rate::{Rate, RateLimit, RateLimits};
mod stream;
pub use stream::StreamPolicy;
mod token;
pub use token::OperatorToken;
mod webhook;
pub use webhook::{WebhookConfig, WebhookKind, WebhookKindError};

use crate::filter::{BotPolicy, IpFilter, TrustedProxies, UaFilter};
use crate::identity::IdentitySecrets;
use crate::version::VersionPolicy;
use axum::http::HeaderName;
use pocketping_core::model::{PreChatForm, TrackedElement};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A validated configuration.
#[non_exhaustive]
pub struct Config {
    /// Shown in an empty conversation. Default none.
    pub welcome_message: Option<String>,
    /// After how long without a sign of life a visitor counts as gone. Default never.
    pub inactivity_timeout: Option<Duration>,
    /// After how long without a sign of an operator presence goes off. Default only when it is said.
    pub operator_timeout: Option<Duration>,
    /// What operators sign in with. Default none: the operator API is closed.
    pub operator_token: Option<OperatorToken>,
    /// Which sites may use the server from a browser. Default any.
    pub allowed_origins: Origins,
    /// How much one visitor, session or address may ask for.
    pub rate_limit: RateLimit,
    /// Most bytes of a request's body. Default 256 KiB; below 40 KiB the largest legal event is refused.
    pub max_body_bytes: usize,
    /// Most bytes of a request's headers together. Default 32 KiB.
    pub max_header_bytes: usize,
    /// How long a body may take to arrive. Default 15 s; files have their own time.
    pub body_timeout: Duration,
    /// Whether clients may hold a stream open. Default they may.
    pub streams: StreamPolicy,
    /// Most bytes of an uploaded file. Default 10 MiB.
    pub max_file_bytes: u64,
    /// MIME types of files that are taken.
    pub file_types: Vec<String>,
    /// What addresses of files begin with. Default `/pocketping`.
    pub public_url: Arc<str>,
    /// How long a conversation is kept after anything last happened in it. Default for ever.
    pub retention: Option<Duration>,
    /// Which widget versions are served.
    pub versions: VersionPolicy,
    /// Whose word about visitors' addresses is believed. Default nobody's.
    pub trusted_proxies: TrustedProxies,
    /// The header that they say it in. Default `x-forwarded-for`.
    pub proxy_header: HeaderName,
    /// What is done about visitors who look like programs. Default nothing.
    pub bot_detection: BotPolicy,
    /// When visitors are asked for a rating. Default when the host asks.
    pub csat: CsatPolicy,
    /// The form that asks how a visitor can be reached. Default none.
    pub pre_chat_form: Option<PreChatForm>,
    /// Elements whose use pages tell. Default none: the page's own.
    pub tracked_elements: Option<Vec<TrackedElement>>,
    /// How widgets look. Default as the page says.
    pub appearance: Appearance,
    /// When somebody answers. Default none: always.
    pub office_hours: Option<OfficeHours>,
    /// Where requests go that tell of what happens. Default nowhere.
    pub webhook: WebhookConfig,
    /// What identities are signed with. Default nothing: they are taken on trust.
    pub(crate) identity_secrets: IdentitySecrets,
    pub(crate) ip_filter: Option<IpFilter>,
    pub(crate) ua_filter: Option<UaFilter>,
}

impl Config {
    /// Whether identities have to be signed.
    pub fn signs_identities(&self) -> bool {
        !self.identity_secrets.is_empty()
    }
}

/// Shows everything but secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("welcome_message", &self.welcome_message)
            .field("inactivity_timeout", &self.inactivity_timeout)
            .field("operator_timeout", &self.operator_timeout)
            .field("operator_token", &self.operator_token)
            .field("allowed_origins", &self.allowed_origins)
            .field("rate_limit", &self.rate_limit)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("max_header_bytes", &self.max_header_bytes)
            .field("body_timeout", &self.body_timeout)
            .field("streams", &self.streams)
            .field("max_file_bytes", &self.max_file_bytes)
            .field("file_types", &self.file_types)
            .field("public_url", &self.public_url)
            .field("retention", &self.retention)
            .field("versions", &self.versions)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("proxy_header", &self.proxy_header)
            .field("bot_detection", &self.bot_detection)
            .field("csat", &self.csat)
            .field("pre_chat_form", &self.pre_chat_form)
            .field("tracked_elements", &self.tracked_elements)
            .field("appearance", &self.appearance)
            .field("office_hours", &self.office_hours)
            .field("webhook", &self.webhook)
            .field("identity_secrets", &self.identity_secrets)
            .field("ip_filter", &self.ip_filter)
            .field("ua_filter", &self.ua_filter)
            .finish()
    }
}
