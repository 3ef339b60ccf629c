//! Who is let in: by address, by what a browser says of itself, by signs of a program.
//!
//! Decisions only; [`crate::http`] asks and answers.

mod address;
pub use address::{AddressReason, AddressVerdict, IpFilterConfig};
pub(crate) use address::{IpFilter, IpHook};
mod bot;
pub(crate) use bot::detect_bot;
pub use bot::{BotFacts, BotPolicy, BotReason};
mod bot_lists;
mod proxy;
pub use proxy::TrustedProxies;
mod range;
pub use range::{AddressRange, AddressRangeError};
mod user_agent;
pub(crate) use user_agent::{UaFilter, UaHook};

/// How a request is answered that a filter has blocked (PROTOCOL §5.5, §5.6).
pub(crate) struct Blocked<'c> {
    /// HTTP status.
    pub(crate) status: u16,
    /// Error text.
    pub(crate) message: &'c str,
    /// Whether to log it.
    pub(crate) log: bool,
}
