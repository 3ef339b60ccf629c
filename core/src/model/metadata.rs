//! What is known about a visitor's browser (PROTOCOL §3.3).

use crate::value::wire_object;

wire_object! {
    /// Facts of a session's browser; all optional. Unknown keys (`botSignals`…) are kept.
    pub struct SessionMetadata {
        /// Address of the page.
        pub url: Option<String> => "url";
        /// Where the visitor came from.
        pub referrer: Option<String> => "referrer";
        /// Title of the page.
        pub page_title: Option<String> => "pageTitle";
        /// The browser's user agent.
        pub user_agent: Option<String> => "userAgent";
        /// IANA name.
        pub timezone: Option<String> => "timezone";
        /// BCP 47 tag.
        pub language: Option<String> => "language";
        /// `WxH` in CSS pixels.
        pub screen_resolution: Option<String> => "screenResolution";
        /// The address the server saw.
        pub ip: Option<String> => "ip";
        /// Country by that address.
        pub country: Option<String> => "country";
        /// City by that address.
        pub city: Option<String> => "city";
        /// `desktop`, `mobile` or `tablet`.
        pub device_type: Option<String> => "deviceType";
        /// Name of the browser.
        pub browser: Option<String> => "browser";
        /// Name of the operating system.
        pub os: Option<String> => "os";
        ..rest "Everything else."
    }
}

impl Default for SessionMetadata {
    fn default() -> Self {
        SessionMetadata {
            url: None,
            referrer: None,
            page_title: None,
            user_agent: None,
            timezone: None,
            language: None,
            screen_resolution: None,
            ip: None,
            country: None,
            city: None,
            device_type: None,
            browser: None,
            os: None,
            rest: crate::Object::new(),
        }
    }
}
