//! PocketPing's server: conversations between the visitors of a site and those who answer, as a library.
//!
//! [`PocketPing`] is the server without its HTTP; everything that a route, a bridge or the host's own code
//! can do is a method of it. Below it lie ports with replaceable adapters: [`storage::Storage`],
//! [`files::FileStore`], [`bus::EventBus`], [`Clock`], [`Rng`].

#![forbid(unsafe_code)]

mod assets;
mod builder;
pub use builder::Builder;
pub mod bus;
mod clock;
pub use clock::{Clock, SystemClock};
mod config;
pub use config::{
    Appearance, Config, ConfigProblem, ConfigProblems, CsatPolicy, OfficeHours, OfficeHoursConfig,
    OperatorToken, Origins, Rate, RateLimit, RateLimits, StreamPolicy, WebhookConfig, WebhookKind,
    WebhookKindError,
};
pub mod files;
mod filter;
pub use filter::{
    AddressRange, AddressRangeError, AddressReason, AddressVerdict, BotFacts, BotPolicy, BotReason,
    IpFilterConfig, TrustedProxies,
};
mod hex;
mod hooks;
pub use hooks::{Departure, EventSubscription, HookOutcome};
mod http;
pub use http::ConnectionPlace;
mod id;
pub use id::secret;
mod identity;
mod metrics;
mod pocketping;
pub use pocketping::PocketPing;
mod rng;
pub use rng::{Rng, SystemRng};
mod routes;
mod service;
pub use service::{Acting, ChangedOperator, Client, NewToken, OperatorMessage, Page, ServiceError, Staff};
pub mod storage;
pub use storage::SessionFilter;
mod stream;
pub use stream::{After, Delivery, Envelope, Subscription};
#[cfg(test)]
mod test_log;
mod version;
pub use version::VersionPolicy;
mod view;
mod visits;
mod webhook;
