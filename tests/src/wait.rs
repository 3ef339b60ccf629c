//! Waiting for something that a real browser or process does in its own time.

use anyhow::{Result, bail};
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Asks `probe` every 50 ms until it gives a value, for at most `limit`.
///
/// # Errors
/// With `what` when the time is over, or at once when the probe itself fails.
pub async fn eventually<T, F, P>(what: &str, limit: Duration, mut probe: P) -> Result<T>
where
    P: FnMut() -> F,
    F: Future<Output = Result<Option<T>>>,
{
    let begun = Instant::now();
    let mut beat = interval(Duration::from_millis(50));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        if let Some(value) = probe().await? {
            return Ok(value);
        }
        if begun.elapsed() > limit {
            bail!("waited {limit:?} in vain: {what}");
        }
    }
}
