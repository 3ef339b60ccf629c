//! What the routes of one server share.

use super::rate::Limiter;
use super::stream::OpenSockets;
use super::{ApiError, Logins};
use crate::{Config, PocketPing};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

/// The HTTP side of one server: the same for all of its routers.
pub(crate) struct Shared {
    limiter: Option<Limiter>,
    no_address_said: AtomicBool,
    pub(crate) logins: Logins,
    pub(crate) sockets: OpenSockets,
}

impl PocketPing {
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
            limiter: Limiter::new(config.rate_limit),
            no_address_said: AtomicBool::new(false),
            logins: Logins::new(config.operator_token.as_ref()),
            sockets: OpenSockets::default(),
        }
    }

    /// Counts one request or frame of an address.
    ///
    /// # Errors
    /// 429 when its allowance is used up.
    pub(crate) fn count(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        let Some(address) = address else {
            // One bucket for everybody would let one visitor shut out all others.
            if !self.no_address_said.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    "no rate limit: serve with into_make_service_with_connect_info::<SocketAddr>() so that \
                     addresses are known"
                );
            }
            return Ok(());
        };
        limiter.check(address).map_err(ApiError::rate_limited)
    }
}
