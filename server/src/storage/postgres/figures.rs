//! Counting, by queries.

use crate::storage::{Figures, MAX_COUNTED_MESSAGES, Span};
use sqlx::PgConnection;

/// Sessions of a span with what their messages say: how many there are in the span, whether somebody has answered, when
/// the visitor first wrote (`asked`), and when the first answer to that came.
const TALKS: &str = "WITH talks AS MATERIALIZED (
    SELECT s.key, s.last_message, m.count, m.answered, m.asked FROM sessions s CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE at >= $1 AND at < $2) AS count, bool_or(sender <> 0) AS answered,
            min(at) FILTER (WHERE sender = 0) AS asked
        FROM messages WHERE session = s.key AND NOT private) m
    WHERE s.created_at >= $1 AND s.created_at < $2
), waits AS (
    SELECT (SELECT min(m.at) FROM messages m WHERE m.session = t.key AND NOT m.private AND m.sender <> 0
        AND m.at >= t.asked) - t.asked AS wait
    FROM talks t WHERE t.answered AND t.asked IS NOT NULL
)
SELECT
    (SELECT coalesce(sum(least(count, $3)), 0)::BIGINT FROM talks),
    (SELECT count(*) FROM talks WHERE answered),
    (SELECT count(*) FROM talks JOIN messages m ON m.seq = talks.last_message WHERE m.sender = 0),
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) FROM waits)";

const DAYS: &str = "SELECT (created_at - $1) / 86400000000, count(*) FROM sessions \
     WHERE created_at >= $1 AND created_at < $2 GROUP BY 1";

const RATINGS: &str = "SELECT count(*), count(*) FILTER (WHERE score >= 4), coalesce(sum(score), 0)::BIGINT \
     FROM profiles WHERE rated_at >= $1 AND rated_at < $2";

pub(super) async fn of_span(connection: &mut PgConnection, span: Span) -> sqlx::Result<Figures> {
    let (from, to) = (span.from.as_micros(), span.to.as_micros());
    let mut began = vec![0; span.days()];
    let days: Vec<(i64, i64)> = sqlx::query_as(DAYS)
        .bind(from)
        .bind(to)
        .fetch_all(&mut *connection)
        .await?;
    for (day, count) in days {
        if let Some(day) = began.get_mut(day as usize) {
            *day = count as u64;
        }
    }
    let (messages, answered, unanswered, wait): (i64, i64, i64, Option<f64>) = sqlx::query_as(TALKS)
        .bind(from)
        .bind(to)
        .bind(MAX_COUNTED_MESSAGES as i64)
        .fetch_one(&mut *connection)
        .await?;
    let (ratings, good_ratings, rating_sum): (i64, i64, i64) = sqlx::query_as(RATINGS)
        .bind(from)
        .bind(to)
        .fetch_one(connection)
        .await?;
    Ok(Figures {
        began,
        messages: messages as u64,
        answered: answered as u64,
        unanswered: unanswered as u64,
        median_wait: wait.map(|micros| micros / 1e6),
        ratings: ratings as u64,
        good_ratings: good_ratings as u64,
        rating_sum: rating_sum as u64,
    })
}
