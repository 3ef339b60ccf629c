//! Which address a request came from, when proxies stand in between.

use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    prefix: u8,
}

/// A text that is no address and no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an IP address or a range such as 10.0.0.0/8")]
pub struct AddressRangeError(String);

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || AddressRangeError(text.to_owned());
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| wrong())?)),
            None => (text.trim(), None),
        };
        let first: IpAddr = address.parse().map_err(|_| wrong())?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest {
            return Err(wrong());
        }
        Ok(AddressRange { first, prefix })
    }
}

impl AddressRange {
    /// Whether the address lies in the range. IPv4 addresses in IPv6 form count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => same_prefix(
                u32::from(first).into(),
                u32::from(address).into(),
                32,
                self.prefix,
            ),
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                same_prefix(u128::from(first), u128::from(address), 128, self.prefix)
            }
            _ => false,
        }
    }
}

fn same_prefix(one: u128, other: u128, bits: u8, prefix: u8) -> bool {
    prefix == 0 || (one ^ other) >> (bits - prefix) == 0
}

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
            match hop.trim().parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }
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
            trusted.client(ip("::ffff:10.0.0.9"), Some("2001:db8::1")),
            ip("2001:db8::1")
        );
    }

    #[test]
    fn ranges_are_exact_to_the_bit() {
        let range: AddressRange = "192.168.4.0/22".parse().unwrap();
        assert!(range.contains(ip("192.168.7.255")));
        assert!(!range.contains(ip("192.168.8.0")));
        assert!(
            "0.0.0.0/0"
                .parse::<AddressRange>()
                .unwrap()
                .contains(ip("1.1.1.1"))
        );
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "a"] {
            assert!(wrong.parse::<AddressRange>().is_err(), "{wrong}");
        }
    }
}
