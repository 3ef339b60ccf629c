//! Rate limits, by the caller's address.

use crate::RateLimit;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// After so many checks the addresses whose allowance is full again are forgotten.
const CHECKS_BETWEEN_CLEANINGS: u32 = 1 << 16;

/// Counts requests of each address.
pub(crate) struct Limiter {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl Limiter {
    /// `None` when nothing is limited.
    pub(super) fn new(limit: RateLimit) -> Option<Self> {
        let RateLimit::PerAddress { per_second, burst } = limit else {
            return None;
        };
        Some(Limiter {
            addresses: RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst)),
            clock: DefaultClock::default(),
            checks: AtomicU32::new(0),
        })
    }

    /// Counts one request.
    ///
    /// # Errors
    /// How long to wait, when the allowance is used up.
    pub(super) fn check(&self, address: IpAddr) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_CLEANINGS
            == CHECKS_BETWEEN_CLEANINGS - 1
        {
            self.addresses.retain_recent();
            self.addresses.shrink_to_fit();
        }
        let verdict = self.addresses.check_key(&household(address));
        verdict.map_err(|wait| wait.wait_time_from(self.clock.now()))
    }
}

/// What one subscriber holds: an IPv4 address, or an IPv6 network of 64 bits.
fn household(address: IpAddr) -> IpAddr {
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
    use std::num::NonZeroU32;

    #[test]
    fn an_address_that_used_its_burst_has_to_wait_and_others_do_not() {
        let one = NonZeroU32::MIN;
        let two = NonZeroU32::new(2).unwrap();
        let limiter = Limiter::new(RateLimit::PerAddress {
            per_second: one,
            burst: two,
        })
        .unwrap();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(limiter.check(address("10.0.0.1")).is_ok());
        assert!(limiter.check(address("10.0.0.1")).is_ok());
        assert!(limiter.check(address("10.0.0.1")).unwrap_err() <= Duration::from_secs(1));
        assert!(limiter.check(address("10.0.0.2")).is_ok());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_subscriber() {
        let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        let other: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(household(one), household(other));
        assert_eq!(household(mapped), "10.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn off_means_no_limiter() {
        assert!(Limiter::new(RateLimit::Off).is_none());
    }
}
