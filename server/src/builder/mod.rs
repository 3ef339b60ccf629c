//! [`Builder`]: from options to a running server.

mod check;
mod hooks;
mod protection;
mod webhook;
mod widget;

use crate::bus::{EventBus, LocalBus};
use crate::files::FileStore;
use crate::filter::{
    AddressRange, BotPolicy, IpFilter, IpFilterConfig, IpHook, TrustedProxies, UaFilter, UaHook,
};
use crate::hooks::{Hooks, Registry};
use crate::identity::IdentitySecrets;
use crate::metrics::Metrics;
use crate::pocketping::Inner;
use crate::service::{Attendance, OperatorPresence, ToldReachability, Uploads};
use crate::storage::{MemoryStorage, Storage};
use crate::version::VersionPolicy;
use crate::visits::Visits;
use crate::webhook::Webhooks;
use crate::{
    Appearance, Clock, Config, ConfigProblems, CsatPolicy, OfficeHours, OfficeHoursConfig, OperatorToken,
    Origins, PocketPing, RateLimit, Rng, StreamPolicy, SystemClock, SystemRng, WebhookConfig,
};
use axum::http::HeaderName;
use pocketping_core::model::{PreChatForm, TrackedElement};
use pocketping_core::ua::{NativeUaFilter, UaFilterConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::Duration;

/// What PROTOCOL §1.3 allows unless said otherwise.
const FILE_TYPES: [&str; 14] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "text/csv",
    "application/zip",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "video/mp4",
    "audio/mpeg",
];

/// Options of a server. Each has a default that works; [`build`](Self::build) checks them all.
pub struct Builder {
    welcome_message: Option<String>,
    inactivity_timeout: Option<Duration>,
    operator_timeout: Option<Duration>,
    operator_token: Option<String>,
    origins: Origins,
    rate_limit: RateLimit,
    max_body_bytes: usize,
    max_header_bytes: usize,
    body_timeout: Duration,
    streams: StreamPolicy,
    files: Option<Arc<dyn FileStore>>,
    max_file_bytes: u64,
    file_types: Vec<String>,
    public_url: String,
    retention: Option<Duration>,
    versions: VersionPolicy,
    proxies: Vec<AddressRange>,
    proxy_header: String,
    ip_filter: IpFilterConfig,
    ip_hook: Option<IpHook>,
    ua_filter: UaFilterConfig,
    ua_hook: Option<UaHook>,
    bot_detection: BotPolicy,
    identity_secrets: Vec<String>,
    csat: CsatPolicy,
    pre_chat_form: Option<PreChatForm>,
    tracked_elements: Option<Vec<TrackedElement>>,
    appearance: Appearance,
    office_hours: Option<OfficeHoursConfig>,
    webhook: WebhookConfig,
    storage: Option<Arc<dyn Storage>>,
    bus: Option<Arc<dyn EventBus>>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    hooks: Registry,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            welcome_message: None,
            inactivity_timeout: None,
            operator_timeout: None,
            operator_token: None,
            origins: Origins::default(),
            rate_limit: RateLimit::default(),
            max_body_bytes: 256 * 1024,
            max_header_bytes: 32 * 1024,
            body_timeout: Duration::from_secs(15),
            streams: StreamPolicy::default(),
            files: None,
            max_file_bytes: 10 * 1024 * 1024,
            file_types: FILE_TYPES.map(str::to_owned).to_vec(),
            public_url: "/pocketping".to_owned(),
            retention: None,
            versions: VersionPolicy::default(),
            proxies: Vec::new(),
            proxy_header: "x-forwarded-for".to_owned(),
            ip_filter: IpFilterConfig::default(),
            ip_hook: None,
            ua_filter: UaFilterConfig::default(),
            ua_hook: None,
            bot_detection: BotPolicy::default(),
            identity_secrets: Vec::new(),
            csat: CsatPolicy::default(),
            pre_chat_form: None,
            tracked_elements: None,
            appearance: Appearance::default(),
            office_hours: None,
            webhook: WebhookConfig::default(),
            storage: None,
            bus: None,
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            hooks: Registry::default(),
        }
    }
}

impl Builder {
    /// Text that visitors see in an empty conversation. Default none.
    #[must_use]
    pub fn welcome_message(mut self, text: impl Into<String>) -> Self {
        self.welcome_message = Some(text.into());
        self
    }

    /// After how long without a sign of life (no open stream, no request) a visitor counts as gone: disconnect hooks run and
    /// operators see it. Default never, only when the browser says so. It takes effect when
    /// [`PocketPing::dismiss_inactive`] is called from time to time, as the binary does. Less than a minute makes visitors
    /// leave and come back while they read.
    #[must_use]
    pub fn inactivity_timeout(mut self, time: Duration) -> Self {
        self.inactivity_timeout = Some(time);
        self
    }

    /// Derives presence from what operators do: who writes, types, notes or reads is online, and nobody is after so long
    /// without one of these and without an open stream of operators. Default it is as
    /// [`PocketPing::set_operator_online`] says, which goes on working and counts as such a sign. Going off takes effect
    /// when [`PocketPing::settle_presence`] is called from time to time, as the binary does.
    #[must_use]
    pub fn operator_timeout(mut self, time: Duration) -> Self {
        self.operator_timeout = Some(time);
        self
    }

    /// The secret that operators sign in with, at least 16 bytes. Default none: the operator API and the
    /// inbox are closed. Whoever has it reads and answers every conversation.
    #[must_use]
    pub fn operator_token(mut self, token: impl Into<String>) -> Self {
        self.operator_token = Some(token.into());
        self
    }

    /// Whether clients may hold a stream open. Default they may; [`StreamPolicy::Off`] is for hosts that cannot: a stream that
    /// never comes about is waited for, and costs a serverless host its whole time limit.
    #[must_use]
    pub fn streams(mut self, policy: StreamPolicy) -> Self {
        self.streams = policy;
        self
    }

    /// Where the bytes of uploaded files are kept. Default nowhere: uploads are refused, and the widget does
    /// not offer them.
    #[must_use]
    pub fn files(self, files: impl FileStore) -> Self {
        self.files_arc(Arc::new(files))
    }

    /// Where the bytes of uploaded files are kept, shared with the caller.
    #[must_use]
    pub fn files_arc(mut self, files: Arc<dyn FileStore>) -> Self {
        self.files = Some(files);
        self
    }

    /// Most bytes of an uploaded file. Default 10 MiB. They go to the file store as they arrive and not into
    /// memory; a session may have 40 files waiting for their messages.
    #[must_use]
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// MIME types of files that are taken. Default pictures (JPEG, PNG, GIF, WebP), PDF, plain text, CSV, ZIP,
    /// Word, Excel, MP4 and MP3. Whatever is added is only ever offered for saving, unless it is a picture
    /// without scripts, sound or video.
    #[must_use]
    pub fn file_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.file_types = types
            .into_iter()
            .map(|kind| kind.into().to_ascii_lowercase())
            .collect();
        self
    }

    /// What addresses of files begin with: where browsers reach the routes, such as
    /// `https://chat.example/pocketping`. Default `/pocketping`, a path of the server itself, which our
    /// widget and inbox resolve; other widgets on other sites need the whole address. It is stored with each
    /// file: after a change, earlier ones keep theirs.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = url.into();
        self
    }

    /// How long a conversation is kept after anything last happened in it, at least an hour. Default for ever.
    /// Afterwards it is erased with its messages, files and what is known of its visitor, for good; see
    /// [`PocketPing::erase_old`].
    #[must_use]
    pub fn retention(mut self, age: Duration) -> Self {
        self.retention = Some(age);
        self
    }

    /// Where conversations are kept. Default in memory, where a restart loses them.
    #[must_use]
    pub fn storage(self, storage: impl Storage) -> Self {
        self.storage_arc(Arc::new(storage))
    }

    /// Where conversations are kept, shared with the caller.
    #[must_use]
    pub fn storage_arc(mut self, storage: Arc<dyn Storage>) -> Self {
        self.storage = Some(storage);
        self
    }

    /// What carries events to streams. Default within this process.
    #[must_use]
    pub fn event_bus(mut self, bus: impl EventBus) -> Self {
        self.bus = Some(Arc::new(bus));
        self
    }

    /// Where the time comes from. Default the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where random bytes come from. Default the operating system. Ids are secrets: a weak source lets
    /// visitors guess each other's.
    #[must_use]
    pub fn rng(mut self, rng: impl Rng) -> Self {
        self.rng = Arc::new(rng);
        self
    }

    /// Everything that [`build`](Self::build) would refuse.
    ///
    /// # Errors
    /// Names every option that cannot be used.
    pub fn check(&self) -> Result<(), ConfigProblems> {
        match check::problems(self) {
            problems if problems.is_empty() => Ok(()),
            problems => Err(ConfigProblems(problems)),
        }
    }

    /// The server.
    ///
    /// # Errors
    /// Names every option that cannot be used.
    pub fn build(self) -> Result<PocketPing, ConfigProblems> {
        self.check()?;
        let target = webhook::target(&self.webhook)?;
        let office_hours = self.office_hours.as_ref().map(OfficeHours::new).transpose()?;
        let storage = self.storage.unwrap_or_else(|| Arc::new(MemoryStorage::new()));
        let webhooks = target.map(|target| {
            let (clock, rng) = (Arc::clone(&self.clock), Arc::clone(&self.rng));
            Webhooks::new(target, &self.webhook.forward, Arc::clone(&storage), clock, rng)
        });
        let ua_lists = NativeUaFilter::compile(&self.ua_filter);
        let config = Config {
            welcome_message: self.welcome_message.filter(|text| !text.is_empty()),
            inactivity_timeout: self.inactivity_timeout,
            operator_timeout: self.operator_timeout,
            operator_token: self.operator_token.map(OperatorToken::new),
            allowed_origins: self.origins,
            rate_limit: self.rate_limit,
            max_body_bytes: self.max_body_bytes,
            max_header_bytes: self.max_header_bytes,
            body_timeout: self.body_timeout,
            streams: self.streams,
            max_file_bytes: self.max_file_bytes,
            file_types: self.file_types,
            public_url: self.public_url.trim_end_matches('/').into(),
            retention: self.retention,
            versions: self.versions,
            trusted_proxies: TrustedProxies::new(self.proxies),
            // Checked above.
            proxy_header: HeaderName::try_from(self.proxy_header)
                .unwrap_or(HeaderName::from_static("x-forwarded-for")),
            bot_detection: self.bot_detection,
            csat: self.csat,
            pre_chat_form: self.pre_chat_form,
            tracked_elements: self.tracked_elements,
            appearance: self.appearance,
            office_hours,
            webhook: self.webhook,
            identity_secrets: IdentitySecrets::new(&self.identity_secrets),
            ip_filter: IpFilter::new(self.ip_filter, self.ip_hook),
            ua_filter: UaFilter::new(self.ua_filter, ua_lists, self.ua_hook),
        };
        let token = config.operator_token.as_ref();
        let metrics = Metrics::new();
        Ok(PocketPing::new(Inner {
            uploads: self.files.map(|files| Uploads::new(files, token, &*self.rng)),
            http: crate::http::Shared::new(&config),
            visits: Visits::new(config.inactivity_timeout),
            config,
            storage,
            bus: self.bus.unwrap_or_else(|| Arc::new(LocalBus::new())),
            clock: self.clock,
            rng: self.rng,
            hooks: Hooks::new(self.hooks, metrics.hooks_waiting()),
            metrics,
            is_stopping: AtomicBool::new(false),
            webhooks,
            presence: OperatorPresence::default(),
            attendance: Attendance::default(),
            told_reachability: ToldReachability::default(),
            erased_old: AtomicI64::new(0),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_build() {
        let pp = PocketPing::builder().build().unwrap();
        assert!(pp.config().operator_token.is_none());
        assert!(pp.check_ua_filter(Some("Googlebot/2.1")).is_none());
    }

    #[test]
    fn the_hook_decides_before_the_lists() {
        let filter = UaFilterConfig {
            enabled: true,
            ..Default::default()
        };
        let pp = PocketPing::builder()
            .ua_filter(filter)
            .ua_hook(|ua| ua.contains("friendly").then_some(true))
            .build()
            .unwrap();
        let allowed = |ua| pp.check_ua_filter(Some(ua)).unwrap().allowed;
        assert!(!allowed("Googlebot/2.1"));
        assert!(allowed("Googlebot/2.1 friendly"));
    }
}
