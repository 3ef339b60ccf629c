//! The webhook: what the site's own server is told of.

use super::Builder;
use crate::config::ConfigProblem;
use crate::webhook::{Target, TargetError};
use crate::{ConfigProblems, WebhookConfig};

impl Builder {
    /// Where requests go that tell of what happens, and which (PROTOCOL §5.4). Default nowhere.
    ///
    /// What there is to tell is stored with the write that it tells of, and tried for a day. It is sent by a task in the
    /// tokio runtime that the server is built in, or that it is first used in.
    #[must_use]
    pub fn webhook(mut self, config: WebhookConfig) -> Self {
        self.webhook = config;
        self
    }
}

/// The target; `None` when there is none.
pub(super) fn target(config: &WebhookConfig) -> Result<Option<Target>, ConfigProblems> {
    Target::new(config).map_err(|error| ConfigProblems(vec![problem(&error)]))
}

/// What is wrong with the target's address, without showing it.
pub(super) fn problem(error: &TargetError) -> ConfigProblem {
    let hint = match error {
        TargetError::NoAddress => "write one such as https://shop.example/hooks/pocketping",
        TargetError::NotPublic => "give a public one, or set webhook.allow_private_addresses",
        TargetError::Client(_) => "see that the system's root certificates are installed",
    };
    ConfigProblem {
        key: "webhook.url",
        problem: error.to_string(),
        hint,
    }
}
