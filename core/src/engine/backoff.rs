//! [`Backoff`]: when to try again.

/// Counts failures in a row and says when the next try is due.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    at: Option<u64>,
    /// Before this nothing may be tried, however good the news: the server's `Retry-After`.
    hold: u64,
}

/// The longest `Retry-After` that is believed: an hour.
const LONGEST_HOLD_SECONDS: u64 = 3600;

impl Backoff {
    /// Failures since the last success.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether a try is due.
    pub(super) fn ready(&self, now: u64) -> bool {
        self.at.is_none_or(|at| now >= at)
    }

    /// Whether something else than what has failed may be tried: unless the server has asked to wait.
    pub(super) fn ready_for_another(&self, now: u64) -> bool {
        now >= self.hold
    }

    /// When something else than what has failed may be tried, if the server has asked to wait.
    pub(super) fn another_at(&self) -> Option<u64> {
        self.at.map(|at| at.min(self.hold))
    }

    /// When a try will be due; `None` when it is due already.
    pub(super) fn at(&self) -> Option<u64> {
        self.at
    }

    /// A try failed: the next one is due after `delay` milliseconds, or when the server says.
    pub(super) fn fail(&mut self, now: u64, delay: u64, retry_after: Option<u64>) {
        self.failures = self.failures.saturating_add(1);
        self.wait(now, delay, retry_after);
    }

    /// Waits without having failed.
    pub(super) fn wait(&mut self, now: u64, delay: u64, retry_after: Option<u64>) {
        if let Some(seconds) = retry_after {
            self.hold = now + seconds.min(LONGEST_HOLD_SECONDS) * 1000;
        }
        self.at = Some((now + delay).max(self.hold));
    }

    /// Good news: what waits is due now, unless the server has asked to wait.
    pub(super) fn wake(&mut self, now: u64) {
        if self.at.is_some() {
            self.at = Some(now.max(self.hold));
        }
    }

    /// A try succeeded, or there is nothing to try again. What the server has asked to wait is waited all the same.
    pub(super) fn succeed(&mut self) {
        self.failures = 0;
        self.at = self.at.filter(|at| *at <= self.hold);
    }
}

/// `base` milliseconds, doubled for each failure before, up to `most`.
pub(super) fn doubled(base: u64, failures: u32, most: u64) -> u64 {
    base.checked_shl(failures.min(32)).unwrap_or(most).min(most)
}

/// The first of some deadlines: one loop for all, as chains of iterators over arrays are long.
#[inline(never)]
pub(super) fn earliest(deadlines: &[Option<u64>]) -> Option<u64> {
    let mut first = None;
    for deadline in deadlines {
        if deadline.is_some() && (first.is_none() || *deadline < first) {
            first = *deadline;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_news_does_not_overrule_retry_after() {
        let mut backoff = Backoff::default();
        backoff.fail(1_000, 500, Some(20));
        backoff.wake(2_000);
        assert!(!backoff.ready(20_999));
        assert!(backoff.ready(21_000));
        backoff.succeed();
        backoff.fail(30_000, 8_000, None);
        backoff.wake(31_000);
        assert!(backoff.ready(31_000));
    }

    #[test]
    fn retry_after_outlives_what_is_done_meanwhile() {
        let mut backoff = Backoff::default();
        backoff.fail(1_000, 500, Some(20));
        backoff.succeed();
        assert!(!backoff.ready(20_999));
        assert!(backoff.ready(21_000));
        backoff.fail(30_000, 8_000, None);
        backoff.succeed();
        assert!(backoff.ready(30_000));
    }

    #[test]
    fn delays_double_up_to_the_most() {
        let delays: Vec<u64> = (0..8).map(|failures| doubled(1000, failures, 30_000)).collect();
        assert_eq!(delays, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(doubled(1000, u32::MAX, 30_000), 30_000);
    }
}
