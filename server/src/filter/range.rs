//! Ranges of addresses, IPv4 and IPv6.

use std::fmt;
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
        Ok(match (first, first.to_canonical()) {
            // IPv4 in IPv6 form: addresses are compared as IPv4.
            (IpAddr::V6(_), first @ IpAddr::V4(_)) if prefix >= 96 => AddressRange {
                first,
                prefix: prefix - 96,
            },
            _ => AddressRange { first, prefix },
        })
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

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
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

    #[test]
    fn an_ipv4_address_in_ipv6_form_is_the_ipv4_address_on_both_sides() {
        let range: AddressRange = "::ffff:10.0.0.0/104".parse().unwrap();
        assert!(range.contains(ip("10.200.0.1")) && range.contains(ip("::ffff:10.0.0.9")));
        assert!(!range.contains(ip("11.0.0.1")));
        assert_eq!("::ffff:192.0.2.7".parse(), "192.0.2.7".parse::<AddressRange>());
        assert!(
            "2001:db8::/32"
                .parse::<AddressRange>()
                .unwrap()
                .contains(ip("2001:db8:ffff::1"))
        );
    }
}
