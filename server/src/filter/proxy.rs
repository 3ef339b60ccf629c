//! Which address a request came from, when proxies stand in between.

use super::AddressRange;
use std::net::{IpAddr, SocketAddr};

/// The proxies whose `X-Forwarded-For` is believed; from anyone else the header is a claim of the visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<AddressRange>);

impl TrustedProxies {
    /// Believes the proxies in these ranges.
    pub fn new(ranges: Vec<AddressRange>) -> Self {
        TrustedProxies(ranges)
    }

    /// Whether this address is one of the proxies.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(address))
    }

    /// The visitor's address: the socket's peer, or, behind trusted proxies, the last address of
    /// `X-Forwarded-For` that is not one of them.
    pub fn client(&self, peer: IpAddr, forwarded_for: Option<&str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in forwarded_for.unwrap_or_default().rsplit(',') {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = parse_hop(hop.trim()) else {
                break;
            };
            client = address.to_canonical();
        }
        client
    }
}

/// An address, with or without a port: proxies write both.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    hop.parse().or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(ranges: &[&str]) -> TrustedProxies {
        TrustedProxies::new(ranges.iter().map(|range| range.parse().unwrap()).collect())
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_header_from_an_unknown_peer_is_not_believed() {
        assert_eq!(proxies(&[]).client(ip("9.9.9.9"), Some("1.2.3.4")), ip("9.9.9.9"));
    }

    #[test]
    fn behind_trusted_proxies_the_last_foreign_hop_counts() {
        let trusted = proxies(&["10.0.0.0/8", "::1"]);
        let spoofed = "6.6.6.6, 1.2.3.4, 10.0.0.2";
        assert_eq!(trusted.client(ip("10.1.1.1"), Some(spoofed)), ip("1.2.3.4"));
        assert_eq!(trusted.client(ip("::1"), Some("nonsense")), ip("::1"));
        assert_eq!(
            trusted.client(ip("10.1.1.1"), Some("[2001:db8::7]:4711")),
            ip("2001:db8::7")
        );
        assert_eq!(
            trusted.client(ip("::ffff:10.0.0.9"), Some("2001:db8::1")),
            ip("2001:db8::1")
        );
    }
}
