//! Who is calling: the address, and the browser's name for itself.

use crate::PocketPing;
use crate::{Client, Config};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// The caller's address: the socket's peer, or what a trusted proxy says. `None` when the host serves
/// without `into_make_service_with_connect_info::<SocketAddr>()`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address(pub(crate) Option<IpAddr>);

impl Address {
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, config: &Config) -> Self {
        let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Address(None);
        };
        let peer = peer.ip().to_canonical();
        if !config.trusted_proxies.trusts(peer) {
            return Address(Some(peer));
        }
        // Proxies may add a line of their own instead of appending to the last.
        let lines = headers
            .get_all(&config.proxy_header)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let hops = lines.collect::<Vec<_>>().join(",");
        Address(Some(config.trusted_proxies.client(peer, Some(&hops))))
    }
}

impl FromRequestParts<PocketPing> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pp: &PocketPing) -> Result<Self, Infallible> {
        Ok(Address::of(&parts.extensions, &parts.headers, pp.config()))
    }
}

/// The caller as the service wants to know it.
pub(crate) struct Caller(pub(crate) Client);

impl FromRequestParts<PocketPing> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pp: &PocketPing) -> Result<Self, Infallible> {
        let Address(address) = Address::of(&parts.extensions, &parts.headers, pp.config());
        Ok(Caller(Client {
            ip: address.map(|address| address.to_string()),
            user_agent: user_agent(&parts.headers).map(str::to_owned),
        }))
    }
}

/// The user agent, when there is a readable one.
pub(super) fn user_agent(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::USER_AGENT)?.to_str().ok()
}
