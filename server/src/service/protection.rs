//! The judgements that routes pass on their callers, for hosts who serve more than our routes.

use crate::filter::{AddressVerdict, BotFacts, BotReason, detect_bot};
use crate::{PocketPing, VersionPolicy};
use pocketping_core::model::VersionCheck;
use pocketping_core::ua::UaVerdict;
use std::net::IpAddr;

impl PocketPing {
    /// Judges a widget by the version that it names in `X-PocketPing-Version` (PROTOCOL §1.5); one that names none is
    /// good.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pp = pocketping_server::PocketPing::builder().min_widget_version("2.0.0").build()?;
    /// assert!(!pp.check_widget_version(Some("1.9.3")).can_continue);
    /// # Ok(()) }
    /// ```
    pub fn check_widget_version(&self, version: Option<&str>) -> VersionCheck {
        self.versions().check(version)
    }

    /// The first sign that a visitor is a program (PROTOCOL §5.7), whatever
    /// [`bot_detection`](crate::Builder::bot_detection) says; `None` for a person.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use pocketping_server::{BotFacts, BotReason, PocketPing};
    ///
    /// let facts = BotFacts { user_agent: Some("HeadlessChrome/140"), ..BotFacts::default() };
    /// assert_eq!(PocketPing::builder().build()?.is_bot(facts), Some(BotReason::HeadlessUa));
    /// # Ok(()) }
    /// ```
    pub fn is_bot(&self, facts: BotFacts<'_>) -> Option<BotReason> {
        detect_bot(facts)
    }

    /// Judges a user agent by [`ua_filter`](crate::Builder::ua_filter); `None` when nothing is filtered.
    pub fn check_ua_filter(&self, user_agent: Option<&str>) -> Option<UaVerdict<'_>> {
        let filter = self.config().ua_filter.as_ref()?;
        Some(filter.check(user_agent))
    }

    /// Judges an address by [`ip_filter`](crate::Builder::ip_filter); `None` when nothing is filtered. An address that
    /// is not known is on no list.
    pub fn check_ip_filter(&self, address: Option<IpAddr>) -> Option<AddressVerdict> {
        let filter = self.config().ip_filter.as_ref()?;
        Some(filter.check(address))
    }

    fn versions(&self) -> &VersionPolicy {
        &self.config().versions
    }
}
