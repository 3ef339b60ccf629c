//! Figures about a span of time (PROTOCOL §5.9).

use pocketping_core::Timestamp;
use std::time::Duration;

/// Messages of one session that count at most.
pub const MAX_COUNTED_MESSAGES: u64 = 1_000;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end, which is not part of it.
    pub to: Timestamp,
}

impl Span {
    /// How many days it has, counted in 24 hours from its beginning: at least one, the last one may be shorter.
    pub fn days(&self) -> usize {
        let length = self.to.since(self.from).as_micros();
        length.div_ceil(DAY.as_micros()).max(1) as usize
    }

    /// The day that a moment of it belongs to, from 0 on; `None` for one outside.
    pub fn day_of(&self, moment: Timestamp) -> Option<usize> {
        (self.from <= moment && moment < self.to)
            .then(|| (moment.since(self.from).as_micros() / DAY.as_micros()) as usize)
    }
}

/// What a store has counted. Notes among operators count nowhere; deleted messages do, as they were sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Sessions that began on each of [`Span::days`].
    pub began: Vec<u64>,
    /// Messages of these sessions in the span, at most [`MAX_COUNTED_MESSAGES`] of each session.
    pub messages: u64,
    /// Of these sessions those with a message of an operator or an AI, whenever it was.
    pub answered: u64,
    /// Of these sessions those whose newest message is the visitor's.
    pub unanswered: u64,
    /// The median of the seconds from the first message of a visitor to the first one after it (or of the same moment)
    /// that is not theirs, over these sessions; of two in the middle their average. `None` when none has both.
    pub median_wait: Option<f64>,
    /// Ratings that were given in the span, in any session.
    pub ratings: u64,
    /// Those of 4 and 5.
    pub good_ratings: u64,
    /// The sum of their scores.
    pub rating_sum: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(hours: i64) -> Span {
        let from = Timestamp::from_millis(1_790_000_000_000);
        Span {
            from,
            to: Timestamp::from_millis(from.as_millis() + hours * 3_600_000),
        }
    }

    #[test]
    fn days_are_begun_days_and_at_least_one() {
        assert_eq!(
            [0, 1, 24, 25, 168].map(|hours| span(hours).days()),
            [1, 1, 1, 2, 7]
        );
    }

    #[test]
    fn a_moment_belongs_to_a_day_until_the_end() {
        let span = span(25);
        let day = |hours: i64| span.day_of(Timestamp::from_millis(span.from.as_millis() + hours * 3_600_000));
        assert_eq!(
            [-1, 0, 23, 24, 25].map(day),
            [None, Some(0), Some(0), Some(1), None]
        );
    }
}
