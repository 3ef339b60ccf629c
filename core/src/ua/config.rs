//! The filter's configuration and its reading from the wire.

use crate::value::{Fields, Object, ReadError, Value, Wire};

/// How user agents are filtered (PROTOCOL §5.6); the page's `uaFilter` option and the server's.
///
/// The hook that decides before the lists is code, not configuration: see
/// [`UaFilter::check_with`](super::UaFilter::check_with).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UaFilterConfig {
    /// Whether anything is filtered at all. Default false.
    pub enabled: bool,
    /// Which lists decide. Default [`FilterMode::Blocklist`].
    pub mode: FilterMode,
    /// Patterns of welcome user agents, in the modes `allowlist` and `both`. Default empty, which in mode
    /// `allowlist` blocks everyone.
    pub allowlist: Vec<String>,
    /// Patterns of unwelcome user agents, in the modes `blocklist` and `both`. Default empty.
    pub blocklist: Vec<String>,
    /// Whether [`DEFAULT_BOT_PATTERNS`](super::DEFAULT_BOT_PATTERNS) are tried after the blocklist.
    /// Default true.
    pub use_default_bots: bool,
    /// Whether the host logs what was blocked. Default true.
    pub log_blocked: bool,
    /// HTTP status of the answer to a blocked request. Default 403.
    pub blocked_status_code: u16,
    /// Error text of that answer. Default `Forbidden`.
    pub blocked_message: String,
}

impl Default for UaFilterConfig {
    fn default() -> Self {
        UaFilterConfig {
            enabled: false,
            mode: FilterMode::Blocklist,
            allowlist: Vec::new(),
            blocklist: Vec::new(),
            use_default_bots: true,
            log_blocked: true,
            blocked_status_code: 403,
            blocked_message: "Forbidden".to_owned(),
        }
    }
}

impl Wire for UaFilterConfig {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let fields = Fields::of(value)?;
        let default = UaFilterConfig::default();
        let status = fields.get_or("blockedStatusCode", u64::from(default.blocked_status_code))?;
        Ok(UaFilterConfig {
            enabled: fields.get_or("enabled", default.enabled)?,
            mode: fields.get_or("mode", default.mode)?,
            allowlist: fields.get_or("allowlist", default.allowlist)?,
            blocklist: fields.get_or("blocklist", default.blocklist)?,
            use_default_bots: fields.get_or("useDefaultBots", default.use_default_bots)?,
            log_blocked: fields.get_or("logBlocked", default.log_blocked)?,
            // 1xx would not be an answer; HTTP knows nothing above 599.
            blocked_status_code: u16::try_from(status)
                .ok()
                .filter(|status| (200..=599).contains(status))
                .ok_or_else(|| {
                    ReadError::expected("an HTTP status, 200 to 599").within("blockedStatusCode")
                })?,
            blocked_message: fields.get_or("blockedMessage", default.blocked_message)?,
        })
    }

    fn write(&self) -> Value {
        let mut object = Object::new();
        object.push("enabled", self.enabled.write());
        object.push("mode", self.mode.write());
        object.push("allowlist", self.allowlist.write());
        object.push("blocklist", self.blocklist.write());
        object.push("useDefaultBots", self.use_default_bots.write());
        object.push("logBlocked", self.log_blocked.write());
        object.push("blockedStatusCode", Value::Int(self.blocked_status_code.into()));
        object.push("blockedMessage", self.blocked_message.write());
        Value::Object(object)
    }
}

/// Which lists decide (PROTOCOL §5.5, §5.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterMode {
    /// Blocked if listed, else allowed.
    #[default]
    Blocklist,
    /// Allowed if listed, else blocked.
    Allowlist,
    /// The allowlist wins, then the blocklist decides; else allowed.
    Both,
    /// Not known: everything is allowed, and the filter's problems name it.
    Other(String),
}

impl FilterMode {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            FilterMode::Blocklist => "blocklist",
            FilterMode::Allowlist => "allowlist",
            FilterMode::Both => "both",
            FilterMode::Other(word) => word,
        }
    }
}

impl From<&str> for FilterMode {
    fn from(word: &str) -> Self {
        match word {
            "blocklist" => FilterMode::Blocklist,
            "allowlist" => FilterMode::Allowlist,
            "both" => FilterMode::Both,
            other => FilterMode::Other(other.to_owned()),
        }
    }
}

impl Wire for FilterMode {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let word = value.as_str().ok_or_else(|| ReadError::expected("a string"))?;
        Ok(FilterMode::from(word))
    }

    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> Value {
        Value::List(words.iter().map(|word| Value::from(*word)).collect())
    }

    #[test]
    fn an_empty_object_reads_as_the_defaults() {
        let read = UaFilterConfig::read(&Value::Object(Object::new())).unwrap();
        assert_eq!(read, UaFilterConfig::default());
        assert!(!read.enabled && read.use_default_bots && read.log_blocked);
        assert_eq!(
            (read.blocked_status_code, read.blocked_message.as_str()),
            (403, "Forbidden")
        );
    }

    #[test]
    fn camel_and_snake_case_are_read_alike() {
        let camel = Object::new()
            .with("enabled", true)
            .with("mode", "both")
            .with("allowlist", list(&["a"]))
            .with("blocklist", list(&["b", "/c/"]))
            .with("useDefaultBots", false)
            .with("logBlocked", false)
            .with("blockedStatusCode", 451)
            .with("blockedMessage", "no");
        let snake = Object::new()
            .with("enabled", true)
            .with("mode", "both")
            .with("allowlist", list(&["a"]))
            .with("blocklist", list(&["b", "/c/"]))
            .with("use_default_bots", false)
            .with("log_blocked", false)
            .with("blocked_status_code", 451)
            .with("blocked_message", "no");
        let read = UaFilterConfig::read(&Value::Object(camel.clone())).unwrap();
        assert_eq!(UaFilterConfig::read(&Value::Object(snake)).unwrap(), read);
        assert_eq!(read.mode, FilterMode::Both);
        assert_eq!(read.blocked_status_code, 451);
        assert_eq!(read.write(), Value::Object(camel));
    }

    #[test]
    fn an_unknown_mode_is_kept_as_written() {
        let config = Value::from(Object::new().with("mode", "weird"));
        let read = UaFilterConfig::read(&config).unwrap();
        assert_eq!(read.mode, FilterMode::Other("weird".to_owned()));
        assert_eq!(read.mode.as_str(), "weird");
    }

    #[test]
    fn a_wrong_field_is_named() {
        let fault = |key: &str, value: Value| {
            let config = Value::from(Object::new().with(key, value));
            UaFilterConfig::read(&config).unwrap_err().to_string()
        };
        assert_eq!(
            fault("enabled", Value::from("yes")),
            "enabled must be true or false"
        );
        let numbers = Value::List(vec![Value::from("a"), Value::Int(1)]);
        assert_eq!(fault("blocklist", numbers), "blocklist.1 must be a string");
        for status in [-1, 0, 199, 600, 70_000] {
            assert!(fault("blockedStatusCode", Value::Int(status)).starts_with("blockedStatusCode must be"));
        }
    }
}
