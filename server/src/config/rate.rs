//! How much one visitor, session or address may ask for.

use std::num::NonZeroU32;

/// Whether and how requests are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// Everybody may ask for as much as they like: for tests and trusted networks.
    Off,
    /// So much.
    On(RateLimits),
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit::On(RateLimits::default())
    }
}

/// So many on average, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests that are given back each second.
    pub per_second: NonZeroU32,
    /// Requests that may come at once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// `per_second` on average and `burst` at once; 0 counts as 1.
    pub const fn new(per_second: u32, burst: u32) -> Self {
        Rate {
            per_second: at_least_one(per_second),
            burst: at_least_one(burst),
        }
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// The limits. Operators with the token are under none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests and frames of one address (IPv6: one network of 64 bits). Default 200 a second and 400 at once: ten
    /// visitors behind one address who all type fast stay below (each sends about ten typing signals and one
    /// message a second).
    pub address: Rate,
    /// Requests that name one visitor: `/connect`. Default 5 a second and 30 at once; pages of one browser connect
    /// once each, and again after each cut.
    pub visitor: Rate,
    /// Requests and frames that name one session, whatever addresses they come from. Default 50 a second and 150 at
    /// once: existing widgets send a typing signal with each key.
    pub session: Rate,
    /// Streams that one address may have open at once. Default 500: an office behind one address.
    pub streams_per_address: NonZeroU32,
    /// Connections that one address may have open at once, for hosts that ask
    /// [`admit_connection`](crate::PocketPing::admit_connection), as the binary does. Default 1000: browsers open several.
    pub connections_per_address: NonZeroU32,
}

impl Default for RateLimits {
    fn default() -> Self {
        RateLimits {
            address: Rate::new(200, 400),
            visitor: Rate::new(5, 30),
            session: Rate::new(50, 150),
            streams_per_address: at_least_one(500),
            connections_per_address: at_least_one(1000),
        }
    }
}
