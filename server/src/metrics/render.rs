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
    /// it says how busy the chat is.
    pub fn metrics_text(&self) -> String {
        let metrics = self.metrics();
        let online = self.inner().bus.sessions_listened_to();
        metrics
            .sessions_online
            .set(i64::try_from(online).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a text cannot fail.
        encode(&mut text, &metrics.registry).ok();
        text
    }
}
