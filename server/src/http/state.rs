//! What the routes of one server share.

use super::limits::{Limits, named};
use super::observe::note_session;
use super::places::Place;
use super::request_id::RequestIds;
use super::stream::OpenSockets;
use super::{ApiError, Logins};
use crate::{Config, PocketPing};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use pocketping_core::{SessionId, Value};
use std::net::IpAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The HTTP side of one server: the same for all of its routers.
pub(crate) struct Shared {
    limits: Option<Limits>,
    no_address_said: AtomicBool,
    pub(crate) logins: Logins,
    pub(crate) sockets: OpenSockets,
    openapi: OnceLock<Bytes>,
    pub(super) request_ids: RequestIds,
}

/// The place that a connection takes until this is dropped; see [`PocketPing::admit_connection`].
#[derive(Default)]
pub struct ConnectionPlace {
    _place: Place,
}

impl PocketPing {
    /// For hosts that accept connections themselves: whether this peer may have one more, see
    /// [`RateLimits::connections_per_address`](crate::RateLimits). Trusted proxies may have as many as they like. Keep the
    /// place until the connection ends; a WebSocket counts as a stream from its upgrade on.
    ///
    /// # Errors
    /// The answer to give instead of any other: 429. The connection is to be closed after it.
    pub fn admit_connection(&self, peer: IpAddr) -> Result<ConnectionPlace, Box<Response>> {
        match &self.http().limits {
            Some(limits) if !self.config().trusted_proxies.trusts(peer) => limits
                .enter_connection(peer)
                .map(|place| ConnectionPlace { _place: place })
                .map_err(|refusal| {
                    self.metrics().refused(refusal.code());
                    Box::new(refusal.into_response())
                }),
            _ => Ok(ConnectionPlace::default()),
        }
    }

    pub(crate) fn http(&self) -> &Shared {
        &self.inner().http
    }

    /// Waits until every WebSocket has ended; after [`shutdown`](Self::shutdown) that is soon, once the clients have
    /// answered the closing frame. A process that ends earlier cuts it off.
    pub async fn sockets_closed(&self) {
        self.http().sockets.none_left().await;
    }
}

impl Shared {
    pub(crate) fn new(config: &Config) -> Self {
        Shared {
            limits: Limits::new(config.rate_limit),
            no_address_said: AtomicBool::new(false),
            logins: Logins::new(config.operator_token.as_ref()),
            sockets: OpenSockets::default(),
            openapi: OnceLock::new(),
            request_ids: RequestIds::default(),
        }
    }

    /// The text of the OpenAPI document, which `make` makes when it is asked for first.
    pub(crate) fn openapi(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        self.openapi.get_or_init(make).clone()
    }

    /// Counts one request or frame of an address.
    ///
    /// # Errors
    /// 429 when its allowance is used up.
    pub(crate) fn count_address(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        match (&self.limits, address) {
            (Some(limits), Some(address)) => limits.count_address(address),
            (Some(_), None) => {
                // One bucket for everybody would let one visitor shut out all others.
                self.say_no_address();
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    /// Counts one request or frame in a session, which is then named in the log.
    ///
    /// # Errors
    /// 429 when its allowance is used up.
    pub(crate) fn count_session(&self, session: &SessionId) -> Result<(), ApiError> {
        note_session(session.as_str());
        match &self.limits {
            Some(limits) => limits.count_session(session.as_str()),
            None => Ok(()),
        }
    }

    /// Counts one request by the visitor and the session that its body names.
    ///
    /// # Errors
    /// 429 when the allowance of one of them is used up.
    pub(super) fn count_named(&self, body: &Value) -> Result<(), ApiError> {
        let (visitor, session) = named(body);
        if let Some(session) = session {
            note_session(session);
        }
        let Some(limits) = &self.limits else {
            return Ok(());
        };
        if let Some(visitor) = visitor {
            limits.count_visitor(visitor)?;
        }
        match session {
            // `/connect` names a session that the visitor may have no longer.
            Some(session) if visitor.is_none() => limits.count_session(session),
            _ => Ok(()),
        }
    }

    /// Takes a place for one more stream of an address.
    ///
    /// # Errors
    /// 429 when it has too many open.
    pub(crate) fn enter_stream(&self, address: Option<IpAddr>) -> Result<Place, ApiError> {
        match (&self.limits, address) {
            (Some(limits), Some(address)) => limits.enter_stream(address),
            _ => Ok(Place::default()),
        }
    }

    fn say_no_address(&self) {
        if !self.no_address_said.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "no limits by address: serve with into_make_service_with_connect_info::<SocketAddr>() so that \
                 addresses are known"
            );
        }
    }
}
