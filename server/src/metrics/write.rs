//! Writes of the storage: how many wait, how long they take, which failed.

use super::Metrics;
use crate::storage::{StorageError, WriteError};
use prometheus_client::metrics::gauge::Gauge;
use std::time::Instant;

/// A write that waits, until this is dropped: also when whoever asked has gone.
struct Waiting<'m>(&'m Gauge);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Whether a write failed in the storage, and was not refused by a rule.
pub(crate) trait IsFailure {
    fn is_failure(&self) -> bool;
}

impl IsFailure for StorageError {
    fn is_failure(&self) -> bool {
        true
    }
}

impl IsFailure for WriteError {
    fn is_failure(&self) -> bool {
        matches!(self, WriteError::Storage(_))
    }
}

impl Metrics {
    /// Measures a write from here, where it is asked for, to its answer.
    pub(crate) async fn measure_write<T, E: IsFailure>(
        &self,
        write: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.writes_waiting.inc();
        let waiting = Waiting(&self.writes_waiting);
        let began = Instant::now();
        let done = write.await;
        drop(waiting);
        self.write_times.observe(began.elapsed().as_secs_f64());
        if done.as_ref().is_err_and(E::is_failure) {
            self.writes_failed.inc();
        }
        done
    }
}
