//! Options that reach widgets: versions, forms, look.

use super::Builder;
use crate::{Appearance, CsatPolicy, OfficeHoursConfig};
use pocketping_core::model::{PreChatForm, TrackedElement};

impl Builder {
    /// The oldest widget version that is served, such as `2.0.0`; older ones get 426. Default any.
    #[must_use]
    pub fn min_widget_version(mut self, version: impl Into<String>) -> Self {
        self.versions.min = Some(version.into());
        self
    }

    /// The newest widget version; older ones are told. Default none.
    #[must_use]
    pub fn latest_widget_version(mut self, version: impl Into<String>) -> Self {
        self.versions.latest = Some(version.into());
        self
    }

    /// What unsupported and deprecated widgets are told. Default a sentence with the versions.
    #[must_use]
    pub fn version_message(mut self, text: impl Into<String>) -> Self {
        self.versions.message = Some(text.into());
        self
    }

    /// Where upgrading is explained. Default PocketPing's documentation.
    #[must_use]
    pub fn upgrade_url(mut self, url: impl Into<String>) -> Self {
        self.versions.upgrade_url = Some(url.into());
        self
    }

    /// When visitors are asked for a rating. Default only when [`request_csat`](crate::PocketPing::request_csat) is
    /// called.
    #[must_use]
    pub fn csat(mut self, policy: CsatPolicy) -> Self {
        self.csat = policy;
        self
    }

    /// A form that asks how a visitor can be reached. Default none. `completed` is the server's to say, for each session.
    #[must_use]
    pub fn pre_chat_form(mut self, form: PreChatForm) -> Self {
        self.pre_chat_form = Some(form).filter(|form| form.enabled);
        self
    }

    /// Elements of the page whose use is told as custom events; they replace those that the page has set up. Default
    /// the page's own stay.
    #[must_use]
    pub fn tracked_elements(mut self, elements: impl IntoIterator<Item = TrackedElement>) -> Self {
        self.tracked_elements = Some(elements.into_iter().collect());
        self
    }

    /// How widgets look; overrides the page's own options. Default as the page says.
    #[must_use]
    pub fn appearance(mut self, appearance: Appearance) -> Self {
        self.appearance = appearance;
        self
    }

    /// When somebody answers, as far as visitors are told: outside of these hours and without an operator online, `/connect`
    /// says `operatorReachable: false`. Default always. A day too many makes visitors wait for nobody.
    #[must_use]
    pub fn office_hours(mut self, hours: OfficeHoursConfig) -> Self {
        self.office_hours = Some(hours);
        self
    }
}
