//! What is told to the site's own server, and where.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The webhook: where requests go that tell of what happens (PROTOCOL §5.4), and which.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookConfig {
    /// The target, an `http` or `https` address. Default none: nothing is told. What tells of a conversation goes there as
    /// it is, so that `http` is for networks that nobody else is in.
    pub url: Option<String>,
    /// What bodies are signed with, at least 16 bytes. Default none: receivers cannot know who is calling.
    pub secret: Option<String>,
    /// How long the target may take for its answer. Default 5 s; at most a minute. Few requests are under way at a time,
    /// so that with a slow target others wait.
    pub timeout: Duration,
    /// What is told. Default events, identities and ratings.
    pub forward: Vec<WebhookKind>,
    /// Whether the target may have an address that is not public: of the machine itself, of a private network, of a cloud's
    /// metadata service. Default false.
    pub allow_private_addresses: bool,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        WebhookConfig {
            url: None,
            secret: None,
            timeout: Duration::from_secs(5),
            forward: vec![WebhookKind::Events, WebhookKind::Identify, WebhookKind::Csat],
            allow_private_addresses: false,
        }
    }
}

/// Shows neither the secret nor what follows the host: paths and queries may be secrets of the target's.
impl fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.as_deref().map(|url| {
            let url = reqwest::Url::parse(url).ok();
            url.and_then(|url| url.host_str().map(str::to_owned))
                .unwrap_or_default()
        });
        f.debug_struct("WebhookConfig")
            .field("host", &host)
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .field("timeout", &self.timeout)
            .field("forward", &self.forward)
            .field("allow_private_addresses", &self.allow_private_addresses)
            .finish()
    }
}

/// Something that a webhook can tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookKind {
    /// Custom events of pages.
    Events,
    /// Identities that sessions get.
    Identify,
    /// Ratings that count.
    Csat,
    /// Sessions that begin.
    Sessions,
    /// Messages of both sides, their edits and deletions; no notes among operators.
    Messages,
}

impl WebhookKind {
    /// All of them.
    pub const ALL: [WebhookKind; 5] = [
        WebhookKind::Events,
        WebhookKind::Identify,
        WebhookKind::Csat,
        WebhookKind::Sessions,
        WebhookKind::Messages,
    ];

    /// Its name in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            WebhookKind::Events => "events",
            WebhookKind::Identify => "identify",
            WebhookKind::Csat => "csat",
            WebhookKind::Sessions => "sessions",
            WebhookKind::Messages => "messages",
        }
    }
}

/// A text that names nothing that a webhook can tell of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is nothing that can be told")]
pub struct WebhookKindError(String);

impl FromStr for WebhookKind {
    type Err = WebhookKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = WebhookKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text.trim());
        found.ok_or_else(|| WebhookKindError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in WebhookKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("everything".parse::<WebhookKind>().is_err());
    }

    #[test]
    fn neither_the_secret_nor_the_path_is_shown() {
        let config = WebhookConfig {
            url: Some("https://user:hunter2@hooks.example/hunter2?key=hunter2".into()),
            secret: Some("hunter2".into()),
            ..WebhookConfig::default()
        };
        let shown = format!("{config:?}");
        assert!(
            shown.contains("hooks.example") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
