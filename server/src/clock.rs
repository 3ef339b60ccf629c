//! The port [`Clock`]: where the services read the time.

use pocketping_core::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the time of day.
///
/// It may step back (clocks get adjusted): the services keep each conversation's times in order themselves.
pub trait Clock: Send + Sync + 'static {
    /// The present moment, in UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A machine whose clock is before 1970 gets 1970: a wrong date is better than no answer.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
