//! What is wrong with the webhook's options.

use super::{MAKE_ONE, MIN_SECRET_BYTES, Problems};
use crate::WebhookConfig;
use crate::builder::webhook::target;
use std::time::Duration;

/// A target that takes longer would hold up all others for too long.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60);

pub(super) fn check(webhook: &WebhookConfig, problems: &mut Problems) {
    if let Err(found) = target(webhook) {
        problems.0.extend(found.0);
    }
    if webhook
        .secret
        .as_ref()
        .is_some_and(|secret| secret.len() < MIN_SECRET_BYTES)
    {
        let short = format!("must have at least {MIN_SECRET_BYTES} bytes");
        problems.add("webhook.secret", short, MAKE_ONE);
    }
    if webhook.timeout.is_zero() || webhook.timeout > LONGEST_TIMEOUT {
        problems.add(
            "webhook.timeout",
            format!(
                "{} s leaves no room for an answer, or too much",
                webhook.timeout.as_secs()
            ),
            "give 1 to 60 seconds",
        );
    }
    if webhook.forward.is_empty() {
        problems.add(
            "webhook.forward",
            "is empty, so that nothing would be told",
            "name some of events, identify, csat, sessions and messages",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::{PocketPing, WebhookConfig};
    use std::time::Duration;

    fn keys(config: WebhookConfig) -> Vec<&'static str> {
        let problems = PocketPing::builder().webhook(config).build().err();
        let problems = problems.iter().flat_map(|problems| problems.iter());
        problems.map(|problem| problem.key).collect()
    }

    fn with_url(url: &str) -> WebhookConfig {
        WebhookConfig {
            url: Some(url.to_owned()),
            ..WebhookConfig::default()
        }
    }

    #[test]
    fn all_problems_are_named_at_once() {
        let config = WebhookConfig {
            secret: Some("short".into()),
            timeout: Duration::ZERO,
            forward: Vec::new(),
            ..with_url("shop.example")
        };
        let expected = [
            "webhook.url",
            "webhook.secret",
            "webhook.timeout",
            "webhook.forward",
        ];
        assert_eq!(keys(config), expected);
    }

    #[test]
    fn a_target_has_a_public_http_address() {
        assert_eq!(keys(with_url("https://shop.example/hook?key=1")), [""; 0]);
        for wrong in [
            "",
            "/hook",
            "ftp://shop.example/",
            "http://",
            "http://127.0.0.1:8080/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            assert_eq!(keys(with_url(wrong)), ["webhook.url"], "{wrong}");
        }
        let allowed = WebhookConfig {
            allow_private_addresses: true,
            ..with_url("http://127.0.0.1:8080/")
        };
        assert_eq!(keys(allowed), [""; 0]);
    }

    #[test]
    fn a_problem_does_not_show_the_address() {
        let problems = PocketPing::builder()
            .webhook(with_url("ftp://hunter2@shop.example/hunter2"))
            .check()
            .unwrap_err();
        assert!(!problems.to_string().contains("hunter2"));
    }
}
