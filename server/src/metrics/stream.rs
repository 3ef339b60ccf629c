//! [`OpenStream`]: one open stream, while it is.

use super::labels::Stream;
use super::{Metrics, Side, Transport};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

/// Counts a stream as open until it is dropped.
pub(crate) struct OpenStream {
    open: Gauge,
    lagged: Counter,
}

impl Metrics {
    /// Counts one more open stream.
    pub(crate) fn open_stream(&self, side: Side, transport: Transport) -> OpenStream {
        let stream = Stream { side, transport };
        let open = self.streams_open.get_or_create_owned(&stream);
        open.inc();
        OpenStream {
            open,
            lagged: self.streams_lagged.get_or_create_owned(&stream),
        }
    }
}

impl OpenStream {
    /// It ends because its client was too slow.
    pub(crate) fn lagged(&self) {
        self.lagged.inc();
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.open.dec();
    }
}
