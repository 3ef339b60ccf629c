//! When a delivery that failed is tried again.

use pocketping_core::Timestamp;
use std::time::Duration;

/// How long a delivery is tried; the last attempt is made when this is over.
pub(super) const LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// The wait after the first attempt; it doubles with each one.
const FIRST: Duration = Duration::from_secs(5);
/// No wait is longer, but for a target that asks for more.
const LONGEST: Duration = Duration::from_secs(2 * 3600);

/// When a delivery is tried again that was queued at `queued_at` and has been tried `attempts` times, the last time in
/// vain; `None` when it is given up. `asked`: the wait that the target asked for. `dice`: a random number, which spreads
/// the waits by a fifth to either side, so that what failed together is not tried together.
pub(super) fn next_attempt(
    queued_at: Timestamp,
    attempts: u32,
    now: Timestamp,
    asked: Option<Duration>,
    dice: u8,
) -> Option<Timestamp> {
    let end = queued_at.after(LIFETIME);
    if now >= end {
        return None;
    }
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX));
    let wait = doubled.min(LONGEST) * (4 * 255 + 2 * u32::from(dice)) / (5 * 255);
    Some(now.after(wait.max(asked.unwrap_or_default())).min(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(dice: u8) -> Vec<f64> {
        let start = Timestamp::from_millis(0);
        let (mut now, mut attempts, mut waits) = (start, 1, Vec::new());
        while let Some(next) = next_attempt(start, attempts, now, None, dice) {
            waits.push(next.since(now).as_secs_f64());
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(now, start.after(LIFETIME), "the last attempt is at the end");
        waits
    }

    #[test]
    fn attempts_are_spread_over_a_day() {
        for dice in [0, 128, 255] {
            let waits = waits(dice);
            assert!((18..=26).contains(&waits.len()), "{waits:?}");
            let (last, others) = waits.split_last().unwrap();
            assert!(others.is_sorted(), "{waits:?}");
            assert!(*last <= 2.0 * 3600.0 * 1.2);
        }
    }

    #[test]
    fn waits_are_spread_by_a_fifth() {
        assert_eq!(waits(0)[0], 4.0);
        assert_eq!(waits(255)[0], 6.0);
    }

    #[test]
    fn a_target_may_ask_for_more_time_but_not_for_more_than_a_day() {
        let start = Timestamp::from_millis(0);
        let asked = |seconds| next_attempt(start, 1, start, Some(Duration::from_secs(seconds)), 0);
        assert_eq!(asked(1), Some(start.after(Duration::from_secs(4))));
        assert_eq!(asked(600), Some(start.after(Duration::from_secs(600))));
        assert_eq!(asked(u64::MAX), Some(start.after(LIFETIME)));
    }

    #[test]
    fn no_number_of_attempts_is_too_large() {
        let (start, now) = (Timestamp::from_millis(0), Timestamp::from_millis(1));
        for attempts in [0, 31, 32, 33, 34, 64, 65, u32::MAX] {
            assert!(next_attempt(start, attempts, now, None, 255).unwrap() > now);
        }
    }
}
