//! Office hours from texts, and everything that is wrong with them.

use super::{OfficeHours, OfficeHoursConfig, Span};
use crate::config::{ConfigProblem, ConfigProblems};
use jiff::tz::TimeZoneDatabase;

const MINUTES_PER_DAY: u16 = 24 * 60;
const MINUTES_PER_WEEK: u16 = 7 * MINUTES_PER_DAY;

const ZONE: &str = "office_hours.time_zone";
const ZONES: &str = "name one of the IANA data base, such as Europe/Paris or UTC";
const TIMES: &str = "write start and end in 24 hours as in 09:00-12:30; 22:00-02:00 ends on the next day";
const EMPTY: &str = "write an end that differs; the whole day is 00:00-24:00";

/// A span as it was written, and when in the week it starts.
struct Written<'a> {
    key: &'static str,
    text: &'a str,
    /// In minutes since Monday's midnight.
    start: u16,
    length: u16,
}

impl OfficeHours {
    /// Reads and checks office hours.
    ///
    /// # Errors
    /// Names everything that is wrong: an unknown time zone, what is no span, spans that are empty or overlap, and hours
    /// that never are.
    pub fn new(config: &OfficeHoursConfig) -> Result<Self, ConfigProblems> {
        let mut problems = Vec::new();
        let mut add = |key, problem: String, hint| problems.push(ConfigProblem { key, problem, hint });
        // The embedded data base: it works on machines that have none.
        let zone = match config.time_zone.trim() {
            "" => Err("is not set, so that the hours could be anywhere's".to_owned()),
            name => TimeZoneDatabase::bundled()
                .get(name)
                .map_err(|_| format!("`{name}` is no time zone")),
        };
        if let Err(problem) = &zone {
            add(ZONE, problem.clone(), ZONES);
        }
        let mut days: [Vec<Span>; 7] = Default::default();
        let mut week: Vec<Written<'_>> = Vec::new();
        let texts = config.days();
        let midnights = (0..7).map(|day| day * MINUTES_PER_DAY);
        for (((key, texts), day), midnight) in texts.iter().zip(&mut days).zip(midnights) {
            for text in *texts {
                let Some(span) = Span::read(text) else {
                    add(key, format!("`{text}` is no span of times"), TIMES);
                    continue;
                };
                if span.start == span.end {
                    add(key, format!("`{text}` is empty"), EMPTY);
                    continue;
                }
                let span = span.forwards();
                let written = Written {
                    key,
                    text,
                    start: midnight + span.start,
                    length: span.end - span.start,
                };
                for other in week.iter().filter(|other| other.overlaps(&written)) {
                    let problem = format!("`{text}` overlaps `{}` of {}", other.text, other.day());
                    add(key, problem, "let one end where the other begins, or before");
                }
                week.push(written);
                day.push(span);
            }
        }
        if texts.iter().all(|(_, texts)| texts.is_empty()) {
            let problem = "no day has hours, so that it would always be closed";
            let hint = "give some days spans such as monday = [\"09:00-18:00\"]";
            add("office_hours.monday", problem.to_owned(), hint);
        }
        match zone {
            Ok(zone) if problems.is_empty() => Ok(OfficeHours { zone, days }),
            _ => Err(ConfigProblems(problems)),
        }
    }
}

impl OfficeHoursConfig {
    /// The spans of each day from Monday on, with the option's name.
    fn days(&self) -> [(&'static str, &Vec<String>); 7] {
        [
            ("office_hours.monday", &self.monday),
            ("office_hours.tuesday", &self.tuesday),
            ("office_hours.wednesday", &self.wednesday),
            ("office_hours.thursday", &self.thursday),
            ("office_hours.friday", &self.friday),
            ("office_hours.saturday", &self.saturday),
            ("office_hours.sunday", &self.sunday),
        ]
    }
}

impl Written<'_> {
    /// Whether the two have a moment in common; after Sunday comes Monday.
    fn overlaps(&self, other: &Self) -> bool {
        let after = |from: u16, to: u16| (MINUTES_PER_WEEK + to - from) % MINUTES_PER_WEEK;
        after(self.start, other.start) < self.length || after(other.start, self.start) < other.length
    }

    fn day(&self) -> &'static str {
        self.key.rsplit_once('.').map_or(self.key, |(_, day)| day)
    }
}

impl Span {
    /// Reads `09:00-12:30`; `24:00` is an end only.
    fn read(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('-')?;
        let (start, end) = (minutes(start)?, minutes(end)?);
        (start < MINUTES_PER_DAY).then_some(Span { start, end })
    }

    /// With an end after the start, on the next day if need be.
    fn forwards(self) -> Self {
        let over_midnight = if self.end < self.start { MINUTES_PER_DAY } else { 0 };
        Span {
            end: self.end + over_midnight,
            ..self
        }
    }
}

/// Minutes since midnight of `09:00`, up to `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |text: &str| -> Option<u16> {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= MINUTES_PER_DAY).then_some(hours * 60 + minutes)
}
