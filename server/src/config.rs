//! What a server is configured with, after validation; made by the [`Builder`](crate::Builder).

use crate::proxy::TrustedProxies;
use crate::version::VersionPolicy;
use pocketping_core::ua::{NativeUaFilter, UaVerdict};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// A validated configuration.
#[non_exhaustive]
pub struct Config {
    /// Shown in an empty conversation. Default none.
    pub welcome_message: Option<String>,
    /// What operators sign in with. Default none: the operator API is closed.
    pub operator_token: Option<OperatorToken>,
    /// Which sites may use the server from a browser. Default any.
    pub allowed_origins: Origins,
    /// How many requests one address may make.
    pub rate_limit: RateLimit,
    /// Most bytes of a request's body. Default 256 KiB; below 40 KiB the largest legal event is refused.
    pub max_body_bytes: usize,
    /// Most bytes of an uploaded file. Default 10 MiB.
    pub max_file_bytes: u64,
    /// MIME types of files that are taken.
    pub file_types: Vec<String>,
    /// What addresses of files begin with. Default `/pocketping`.
    pub public_url: Arc<str>,
    /// How long a conversation is kept after anything last happened in it. Default for ever.
    pub retention: Option<Duration>,
    /// Which widget versions are served.
    pub versions: VersionPolicy,
    /// Whose `X-Forwarded-For` is believed. Default nobody's.
    pub trusted_proxies: TrustedProxies,
    pub(crate) ua_filter: Option<NativeUaFilter>,
    pub(crate) ua_hook: Option<UaHook>,
    pub(crate) ua_blocked: UaBlocked,
}

/// Decides about a user agent before the lists do: `Some(true)` lets it in, `Some(false)` blocks it,
/// `None` leaves it to the lists (PROTOCOL §5.6).
pub(crate) type UaHook = Box<dyn Fn(&str) -> Option<bool> + Send + Sync>;

/// How a blocked user agent is answered (PROTOCOL §5.6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UaBlocked {
    /// HTTP status. Default 403.
    pub status: u16,
    /// Error text. Default `Forbidden`.
    pub message: String,
    /// Whether to log it. Default true.
    pub log: bool,
}

impl Config {
    /// Judges a user agent; `None` when nothing is filtered.
    pub fn check_user_agent(&self, ua: Option<&str>) -> Option<UaVerdict<'_>> {
        let filter = self.ua_filter.as_ref()?;
        Some(match &self.ua_hook {
            Some(hook) => filter.check_with(ua, hook),
            None => filter.check(ua),
        })
    }

    /// How a blocked user agent is answered.
    pub fn ua_blocked(&self) -> &UaBlocked {
        &self.ua_blocked
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("welcome_message", &self.welcome_message)
            .field("operator_token", &self.operator_token)
            .field("allowed_origins", &self.allowed_origins)
            .field("rate_limit", &self.rate_limit)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("max_file_bytes", &self.max_file_bytes)
            .field("file_types", &self.file_types)
            .field("public_url", &self.public_url)
            .field("versions", &self.versions)
            .finish_non_exhaustive()
    }
}

/// The operators' shared secret.
#[derive(Clone)]
pub struct OperatorToken(String);

impl OperatorToken {
    pub(crate) fn new(token: String) -> Self {
        OperatorToken(token)
    }

    /// Whether `candidate` is the token. Takes the same time wherever the two differ.
    pub fn matches(&self, candidate: &str) -> bool {
        self.0.as_bytes().ct_eq(candidate.as_bytes()).into()
    }

    /// The token itself, to print it once at the start.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Never shows the token.
impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken(…)")
    }
}

/// Which sites may use the server from a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Any site.
    #[default]
    Any,
    /// These, each as `https://shop.example` (scheme and host, port if it is not the scheme's own).
    List(Vec<String>),
}

impl Origins {
    /// Whether a page of this origin may use the server.
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Origins::Any => true,
            Origins::List(list) => list.iter().any(|known| known.eq_ignore_ascii_case(origin)),
        }
    }
}

/// How many requests one address may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// As many as it likes: for tests and trusted networks.
    Off,
    /// So many on average, and so many at once.
    PerAddress {
        /// Requests that are given back each second.
        per_second: NonZeroU32,
        /// Requests that may come at once.
        burst: NonZeroU32,
    },
}

impl Default for RateLimit {
    /// 200 a second and 400 at once: ten visitors behind one address who all type fast stay below
    /// (each sends about ten typing signals and one message a second).
    fn default() -> Self {
        RateLimit::PerAddress {
            per_second: NonZeroU32::new(200).unwrap_or(NonZeroU32::MIN),
            burst: NonZeroU32::new(400).unwrap_or(NonZeroU32::MIN),
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigProblems(pub(crate) Vec<ConfigProblem>);

impl ConfigProblems {
    /// The problems, in the order of the builder's methods.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.0.iter()
    }
}

impl fmt::Display for ConfigProblems {
    /// One line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigProblems {}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{option}: {problem}")]
pub struct ConfigProblem {
    /// The builder's method.
    pub option: &'static str,
    /// What is wrong, as a clause.
    pub problem: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_compared_whole_and_never_shown() {
        let token = OperatorToken::new("a-long-operator-token".into());
        assert!(token.matches("a-long-operator-token"));
        assert!(!token.matches("a-long-operator-toke"));
        assert!(!token.matches(""));
        assert_eq!(format!("{token:?}"), "OperatorToken(…)");
    }

    #[test]
    fn a_list_of_origins_lets_in_exactly_those() {
        let origins = Origins::List(vec!["https://shop.example".into()]);
        assert!(origins.allows("https://SHOP.example"));
        assert!(!origins.allows("https://shop.example.evil"));
        assert!(!origins.allows("http://shop.example"));
    }
}
