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
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

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

    proptest! {
        #[test]
        fn a_range_holds_exactly_the_addresses_with_its_first_bits(
            first: u128, other: u128, prefix in 0u8..=128, shared in 0u8..=128,
        ) {
            // Addresses that agree in `shared` bits at least, or neighbours would never be met.
            let kept = u128::MAX.checked_shl(u32::from(128 - shared)).unwrap_or(0);
            let other = (first & kept) | (other & !kept);
            let is_mapped = |bits: u128| Ipv6Addr::from(bits).to_ipv4_mapped().is_some();
            prop_assume!(!is_mapped(first) && !is_mapped(other));
            let range: AddressRange = format!("{}/{prefix}", Ipv6Addr::from(first)).parse().unwrap();
            let mask = u128::MAX.checked_shl(u32::from(128 - prefix)).unwrap_or(0);
            prop_assert_eq!(range.contains(Ipv6Addr::from(other).into()), first & mask == other & mask);
            let (first, other, prefix) = ((first >> 96) as u32, (other >> 96) as u32, prefix.min(32));
            let range: AddressRange = format!("{}/{prefix}", Ipv4Addr::from(first)).parse().unwrap();
            let mask = u32::MAX.checked_shl(u32::from(32 - prefix)).unwrap_or(0);
            let inside = first & mask == other & mask;
            let address = Ipv4Addr::from(other);
            prop_assert_eq!(range.contains(address.into()), inside);
            prop_assert_eq!(range.contains(address.to_ipv6_mapped().into()), inside);
        }

        #[test]
        fn no_text_breaks_the_reading(text in ".{0,40}|[0-9a-f:./]{0,40}") {
            if let Ok(range) = text.parse::<AddressRange>() {
                prop_assert_eq!(range.to_string().parse(), Ok(range));
            }
        }
    }
}
