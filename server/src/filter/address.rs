//! The filter by address (PROTOCOL §5.5), for IPv4 and IPv6 alike.

use super::{AddressRange, Blocked};
use pocketping_core::ua::FilterMode;
use std::fmt;
use std::net::IpAddr;

/// How requests are filtered by address (PROTOCOL §5.5). The hook that decides before the lists is
/// [`Builder::ip_hook`](crate::Builder::ip_hook).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpFilterConfig {
    /// Whether anything is filtered at all. Default false.
    pub enabled: bool,
    /// Which lists decide. Default [`FilterMode::Blocklist`].
    pub mode: FilterMode,
    /// Welcome addresses, in the modes `allowlist` and `both`. Default empty, which in mode `allowlist` blocks
    /// everyone, operators too.
    pub allowlist: Vec<AddressRange>,
    /// Unwelcome addresses, in the modes `blocklist` and `both`. Default empty.
    pub blocklist: Vec<AddressRange>,
    /// Whether to log what was blocked. Default true.
    pub log_blocked: bool,
    /// HTTP status of the answer to a blocked request, 400 to 599. Default 403.
    pub blocked_status_code: u16,
    /// Error text of that answer. Default `Forbidden`.
    pub blocked_message: String,
}

impl Default for IpFilterConfig {
    fn default() -> Self {
        IpFilterConfig {
            enabled: false,
            mode: FilterMode::Blocklist,
            allowlist: Vec::new(),
            blocklist: Vec::new(),
            log_blocked: true,
            blocked_status_code: 403,
            blocked_message: "Forbidden".to_owned(),
        }
    }
}

/// Decides about an address before the lists do: `Some(true)` lets it in, `Some(false)` blocks it, `None` leaves it
/// to the lists.
pub(crate) type IpHook = Box<dyn Fn(IpAddr) -> Option<bool> + Send + Sync>;

/// What was decided about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressVerdict {
    /// Whether it is let in.
    pub allowed: bool,
    /// Why.
    pub reason: AddressReason,
}

/// Why an address is let in or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressReason {
    /// The host's hook has decided.
    Custom,
    /// It is on the allowlist.
    Allowlist,
    /// It is on the blocklist.
    Blocklist,
    /// Only listed addresses are let in, and it is not one.
    NotInAllowlist,
    /// No list knows it, or the filter is off.
    Default,
}

impl AddressReason {
    /// The word for logs, as the other servers spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            AddressReason::Custom => "custom",
            AddressReason::Allowlist => "allowlist",
            AddressReason::Blocklist => "blocklist",
            AddressReason::NotInAllowlist => "not_in_allowlist",
            AddressReason::Default => "default",
        }
    }
}

/// The filter at work.
pub(crate) struct IpFilter {
    config: IpFilterConfig,
    hook: Option<IpHook>,
}

impl IpFilter {
    /// `None` when nothing is filtered.
    pub(crate) fn new(config: IpFilterConfig, hook: Option<IpHook>) -> Option<Self> {
        config.enabled.then_some(IpFilter { config, hook })
    }

    /// How a blocked address is answered.
    pub(crate) fn blocked(&self) -> Blocked<'_> {
        Blocked {
            status: self.config.blocked_status_code,
            message: &self.config.blocked_message,
            log: self.config.log_blocked,
        }
    }

    /// Decides. An address that is not known is on no list.
    pub(crate) fn check(&self, address: Option<IpAddr>) -> AddressVerdict {
        let verdict = |allowed, reason| AddressVerdict { allowed, reason };
        let address = address.map(|address| address.to_canonical());
        if let (Some(hook), Some(address)) = (&self.hook, address)
            && let Some(allowed) = hook(address)
        {
            return verdict(allowed, AddressReason::Custom);
        }
        let on = |list: &[AddressRange]| {
            address.is_some_and(|address| list.iter().any(|range| range.contains(address)))
        };
        let IpFilterConfig {
            allowlist, blocklist, ..
        } = &self.config;
        match self.config.mode {
            FilterMode::Allowlist if on(allowlist) => verdict(true, AddressReason::Allowlist),
            FilterMode::Allowlist => verdict(false, AddressReason::NotInAllowlist),
            FilterMode::Both if on(allowlist) => verdict(true, AddressReason::Allowlist),
            FilterMode::Both | FilterMode::Blocklist if on(blocklist) => {
                verdict(false, AddressReason::Blocklist)
            }
            _ => verdict(true, AddressReason::Default),
        }
    }
}

impl fmt::Debug for IpFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("IpFilter");
        shown
            .field("config", &self.config)
            .field("hook", &self.hook.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(mode: FilterMode, allowlist: &[&str], blocklist: &[&str]) -> IpFilter {
        let ranges = |list: &[&str]| list.iter().map(|range| range.parse().unwrap()).collect();
        let config = IpFilterConfig {
            enabled: true,
            mode,
            allowlist: ranges(allowlist),
            blocklist: ranges(blocklist),
            ..Default::default()
        };
        IpFilter::new(config, None).unwrap()
    }

    #[track_caller]
    fn expect(filter: &IpFilter, address: &str, allowed: bool, reason: AddressReason) {
        let verdict = filter.check(address.parse().ok());
        assert_eq!((verdict.allowed, verdict.reason), (allowed, reason), "{address}");
    }

    #[test]
    fn a_blocklist_blocks_both_families_and_mapped_addresses() {
        let filter = filter(
            FilterMode::Blocklist,
            &["203.0.113.9"],
            &["203.0.113.0/24", "2001:db8::/32"],
        );
        expect(&filter, "203.0.113.9", false, AddressReason::Blocklist);
        expect(&filter, "::ffff:203.0.113.200", false, AddressReason::Blocklist);
        expect(&filter, "2001:db8:5::1", false, AddressReason::Blocklist);
        expect(&filter, "2001:db9::1", true, AddressReason::Default);
        expect(&filter, "198.51.100.9", true, AddressReason::Default);
        expect(&filter, "unknown", true, AddressReason::Default);
    }

    #[test]
    fn an_allowlist_lets_in_only_what_it_lists() {
        let filter = filter(FilterMode::Allowlist, &["10.0.0.0/8", "::1"], &["10.0.0.1"]);
        expect(&filter, "10.0.0.1", true, AddressReason::Allowlist);
        expect(&filter, "::1", true, AddressReason::Allowlist);
        expect(&filter, "11.0.0.1", false, AddressReason::NotInAllowlist);
        expect(&filter, "unknown", false, AddressReason::NotInAllowlist);
    }

    #[test]
    fn with_both_the_allowlist_wins() {
        let filter = filter(FilterMode::Both, &["10.0.0.7"], &["10.0.0.0/8"]);
        expect(&filter, "10.0.0.7", true, AddressReason::Allowlist);
        expect(&filter, "10.0.0.8", false, AddressReason::Blocklist);
        expect(&filter, "11.0.0.1", true, AddressReason::Default);
    }

    #[test]
    fn the_hook_decides_before_the_lists() {
        let config = IpFilterConfig {
            enabled: true,
            blocklist: vec!["10.0.0.0/8".parse().unwrap()],
            ..Default::default()
        };
        let hook: IpHook = Box::new(|address| match address.to_string().as_str() {
            "10.0.0.1" => Some(true),
            "192.0.2.1" => Some(false),
            _ => None,
        });
        let filter = IpFilter::new(config, Some(hook)).unwrap();
        expect(&filter, "10.0.0.1", true, AddressReason::Custom);
        expect(&filter, "::ffff:192.0.2.1", false, AddressReason::Custom);
        expect(&filter, "10.0.0.2", false, AddressReason::Blocklist);
    }

    #[test]
    fn a_filter_that_is_off_is_none() {
        assert!(IpFilter::new(IpFilterConfig::default(), None).is_none());
    }
}
