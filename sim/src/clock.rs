//! Virtual time: one clock for the whole world, and what each machine makes of it.

use pocketping_core::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// What a correct wall clock shows at the world's time 0.
const EPOCH_MILLIS: i64 = 1_790_000_000_000;

/// Milliseconds since the world began. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    /// The present.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Moves on; never back.
    pub(crate) fn advance(&self, to: u64) {
        self.0.fetch_max(to, Ordering::Relaxed);
    }
}

/// One machine's wall clock: off by a number of milliseconds that may change at any time.
#[derive(Clone, Debug)]
pub(crate) struct WallClock {
    clock: Clock,
    off_by: Arc<AtomicI64>,
}

impl WallClock {
    /// A wall clock that is off by so many milliseconds.
    pub(crate) fn new(clock: &Clock, off_by: i64) -> Self {
        WallClock {
            clock: clock.clone(),
            off_by: Arc::new(AtomicI64::new(off_by)),
        }
    }

    /// What it shows.
    pub(crate) fn read(&self) -> Timestamp {
        let now = i64::try_from(self.clock.now()).unwrap_or(i64::MAX / 2);
        Timestamp::from_millis(EPOCH_MILLIS + now + self.off_by.load(Ordering::Relaxed))
    }

    /// Sets how far off it is.
    pub(crate) fn set(&self, off_by: i64) {
        self.off_by.store(off_by, Ordering::Relaxed);
    }
}

impl pocketping_server::Clock for WallClock {
    fn now(&self) -> Timestamp {
        self.read()
    }
}
