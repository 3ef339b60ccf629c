//! The system's clocks and random bytes, which the engine takes as arguments.

use pocketping_core::Timestamp;
use pocketping_core::engine::{Entropy, Moment};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Counts from its making.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Clock {
            start: Instant::now(),
        }
    }

    /// Both clocks, now.
    pub(crate) fn now(self) -> Moment {
        let wall = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => millis(since),
            Err(before) => -millis(before.duration()),
        };
        Moment {
            wall: Timestamp::from_millis(wall),
            mono: u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The instant of a moment's `mono`.
    pub(crate) fn instant(self, mono: u64) -> Instant {
        self.start + Duration::from_millis(mono)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// 16 fresh random bytes.
///
/// # Panics
/// When the operating system has no random bytes to give: guessable ids would be worse.
pub(crate) fn entropy() -> Entropy {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
