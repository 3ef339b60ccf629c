//! [`Target`]: one request to the site's server.

use super::address::{NotPublic, PublicOnly, is_public, literal};
use crate::config::WebhookConfig;
use crate::hex::hex;
use crate::storage::Delivery;
use hmac::{Hmac, KeyInit, Mac};
use pocketping_core::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use sha2::Sha256;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Of an answer so much is read, for the connection to be used again; nobody looks at it.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Where requests go.
pub(crate) struct Target {
    client: Client,
    url: Url,
    key: Option<Hmac<Sha256>>,
    timeout: Duration,
}

/// Why there can be no target.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    /// The address is none.
    #[error("is no http or https address")]
    NoAddress,
    /// It is an address of the machine itself or of a private network.
    #[error("is not a public address")]
    NotPublic,
    /// The system does not give what HTTPS needs.
    #[error("cannot be called: {0}")]
    Client(reqwest::Error),
}

/// Why an attempt failed. It says nothing of the address, which may be a secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum AttemptError {
    /// The target says that it is gone for good.
    #[error("status 410: it wants no more of this")]
    Gone,
    /// It answered something else than that it has taken it.
    #[error("status {}{}", .status.as_u16(), if .status.is_redirection() { ", a redirect, which is not followed" } else { "" })]
    Status {
        /// What it answered.
        status: StatusCode,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// There was no answer in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    /// No connection, or one that ended early.
    #[error("{0}")]
    Connection(String),
}

impl AttemptError {
    /// Whether no attempt will do better.
    ///
    /// Only 410 says so. Other refusals are mostly mistakes of a receiver's set-up that somebody will correct within the day:
    /// a route that is not there yet (404), a wrong secret (401, 403), a proxy's limit (413), too many at once (429).
    pub(super) fn is_final(&self) -> bool {
        matches!(self, AttemptError::Gone)
    }

    /// How long the target asks to be left alone.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            AttemptError::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Target {
    /// The target of a configuration; `None` when it has none.
    pub(crate) fn new(config: &WebhookConfig) -> Result<Option<Self>, TargetError> {
        let Some(url) = &config.url else { return Ok(None) };
        let url = Url::parse(url).map_err(|_| TargetError::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(TargetError::NoAddress);
        }
        // A proxy would connect to addresses that nobody has looked at.
        let mut client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .timeout(config.timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .user_agent(concat!("PocketPing/", env!("CARGO_PKG_VERSION")));
        if !config.allow_private_addresses {
            if literal(&url).is_some_and(|address| !is_public(address)) {
                return Err(TargetError::NotPublic);
            }
            client = client.dns_resolver(PublicOnly);
        }
        let secret = config.secret.as_ref();
        Ok(Some(Target {
            client: client.build().map_err(TargetError::Client)?,
            url,
            key: secret.map(|secret| {
                Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length")
            }),
            timeout: config.timeout,
        }))
    }

    /// How long an attempt may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Makes a request. `now` is what dates in the answer are compared with.
    pub(super) async fn send(&self, delivery: &Delivery, now: Timestamp) -> Result<(), AttemptError> {
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("X-PocketPing-Event", &delivery.kind)
            .header("X-PocketPing-Delivery", delivery.id.as_str());
        if let Some(key) = &self.key {
            request = request.header("X-PocketPing-Signature", signature(key, delivery.body.as_bytes()));
        }
        let response = request.body(delivery.body.clone()).send().await;
        let response = response.map_err(|error| self.failure(error))?;
        let (status, retry_after) = (response.status(), retry_after(response.headers(), now));
        read_away(response).await;
        match status {
            StatusCode::GONE => Err(AttemptError::Gone),
            status if status.is_success() => Ok(()),
            status => Err(AttemptError::Status { status, retry_after }),
        }
    }

    fn failure(&self, error: reqwest::Error) -> AttemptError {
        if error.is_timeout() {
            return AttemptError::Timeout(self.timeout);
        }
        let error = error.without_url();
        let mut cause: &(dyn Error + 'static) = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        AttemptError::Connection(match cause.is::<NotPublic>() {
            true => cause.to_string(),
            false => format!("no connection: {cause}"),
        })
    }
}

/// `sha256=` and the hex HMAC-SHA256 of the body.
fn signature(key: &Hmac<Sha256>, body: &[u8]) -> String {
    let mac = key.clone().chain_update(body).finalize().into_bytes();
    format!("sha256={}", hex(&mac))
}

/// Seconds, or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date: SystemTime = httpdate::parse_http_date(text).ok()?;
    let millis = date.duration_since(UNIX_EPOCH).ok()?.as_millis();
    Some(Timestamp::from_millis(i64::try_from(millis).ok()?).since(now))
}

/// What is left is not worth an error: the status has said everything.
async fn read_away(mut response: Response) {
    let mut bytes = 0;
    while bytes < MAX_ANSWER_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes += chunk.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_bodies_have_the_recorded_signatures() {
        let recorded = include_str!("../../../tests/vectors/webhook_out.json");
        let recorded: serde_json::Value = serde_json::from_str(recorded).unwrap();
        for item in recorded.as_array().unwrap() {
            let key = Hmac::new_from_slice(item["secret"].as_str().unwrap().as_bytes()).unwrap();
            let request = &item["request"];
            let made = signature(&key, request["body_text"].as_str().unwrap().as_bytes());
            assert_eq!(
                made, request["headers"]["x-pocketping-signature"],
                "{}",
                item["name"]
            );
        }
    }

    #[test]
    fn the_wait_that_a_target_asks_for_is_seconds_or_a_date() {
        let now = Timestamp::parse("2026-11-21T07:00:00Z").unwrap();
        let asked =
            |text: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]), now);
        assert_eq!(asked("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            asked("Sat, 21 Nov 2026 07:01:00 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(asked("Sat, 21 Nov 2026 06:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "1e3"] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
    }
}
