//! The metrics as text.

use super::Metrics;
use crate::PocketPing;
use prometheus_client::encoding::prometheus_text::encode;

impl PocketPing {
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner().metrics
    }

    /// What the server has counted and measured since it was built, as Prometheus reads it (text format 0.0.4; names and
    /// labels are in docs/observability.md). There is no text, session or address in it, and yet it is not for everybody:
    /// it says how busy the chat is. The webhook's queue is looked at in the storage; while that cannot be read, it stands as
    /// it was found last.
    pub async fn metrics_text(&self) -> String {
        let metrics = self.metrics();
        if self.inner().webhooks.is_some() {
            match self.inner().storage.deliveries().counts().await {
                Ok(counts) => {
                    metrics.webhook_waiting.set(whole(counts.waiting));
                    metrics.webhook_dead.set(whole(counts.dead));
                }
                Err(error) => tracing::debug!(%error, "the webhook's queue could not be counted"),
            }
        }
        let online = self.inner().bus.sessions_listened_to();
        metrics.sessions_online.set(whole(online));
        let mut text = String::new();
        // Writing to a text cannot fail.
        encode(&mut text, &metrics.registry).ok();
        text
    }
}

fn whole(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
