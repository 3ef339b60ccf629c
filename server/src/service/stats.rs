//! Figures about a span of time (PROTOCOL §5.9).

use super::ServiceError;
use crate::PocketPing;
use crate::storage::Span;
use pocketping_core::Timestamp;
use pocketping_core::model::{CsatStats, Stats};

/// What is counted unless the caller says otherwise.
const DEFAULT_DAYS: i64 = 7;
/// Longest span: the answer has a number for each day.
const MAX_DAYS: usize = 3_660;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

impl PocketPing {
    /// What happened from `from` until before `to`, in figures. When it is unset, `to` is the end of this second, so that
    /// what has just happened counts, and `from` seven days before `to`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let pp = pocketping_server::PocketPing::builder().build()?;
    /// let week = pp.stats(None, None).await?;
    /// println!("{} conversations, {:.0} % answered", week.conversations, week.response_rate * 100.0);
    /// # assert_eq!((week.conversations, week.conversations_sparkline.len()), (0, 7));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// On a span that has no length or more than 3,660 days, and when the storage fails.
    pub async fn stats(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Stats, ServiceError> {
        let second_end = (self.now().as_millis().div_euclid(1000) + 1) * 1000;
        let to = to.unwrap_or(Timestamp::from_millis(second_end));
        let week_before = to.as_millis().saturating_sub(DEFAULT_DAYS * DAY_MILLIS);
        let from = from.unwrap_or_else(|| Timestamp::from_millis(week_before));
        let span = Span { from, to };
        if from >= to {
            return Err(ServiceError::field("from", "must be before to"));
        }
        if span.days() > MAX_DAYS {
            let problem = format!("must be at most {MAX_DAYS} days before to");
            return Err(ServiceError::field("from", problem));
        }
        let figures = self.inner().storage.figures(span).await?;
        let conversations: u64 = figures.began.iter().sum();
        Ok(Stats {
            from,
            to,
            conversations,
            conversations_sparkline: figures.began,
            messages: figures.messages,
            response_rate: share(figures.answered, conversations).unwrap_or(0.0),
            median_first_response_seconds: figures.median_wait,
            unanswered_now: figures.unanswered,
            csat: CsatStats {
                percent: share(figures.good_ratings, figures.ratings),
                average: share(figures.rating_sum, figures.ratings),
                responses: figures.ratings,
            },
        })
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
