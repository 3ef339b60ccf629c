//! Which addresses a target may have: not those of the server's own machine and networks.
//!
//! They are looked at when a connection is made, after the name was resolved, and the connection goes to what was looked
//! at: a name that resolves to something else by then gains nothing.

use crate::filter::AddressRange;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::LazyLock;

/// What is not of the public internet (IANA's special-purpose registries), multicast and what is reserved included; the
/// last one is all of unique local, link-local, site-local and multicast. IPv4 addresses in IPv6 form count as IPv4.
const NOT_PUBLIC: [&str; 23] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/96",
    "64:ff9b:1::/48",
    "100::/32",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/6",
];

static RANGES: LazyLock<Vec<AddressRange>> = LazyLock::new(|| {
    let parsed = NOT_PUBLIC.iter().map(|text| text.parse());
    parsed
        .collect::<Result<_, _>>()
        .expect("each is a range, as a test says")
});

/// The prefix of IPv4 addresses behind a translator (NAT64).
static TRANSLATED: LazyLock<AddressRange> =
    LazyLock::new(|| "64:ff9b::/96".parse().expect("it is a range, as a test says"));

/// Whether anybody on the internet means the same machine by this address.
pub(super) fn is_public(address: IpAddr) -> bool {
    let address = match address {
        IpAddr::V6(v6) if TRANSLATED.contains(address) => {
            let [.., a, b, c, d] = v6.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        _ => address,
    };
    !RANGES.iter().any(|range| range.contains(address))
}

/// The address that an URL names instead of a host; resolvers are not asked about it.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// All of a name's addresses are private.
#[derive(Debug, thiserror::Error)]
#[error("its address is not public, which `webhook.allow_private_addresses` would allow")]
pub(super) struct NotPublic;

/// Resolves names to public addresses only.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_machines_and_private_networks_are_not_public() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.31.255.255",
            "192.168.0.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2001:0:1::1",
            "2001:db8::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2606:4700:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_is_found_however_an_url_writes_it() {
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://[::ffff:127.0.0.1]:8080/",
            "http://①②⑦.0.0.1/",
        ] {
            let address = literal(&Url::parse(url).unwrap()).expect(url);
            assert!(!is_public(address), "{url}");
        }
        assert_eq!(literal(&Url::parse("http://shop.example/").unwrap()), None);
    }

    #[tokio::test]
    async fn a_name_of_a_private_address_is_not_resolved() {
        let Err(error) = PublicOnly.resolve("localhost".parse().unwrap()).await else {
            panic!("localhost is refused")
        };
        assert!(error.is::<NotPublic>(), "{error}");
    }
}
