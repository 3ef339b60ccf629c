//! Counting, by queries.

use crate::storage::{Figures, MAX_COUNTED_MESSAGES, Span};
use rusqlite::{Connection, params};

/// Sessions of a span with what their messages say: how many there are in the span, whether somebody has answered, when
/// the visitor first wrote (`asked`), and when the first answer to that came (`reply`).
const TALKS: &str = "WITH talks AS MATERIALIZED (
    SELECT s.key, s.last_message,
        (SELECT count(*) FROM messages m WHERE m.session = s.key AND m.private = 0 AND m.at >= ?1 AND m.at < ?2) AS count,
        EXISTS (SELECT 1 FROM messages m WHERE m.session = s.key AND m.private = 0 AND m.sender <> 0) AS answered,
        (SELECT min(m.at) FROM messages m WHERE m.session = s.key AND m.private = 0 AND m.sender = 0) AS asked
    FROM sessions s WHERE s.created_at >= ?1 AND s.created_at < ?2
), waits AS MATERIALIZED (
    SELECT (SELECT min(m.at) FROM messages m WHERE m.session = t.key AND m.private = 0 AND m.sender <> 0
        AND m.at >= t.asked) - t.asked AS wait
    FROM talks t WHERE t.answered AND t.asked IS NOT NULL
), known AS MATERIALIZED (SELECT wait FROM waits WHERE wait IS NOT NULL)
SELECT
    (SELECT coalesce(sum(min(count, ?3)), 0) FROM talks),
    (SELECT coalesce(sum(answered), 0) FROM talks),
    (SELECT count(*) FROM talks JOIN messages m ON m.seq = talks.last_message WHERE m.sender = 0),
    (SELECT avg(wait) FROM (SELECT wait FROM known ORDER BY wait
        LIMIT 2 - (SELECT count(*) FROM known) % 2 OFFSET (SELECT max(count(*) - 1, 0) / 2 FROM known)))";

const DAYS: &str = "SELECT (created_at - ?1) / 86400000000, count(*) FROM sessions \
     WHERE created_at >= ?1 AND created_at < ?2 GROUP BY 1";

const RATINGS: &str = "SELECT count(*), coalesce(sum(score >= 4), 0), coalesce(sum(score), 0) FROM profiles \
     WHERE rated_at >= ?1 AND rated_at < ?2";

pub(super) fn of_span(connection: &Connection, span: Span) -> rusqlite::Result<Figures> {
    let (from, to) = (span.from.as_micros(), span.to.as_micros());
    let mut figures = Figures {
        began: vec![0; span.days()],
        ..Figures::default()
    };
    let mut days = connection.prepare_cached(DAYS)?;
    let mut rows = days.query([from, to])?;
    while let Some(row) = rows.next()? {
        if let Some(day) = figures.began.get_mut(row.get::<_, i64>(0)? as usize) {
            *day = row.get::<_, i64>(1)? as u64;
        }
    }
    let mut talks = connection.prepare_cached(TALKS)?;
    talks.query_row(params![from, to, MAX_COUNTED_MESSAGES as i64], |row| {
        figures.messages = row.get::<_, i64>(0)? as u64;
        figures.answered = row.get::<_, i64>(1)? as u64;
        figures.unanswered = row.get::<_, i64>(2)? as u64;
        figures.median_wait = row.get::<_, Option<f64>>(3)?.map(|micros| micros / 1e6);
        Ok(())
    })?;
    let mut ratings = connection.prepare_cached(RATINGS)?;
    ratings.query_row([from, to], |row| {
        figures.ratings = row.get::<_, i64>(0)? as u64;
        figures.good_ratings = row.get::<_, i64>(1)? as u64;
        figures.rating_sum = row.get::<_, i64>(2)? as u64;
        Ok(())
    })?;
    Ok(figures)
}
