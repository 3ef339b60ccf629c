//! Widget versions as servers judge them (PROTOCOL §1.5, §3.5).

use super::choice::wire_choice;
use crate::value::wire_object;

wire_choice! {
    /// How a widget's version compares with what the server wants.
    pub enum VersionStatus ("ok, outdated, deprecated or unsupported") {
        /// New enough, or nothing to compare.
        Ok = "ok",
        /// A newer one of the same major version exists.
        Outdated = "outdated",
        /// A newer major version exists.
        Deprecated = "deprecated",
        /// Below the minimum: requests answer 426.
        Unsupported = "unsupported",
    }
}

wire_choice! {
    /// How loudly to say it.
    pub enum VersionSeverity ("info, warning or error") {
        /// For the curious.
        Info = "info",
        /// Should be acted on.
        Warning = "warning",
        /// The widget cannot go on.
        Error = "error",
    }
}

wire_object! {
    /// The realtime event `version_warning`.
    pub struct VersionWarning {
        /// How loudly to say it.
        pub severity: VersionSeverity => "severity" or VersionSeverity::Warning;
        /// For the site's owner.
        pub message: String => "message" or String::new();
        /// The widget's version, or `unknown`.
        pub current_version: String => "currentVersion" or String::new();
        /// The lowest that is served.
        pub min_version: Option<String> => "minVersion";
        /// The newest.
        pub latest_version: Option<String> => "latestVersion";
        /// Whether the widget still works.
        pub can_continue: bool => "canContinue" or true;
        /// Where to read how to upgrade.
        pub upgrade_url: Option<String> => "upgradeUrl";
    }
}

wire_object! {
    /// The answer of a version check.
    pub struct VersionCheck {
        /// How the version compares.
        pub status: VersionStatus => "status";
        /// For the site's owner.
        pub message: Option<String> => "message";
        /// The lowest that is served.
        pub min_version: Option<String> => "minVersion";
        /// The newest.
        pub latest_version: Option<String> => "latestVersion";
        /// Whether the widget still works.
        pub can_continue: bool => "canContinue" or true;
    }
}
