//! Which widget versions are served (PROTOCOL §1.5).

use pocketping_core::model::{VersionCheck, VersionSeverity, VersionStatus, VersionWarning};

/// Where upgrading is explained unless the host says otherwise (PROTOCOL §1.5).
const DEFAULT_UPGRADE_URL: &str = "https://docs.pocketping.io/widget/installation";

/// The versions that the server asks of widgets. The default serves every version and warns of none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionPolicy {
    pub(crate) min: Option<String>,
    pub(crate) latest: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) upgrade_url: Option<String>,
}

impl VersionPolicy {
    /// Judges the version of a request (header `X-PocketPing-Version`); no header is fine.
    ///
    /// A leading `v` is dropped, missing parts are 0, what follows `-` or `+` is ignored; a version that
    /// is no number at all counts as none.
    pub fn check(&self, version: Option<&str>) -> VersionCheck {
        let verdict = |status, message| VersionCheck {
            status,
            message,
            min_version: self.min.clone(),
            latest_version: self.latest.clone(),
            can_continue: status != VersionStatus::Unsupported,
        };
        let Some((text, number)) = version.and_then(|text| Some((text, parse(text)?))) else {
            return verdict(VersionStatus::Ok, None);
        };
        if let Some(min) = self.min.as_deref().filter(|min| parse(min) > Some(number)) {
            let default =
                || format!("Widget version {text} is no longer supported. Please upgrade to {min} or later.");
            let message = self.message.clone().unwrap_or_else(default);
            return verdict(VersionStatus::Unsupported, Some(message));
        }
        match self
            .latest
            .as_deref()
            .and_then(|latest| Some((latest, parse(latest)?)))
        {
            Some((latest, newest)) if number[0] < newest[0] => {
                let default = || format!("Widget version {text} is deprecated. Please upgrade to {latest}.");
                verdict(
                    VersionStatus::Deprecated,
                    Some(self.message.clone().unwrap_or_else(default)),
                )
            }
            Some((latest, newest)) if number < newest => {
                let message = format!("A newer widget version ({latest}) is available.");
                verdict(VersionStatus::Outdated, Some(message))
            }
            _ => verdict(VersionStatus::Ok, None),
        }
    }

    /// Where to read how to upgrade.
    pub fn upgrade_url(&self) -> &str {
        self.upgrade_url.as_deref().unwrap_or(DEFAULT_UPGRADE_URL)
    }

    /// The `version_warning` of a check that is not ok; `None` for one that is.
    pub fn warning(&self, version: Option<&str>) -> Option<VersionWarning> {
        let check = self.check(version);
        let severity = match check.status {
            VersionStatus::Outdated => VersionSeverity::Info,
            VersionStatus::Deprecated => VersionSeverity::Warning,
            VersionStatus::Unsupported => VersionSeverity::Error,
            _ => return None,
        };
        Some(VersionWarning {
            severity,
            message: check.message.unwrap_or_default(),
            current_version: version.unwrap_or("unknown").to_owned(),
            min_version: check.min_version,
            latest_version: check.latest_version,
            can_continue: check.can_continue,
            upgrade_url: Some(self.upgrade_url().to_owned()),
        })
    }
}

/// Major, minor and patch; `None` when the text does not begin with a number.
pub(crate) fn parse(text: &str) -> Option<[u64; 3]> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let text = text.split(['-', '+']).next().unwrap_or_default();
    let mut numbers = [0; 3];
    for (at, part) in text.split('.').take(3).enumerate() {
        numbers[at] = part.parse().ok()?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> VersionPolicy {
        VersionPolicy {
            min: Some("1.0.0".into()),
            latest: Some("2.3.0".into()),
            ..VersionPolicy::default()
        }
    }

    #[test]
    fn versions_are_judged_as_the_protocol_says() {
        let status = |version| policy().check(version).status;
        assert_eq!(status(Some("0.9.0")), VersionStatus::Unsupported);
        assert_eq!(status(Some("1.5.0")), VersionStatus::Deprecated);
        assert_eq!(status(Some("2.1")), VersionStatus::Outdated);
        assert_eq!(status(Some("v2.3.0-beta.1")), VersionStatus::Ok);
        assert_eq!(status(Some("3")), VersionStatus::Ok);
        assert_eq!(status(None), VersionStatus::Ok);
        assert_eq!(status(Some("banana")), VersionStatus::Ok);
        assert_eq!(
            VersionPolicy::default().check(Some("0.0.1")).status,
            VersionStatus::Ok
        );
    }

    #[test]
    fn the_hosts_text_replaces_only_the_two_severe_messages() {
        let policy = VersionPolicy {
            message: Some("Please upgrade".into()),
            ..policy()
        };
        assert_eq!(
            policy.check(Some("0.9")).message.as_deref(),
            Some("Please upgrade")
        );
        assert_eq!(
            policy.check(Some("1.9")).message.as_deref(),
            Some("Please upgrade")
        );
        let outdated = policy.check(Some("2.0")).message;
        assert_eq!(
            outdated.as_deref(),
            Some("A newer widget version (2.3.0) is available.")
        );
        assert!(!policy.warning(Some("0.9")).unwrap().can_continue);
        assert_eq!(policy.warning(Some("2.3.0")), None);
    }
}
