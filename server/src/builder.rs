//! [`Builder`]: from options to a running server.

mod check;

use crate::bus::{EventBus, LocalBus};
use crate::config::OperatorToken;
use crate::config::{UaBlocked, UaHook};
use crate::files::FileStore;
use crate::hooks::{HookOutcome, Hooks, Registry, async_hook, sync_hook};
use crate::pocketping::Inner;
use crate::proxy::{AddressRange, TrustedProxies};
use crate::service::Uploads;
use crate::storage::{MemoryStorage, Storage};
use crate::version::VersionPolicy;
use crate::{Clock, Config, ConfigProblems, Origins, PocketPing, RateLimit, Rng, SystemClock, SystemRng};
use pocketping_core::model::{CustomEvent, Message, Session};
use pocketping_core::ua::{NativeUaFilter, UaFilterConfig};
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex};
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
    operator_token: Option<String>,
    origins: Origins,
    rate_limit: RateLimit,
    max_body_bytes: usize,
    files: Option<Arc<dyn FileStore>>,
    max_file_bytes: u64,
    file_types: Vec<String>,
    public_url: String,
    retention: Option<Duration>,
    versions: VersionPolicy,
    proxies: Vec<AddressRange>,
    ua_filter: Option<UaFilterConfig>,
    ua_hook: Option<UaHook>,
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
            operator_token: None,
            origins: Origins::default(),
            rate_limit: RateLimit::default(),
            max_body_bytes: 256 * 1024,
            files: None,
            max_file_bytes: 10 * 1024 * 1024,
            file_types: FILE_TYPES.map(str::to_owned).to_vec(),
            public_url: "/pocketping".to_owned(),
            retention: None,
            versions: VersionPolicy::default(),
            proxies: Vec::new(),
            ua_filter: None,
            ua_hook: None,
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

    /// The secret that operators sign in with, at least 16 bytes. Default none: the operator API and the
    /// inbox are closed. Whoever has it reads and answers every conversation.
    #[must_use]
    pub fn operator_token(mut self, token: impl Into<String>) -> Self {
        self.operator_token = Some(token.into());
        self
    }

    /// Which sites may use the server from a browser. Default any.
    #[must_use]
    pub fn allowed_origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// How many requests one address may make. Default 200 a second, 400 at once.
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Most bytes of a request's body. Default 256 KiB. Each request may hold that much memory; below
    /// 40 KiB the largest legal event is refused, below 16 KiB the largest legal message.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
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

    /// The oldest widget version that is served, such as `2.0.0`; older ones get 426. Default any.
    #[must_use]
    pub fn min_widget_version(mut self, version: impl Into<String>) -> Self {
        self.versions.min = Some(version.into());
        self
    }

    /// The newest widget version; older ones are told. Default none.
    #[must_use]
    pub fn latest_widget_version(mut self, version: impl Into<String>) -> Self {
        self.versions.latest = Some(version.into());
        self
    }

    /// What unsupported and deprecated widgets are told. Default a sentence with the versions.
    #[must_use]
    pub fn version_message(mut self, text: impl Into<String>) -> Self {
        self.versions.message = Some(text.into());
        self
    }

    /// Where upgrading is explained. Default PocketPing's documentation.
    #[must_use]
    pub fn upgrade_url(mut self, url: impl Into<String>) -> Self {
        self.versions.upgrade_url = Some(url.into());
        self
    }

    /// The proxies whose `X-Forwarded-For` is believed. Default nobody's: behind a proxy all visitors then
    /// share one rate limit. Believing everybody's lets visitors pick their address.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = AddressRange>) -> Self {
        self.proxies.extend(proxies);
        self
    }

    /// Filters requests by user agent (PROTOCOL §5.6). Default nothing is filtered.
    #[must_use]
    pub fn ua_filter(mut self, config: UaFilterConfig) -> Self {
        self.ua_filter = Some(config);
        self
    }

    /// Decides about a user agent before the lists do: `Some(true)` lets it in, `Some(false)` blocks it,
    /// `None` leaves it to the lists. Only with a filter that is enabled.
    #[must_use]
    pub fn ua_hook(mut self, hook: impl Fn(&str) -> Option<bool> + Send + Sync + 'static) -> Self {
        self.ua_hook = Some(Box::new(hook));
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

    /// Runs on each new session. May be called several times; a `Result`'s error is logged.
    #[must_use]
    pub fn on_session_start<O: HookOutcome>(
        mut self,
        hook: impl Fn(Session) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks.session_start.push(sync_hook(hook));
        self
    }

    /// Like [`on_session_start`](Self::on_session_start), with a future.
    #[must_use]
    pub fn on_session_start_async<F>(mut self, hook: impl Fn(Session) -> F + Send + Sync + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks.session_start.push(async_hook(hook));
        self
    }

    /// Runs on each new message of either side, notes among operators aside. A hook that answers has to
    /// look at the sender, or it answers itself.
    #[must_use]
    pub fn on_message<O: HookOutcome>(
        mut self,
        hook: impl Fn(Message, Session) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks
            .message
            .push(sync_hook(move |(message, session)| hook(message, session)));
        self
    }

    /// Like [`on_message`](Self::on_message), with a future.
    #[must_use]
    pub fn on_message_async<F>(mut self, hook: impl Fn(Message, Session) -> F + Send + Sync + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks
            .message
            .push(async_hook(move |(message, session)| hook(message, session)));
        self
    }

    /// Runs on each custom event of this name that a page sends; `*` on any, after those of the name.
    #[must_use]
    pub fn on_event<O: HookOutcome>(
        mut self,
        name: impl Into<String>,
        hook: impl Fn(CustomEvent, Session) -> O + Send + Sync + 'static,
    ) -> Self {
        let hook = sync_hook(move |(event, session)| hook(event, session));
        self.hooks.event.push((name.into(), hook));
        self
    }

    /// Like [`on_event`](Self::on_event), with a future.
    #[must_use]
    pub fn on_event_async<F>(
        mut self,
        name: impl Into<String>,
        hook: impl Fn(CustomEvent, Session) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        let hook = async_hook(move |(event, session)| hook(event, session));
        self.hooks.event.push((name.into(), hook));
        self
    }

    /// The server.
    ///
    /// # Errors
    /// Names every option that cannot be used.
    pub fn build(self) -> Result<PocketPing, ConfigProblems> {
        let filter = self.ua_filter.as_ref().map(NativeUaFilter::compile);
        let problems = check::problems(&self, filter.as_ref());
        if !problems.is_empty() {
            return Err(ConfigProblems(problems));
        }
        let ua = self.ua_filter.unwrap_or_default();
        let config = Config {
            welcome_message: self.welcome_message.filter(|text| !text.is_empty()),
            operator_token: self.operator_token.map(OperatorToken::new),
            allowed_origins: self.origins,
            rate_limit: self.rate_limit,
            max_body_bytes: self.max_body_bytes,
            max_file_bytes: self.max_file_bytes,
            file_types: self.file_types,
            public_url: self.public_url.trim_end_matches('/').into(),
            retention: self.retention,
            versions: self.versions,
            trusted_proxies: TrustedProxies::new(self.proxies),
            ua_filter: filter.filter(|_| ua.enabled),
            ua_hook: self.ua_hook,
            ua_blocked: UaBlocked {
                status: ua.blocked_status_code,
                message: ua.blocked_message,
                log: ua.log_blocked,
            },
        };
        let token = config.operator_token.as_ref();
        Ok(PocketPing::new(Inner {
            uploads: self.files.map(|files| Uploads::new(files, token, &*self.rng)),
            http: crate::http::Shared::new(&config),
            config,
            storage: self.storage.unwrap_or_else(|| Arc::new(MemoryStorage::new())),
            bus: self.bus.unwrap_or_else(|| Arc::new(LocalBus::new())),
            clock: self.clock,
            rng: self.rng,
            hooks: Hooks::new(self.hooks),
            operator_online: AtomicBool::new(false),
            operators: Mutex::default(),
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
        assert!(pp.config().check_user_agent(Some("Googlebot/2.1")).is_none());
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
        let allowed = |ua| pp.config().check_user_agent(Some(ua)).unwrap().allowed;
        assert!(!allowed("Googlebot/2.1"));
        assert!(allowed("Googlebot/2.1 friendly"));
    }
}
