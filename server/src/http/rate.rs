//! Rate limits, by address, visitor and session.

use crate::Rate;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// After so many checks the keys whose allowance is full again are forgotten.
const CHECKS_BETWEEN_CLEANINGS: u32 = 1 << 16;

/// Counts requests of each key.
pub(super) struct Limiter<K: Hash + Eq + Clone> {
    keys: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub(super) fn new(rate: Rate) -> Self {
        Limiter {
            keys: RateLimiter::keyed(Quota::per_second(rate.per_second).allow_burst(rate.burst)),
            clock: DefaultClock::default(),
            checks: AtomicU32::new(0),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// How long to wait, when the allowance is used up.
    pub(super) fn check(&self, key: &K) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_CLEANINGS
            == CHECKS_BETWEEN_CLEANINGS - 1
        {
            self.keys.retain_recent();
            self.keys.shrink_to_fit();
        }
        let verdict = self.keys.check_key(key);
        verdict.map_err(|wait| wait.wait_time_from(self.clock.now()))
    }
}

/// What one subscriber holds: an IPv4 address, or an IPv6 network of 64 bits.
pub(super) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_used_its_burst_has_to_wait_and_others_do_not() {
        let limiter = Limiter::new(Rate::new(1, 2));
        assert!(limiter.check(&"a").is_ok());
        assert!(limiter.check(&"a").is_ok());
        assert!(limiter.check(&"a").unwrap_err() <= Duration::from_secs(1));
        assert!(limiter.check(&"b").is_ok());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_subscriber() {
        let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        let other: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(household(one), household(other));
        assert_eq!(household(mapped), "10.0.0.1".parse::<IpAddr>().unwrap());
    }
}
