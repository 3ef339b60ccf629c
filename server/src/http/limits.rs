//! The limits of one server at work: who has asked for how much.

use super::ApiError;
use super::places::{Place, Places};
use super::rate::{Limiter, household};
use crate::{RateLimit, RateLimits};
use pocketping_core::Value;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

/// Counts requests by address, visitor and session, and open streams and connections by address.
pub(super) struct Limits {
    address: Limiter<IpAddr>,
    /// By a hash of the id: ids are as long as their senders like.
    visitor: Limiter<u64>,
    session: Limiter<u64>,
    hasher: RandomState,
    streams: Places,
    connections: Places,
}

impl Limits {
    /// `None` when nothing is limited.
    pub(super) fn new(limit: RateLimit) -> Option<Self> {
        let RateLimit::On(RateLimits {
            address,
            visitor,
            session,
            streams_per_address,
            connections_per_address,
        }) = limit
        else {
            return None;
        };
        Some(Limits {
            address: Limiter::new(address),
            visitor: Limiter::new(visitor),
            session: Limiter::new(session),
            hasher: RandomState::new(),
            streams: Places::new(streams_per_address),
            connections: Places::new(connections_per_address),
        })
    }

    pub(super) fn count_address(&self, address: IpAddr) -> Result<(), ApiError> {
        let counted = self.address.check(&household(address));
        counted.map_err(|wait| ApiError::rate_limited("from this address", wait))
    }

    pub(super) fn count_visitor(&self, visitor: &str) -> Result<(), ApiError> {
        let counted = self.visitor.check(&self.hasher.hash_one(visitor));
        counted.map_err(|wait| ApiError::rate_limited("of this visitor", wait))
    }

    pub(super) fn count_session(&self, session: &str) -> Result<(), ApiError> {
        let counted = self.session.check(&self.hasher.hash_one(session));
        counted.map_err(|wait| ApiError::rate_limited("in this session", wait))
    }

    pub(super) fn enter_stream(&self, address: IpAddr) -> Result<Place, ApiError> {
        self.streams.enter(address).ok_or_else(ApiError::too_many_streams)
    }

    pub(super) fn enter_connection(&self, address: IpAddr) -> Result<Place, ApiError> {
        self.connections
            .enter(address)
            .ok_or_else(ApiError::too_many_connections)
    }
}

/// The visitor and the session that a body names, in both spellings.
pub(super) fn named(body: &Value) -> (Option<&str>, Option<&str>) {
    let text = |key: &str| {
        body.as_object()
            .and_then(|object| object.get_lenient(key))
            .and_then(Value::as_str)
    };
    (text("visitorId"), text("sessionId"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rate;
    use std::num::NonZeroU32;

    #[test]
    fn a_stream_that_ends_gives_its_place_back() {
        let limits = Limits::new(RateLimit::On(RateLimits {
            streams_per_address: NonZeroU32::new(2).unwrap(),
            ..Default::default()
        }))
        .unwrap();
        let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let first = limits.enter_stream(one).unwrap();
        let _second = limits.enter_stream(one).unwrap();
        assert!(limits.enter_stream(one).is_err());
        assert!(limits.enter_stream(other).is_ok());
        drop(first);
        let _third = limits.enter_stream(one).unwrap();
        assert!(limits.enter_stream(one).is_err());
        assert_eq!(
            limits.streams.addresses(),
            1,
            "an address without streams is forgotten"
        );
    }

    #[test]
    fn each_kind_has_its_own_allowance() {
        let limits = Limits::new(RateLimit::On(RateLimits {
            visitor: Rate::new(1, 1),
            session: Rate::new(1, 1),
            ..Default::default()
        }))
        .unwrap();
        assert!(limits.count_visitor("a").is_ok() && limits.count_session("a").is_ok());
        assert!(limits.count_visitor("a").is_err() && limits.count_session("a").is_err());
        assert!(limits.count_visitor("b").is_ok());
    }

    #[test]
    fn off_means_no_limits() {
        assert!(Limits::new(RateLimit::Off).is_none());
    }
}
