//! Options that protect a server: who is let in, and how much they may ask for.

use super::Builder;
use crate::filter::{AddressRange, BotPolicy, IpFilterConfig};
use crate::{Origins, RateLimit};
use pocketping_core::ua::UaFilterConfig;
use std::net::IpAddr;
use std::time::Duration;

impl Builder {
    /// Which sites may use the server from a browser. Default any.
    #[must_use]
    pub fn allowed_origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// How much one visitor, session or address may ask for. Default as [`RateLimits`](crate::RateLimits) says: no
    /// person notices. Lower limits hinder people who type fast, higher ones leave more room for floods.
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

    /// Most bytes of a request's headers together, names and values. Default 32 KiB; more is answered with 431. Pages with
    /// many cookies need some room when they are served from the server's own origin.
    #[must_use]
    pub fn max_header_bytes(mut self, bytes: usize) -> Self {
        self.max_header_bytes = bytes;
        self
    }

    /// How long a request's body may take to arrive. Default 15 s; more is answered with 408. Phones on bad networks need
    /// a few seconds. The bytes of files have their own time.
    #[must_use]
    pub fn body_timeout(mut self, time: Duration) -> Self {
        self.body_timeout = time;
        self
    }

    /// The proxies that are believed about who is calling. Default nobody's: behind a proxy all visitors then
    /// share one rate limit. Believing everybody's lets visitors pick their address.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = AddressRange>) -> Self {
        self.proxies.extend(proxies);
        self
    }

    /// The header in which trusted proxies name the caller's address. Default `x-forwarded-for`, a list to which each
    /// proxy appends. Others (`x-real-ip`, `cf-connecting-ip`) are safe only when the proxy replaces what visitors send.
    #[must_use]
    pub fn proxy_header(mut self, name: impl Into<String>) -> Self {
        self.proxy_header = name.into();
        self
    }

    /// Filters requests by address (PROTOCOL §5.5): all routes and streams, those of operators too. Default nothing
    /// is filtered.
    #[must_use]
    pub fn ip_filter(mut self, config: IpFilterConfig) -> Self {
        self.ip_filter = config;
        self
    }

    /// Decides about an address before the lists do: `Some(true)` lets it in, `Some(false)` blocks it, `None` leaves it
    /// to the lists. Only with a filter that is enabled. It runs on each request and must not block.
    #[must_use]
    pub fn ip_hook(mut self, hook: impl Fn(IpAddr) -> Option<bool> + Send + Sync + 'static) -> Self {
        self.ip_hook = Some(Box::new(hook));
        self
    }

    /// Filters requests of visitors by user agent (PROTOCOL §5.6). Default nothing is filtered.
    #[must_use]
    pub fn ua_filter(mut self, config: UaFilterConfig) -> Self {
        self.ua_filter = config;
        self
    }

    /// Decides about a user agent before the lists do: `Some(true)` lets it in, `Some(false)` blocks it,
    /// `None` leaves it to the lists. Only with a filter that is enabled.
    #[must_use]
    pub fn ua_hook(mut self, hook: impl Fn(&str) -> Option<bool> + Send + Sync + 'static) -> Self {
        self.ua_hook = Some(Box::new(hook));
        self
    }

    /// What is done about visitors who look like programs, by address, user agent and the widget's own signs
    /// (PROTOCOL §5.7). Default nothing.
    #[must_use]
    pub fn bot_detection(mut self, policy: BotPolicy) -> Self {
        self.bot_detection = policy;
        self
    }

    /// What the site signs identities with (EXTENSIONS, Signed identity), at least 16 bytes each. Default nothing: who a
    /// visitor claims to be is taken as a claim. With a secret, identities that are not signed are refused. Give two to let
    /// a new one take over from an old one; whoever has one can be any visitor.
    #[must_use]
    pub fn identity_secrets(mut self, secrets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.identity_secrets = secrets.into_iter().map(Into::into).collect();
        self
    }
}
