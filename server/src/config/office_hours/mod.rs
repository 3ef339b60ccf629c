//! [`OfficeHours`]: when the site says that somebody answers.
//!
//! What the clock on the office's wall shows decides, so that daylight saving moves the hours along. A time that an hour
//! turned back has twice begins a span the first time and ends one the last time; a time that an hour turned forward leaves
//! out is the moment of the turn. So hours are open whenever that clock shows a time within them.

mod read;
#[cfg(test)]
mod tests;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use pocketping_core::Timestamp;

/// Days in which the next change is looked for: two weeks, as the turn of a clock may leave out a week's only change.
const DAYS_AHEAD: usize = 15;

/// Office hours as they are written down: a weekday without spans is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficeHoursConfig {
    /// The time zone of the hours as the IANA data base names it, such as `Europe/Paris`; daylight saving is the zone's.
    pub time_zone: String,
    /// Spans such as `09:00-12:30`, in 24 hours; one whose end is not after its start, such as `22:00-02:00`, ends on the
    /// next day, and the whole day is `00:00-24:00`. Spans of the week must not overlap.
    pub monday: Vec<String>,
    /// The same of this day.
    pub tuesday: Vec<String>,
    /// The same of this day.
    pub wednesday: Vec<String>,
    /// The same of this day.
    pub thursday: Vec<String>,
    /// The same of this day.
    pub friday: Vec<String>,
    /// The same of this day.
    pub saturday: Vec<String>,
    /// The same of this day.
    pub sunday: Vec<String>,
}

/// Office hours, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    zone: TimeZone,
    /// Each weekday's, from Monday on.
    days: [Vec<Span>; 7],
}

/// A span of a day, in minutes since its midnight. The end, which is no longer in it, may be on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u16,
    end: u16,
}

/// Which end of a span a time is.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

impl OfficeHours {
    /// Whether it is office hours at this moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let now = moment(at);
        let mut openings = self.openings(now, 1).into_iter();
        openings.any(|(start, end)| start <= now && now < end)
    }

    /// When after this moment the hours next begin or end; `None` when they never do.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let now = moment(at);
        let mut closes = None;
        for (start, end) in self.openings(now, DAYS_AHEAD) {
            match closes {
                None if now < start => return Some(timestamp(start)),
                None if now < end => closes = Some(end),
                None => {}
                // What begins as the one before ends goes on without a change.
                Some(known) if known < start => return Some(timestamp(known)),
                Some(known) => closes = Some(end.max(known)),
            }
        }
        None
    }

    /// The spans of the day before this moment's, of that day, and of as many days after it, as moments and in order.
    fn openings(&self, now: jiff::Timestamp, ahead: usize) -> Vec<(jiff::Timestamp, jiff::Timestamp)> {
        let today = self.zone.to_datetime(now).date();
        let first = today.yesterday().unwrap_or(today);
        let days = first.series(1.day()).take(ahead + 2);
        let mut openings: Vec<_> = days.flat_map(|day| self.openings_of(day)).collect();
        openings.sort_unstable();
        openings
    }

    fn openings_of(&self, day: Date) -> impl Iterator<Item = (jiff::Timestamp, jiff::Timestamp)> {
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        let spans = self.days.get(weekday).into_iter().flatten();
        spans.filter_map(move |span| {
            let start = self.edge(day, span.start, Edge::Start)?;
            let end = self.edge(day, span.end, Edge::End)?;
            // A span that lies within an hour that is left out.
            (start < end).then_some((start, end))
        })
    }

    /// When the clock on the wall shows this time; `None` beyond all calendars.
    fn edge(&self, day: Date, minutes: u16, edge: Edge) -> Option<jiff::Timestamp> {
        let midnight: DateTime = day.at(0, 0, 0, 0);
        let shown = midnight.checked_add(i64::from(minutes).minutes()).ok()?;
        let found = self.zone.to_ambiguous_timestamp(shown);
        match (found.offset(), edge) {
            (AmbiguousOffset::Gap { .. }, _) => {
                let before = found.earlier().ok()?;
                Some(self.zone.following(before).next()?.timestamp())
            }
            (_, Edge::Start) => found.earlier().ok(),
            (_, Edge::End) => found.later().ok(),
        }
    }
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    let nearest = match at.as_micros() {
        ..0 => jiff::Timestamp::MIN,
        0.. => jiff::Timestamp::MAX,
    };
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(nearest)
}

fn timestamp(moment: jiff::Timestamp) -> Timestamp {
    Timestamp::from_micros(moment.as_microsecond())
}
