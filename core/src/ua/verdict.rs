//! The answer of a check.

use crate::value::{Object, Value};

/// What the filter decided about one user agent, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UaVerdict<'f> {
    /// Whether the request may go on.
    pub allowed: bool,
    /// Which rule decided.
    pub reason: UaReason,
    /// The first pattern that matched, as written in its list.
    pub matched_pattern: Option<&'f str>,
}

impl UaVerdict<'_> {
    /// Writes `{allowed, reason, matchedPattern?}`.
    pub fn write(&self) -> Value {
        let mut object = Object::new();
        object.push("allowed", Value::Bool(self.allowed));
        object.push("reason", Value::from(self.reason.as_str()));
        if let Some(pattern) = self.matched_pattern {
            object.push("matchedPattern", Value::from(pattern));
        }
        Value::Object(object)
    }
}

/// The rule that decided (PROTOCOL §5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UaReason {
    /// A pattern of the allowlist matched: allowed.
    Allowlist,
    /// A pattern of the owner's blocklist matched: blocked.
    Blocklist,
    /// Only a default pattern matched: blocked.
    DefaultBot,
    /// The host's own filter decided.
    Custom,
    /// The mode is `allowlist` and nothing there matched: blocked.
    NotInAllowlist,
    /// No rule applied: allowed.
    Default,
}

impl UaReason {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            UaReason::Allowlist => "allowlist",
            UaReason::Blocklist => "blocklist",
            UaReason::DefaultBot => "default_bot",
            UaReason::Custom => "custom",
            UaReason::NotInAllowlist => "not_in_allowlist",
            UaReason::Default => "default",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_without_a_pattern_omits_the_key() {
        let mut verdict = UaVerdict {
            allowed: false,
            reason: UaReason::DefaultBot,
            matched_pattern: Some("bot/"),
        };
        let written = Object::new()
            .with("allowed", false)
            .with("reason", "default_bot")
            .with("matchedPattern", "bot/");
        assert_eq!(verdict.write(), Value::from(written));
        verdict.matched_pattern = None;
        assert_eq!(verdict.write().get("matchedPattern"), None);
        assert_eq!(verdict.write().as_object().map(Object::len), Some(2));
    }
}
