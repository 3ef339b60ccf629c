//! The filter by user agent (PROTOCOL §5.6): core's lists, with the host's hook in front.

use super::Blocked;
use pocketping_core::ua::{NativeUaFilter, UaFilterConfig, UaVerdict};
use std::fmt;

/// Decides about a user agent before the lists do: `Some(true)` lets it in, `Some(false)` blocks it,
/// `None` leaves it to the lists.
pub(crate) type UaHook = Box<dyn Fn(&str) -> Option<bool> + Send + Sync>;

/// The filter at work.
pub(crate) struct UaFilter {
    config: UaFilterConfig,
    lists: NativeUaFilter,
    hook: Option<UaHook>,
}

impl UaFilter {
    /// `None` when nothing is filtered.
    pub(crate) fn new(config: UaFilterConfig, lists: NativeUaFilter, hook: Option<UaHook>) -> Option<Self> {
        config.enabled.then_some(UaFilter { config, lists, hook })
    }

    /// Decides; none and an empty one are let in.
    pub(crate) fn check(&self, ua: Option<&str>) -> UaVerdict<'_> {
        match &self.hook {
            Some(hook) => self.lists.check_with(ua, hook),
            None => self.lists.check(ua),
        }
    }

    /// How a blocked user agent is answered.
    pub(crate) fn blocked(&self) -> Blocked<'_> {
        Blocked {
            status: self.config.blocked_status_code,
            message: &self.config.blocked_message,
            log: self.config.log_blocked,
        }
    }
}

impl fmt::Debug for UaFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("UaFilter");
        shown
            .field("config", &self.config)
            .field("hook", &self.hook.is_some())
            .finish()
    }
}
