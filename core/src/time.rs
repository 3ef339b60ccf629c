//! [`Timestamp`]: ISO-8601 dates of the wire as a number.

use crate::decimal::push_padded;
use crate::value::{ReadError, Value, Wire};
use std::fmt;
use std::time::Duration;

/// A moment, in whole microseconds since 1970-01-01T00:00:00Z (Python servers send microseconds).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

impl Timestamp {
    /// The moment this many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }

    /// The moment this many milliseconds after 1970 (what JavaScript's `Date.now()` gives).
    pub const fn from_millis(millis: i64) -> Self {
        Timestamp(millis.saturating_mul(1000))
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970, rounded down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long after `earlier` this is; zero when it is before.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment this much later.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Timestamp(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// Reads an ISO-8601 date and time with `Z`, an offset or none (taken as UTC); a date alone is midnight.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (year, month, day) = (digits(bytes, 0, 4)?, digits(bytes, 5, 2)?, digits(bytes, 8, 2)?);
        let day_ok = day >= 1 && day <= days_in_month(year, month);
        if bytes[4] != b'-' || bytes[7] != b'-' || !(1..=12).contains(&month) || !day_ok {
            return None;
        }
        let midnight = days_from_civil(year, month, day) * SECONDS_PER_DAY;
        if bytes.len() == 10 {
            return Some(Timestamp(midnight * MICROS_PER_SECOND));
        }
        if !matches!(bytes[10], b'T' | b't' | b' ') || *bytes.get(13)? != b':' || *bytes.get(16)? != b':' {
            return None;
        }
        let (hour, minute, second) = (
            digits(bytes, 11, 2)?,
            digits(bytes, 14, 2)?,
            digits(bytes, 17, 2)?,
        );
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut at = 19;
        let mut micros = 0;
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            let mut unit = MICROS_PER_SECOND / 10;
            let start = at;
            while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
                micros += i64::from(digit - b'0') * unit;
                unit /= 10;
                at += 1;
            }
            if at == start {
                return None;
            }
        }
        let offset = match bytes.get(at) {
            None => 0,
            Some(b'Z' | b'z') if bytes.len() == at + 1 => 0,
            Some(sign @ (b'+' | b'-')) => {
                let minutes_at = if bytes.get(at + 3) == Some(&b':') {
                    at + 4
                } else {
                    at + 3
                };
                let seconds = digits(bytes, at + 1, 2)? * 3600 + digits(bytes, minutes_at, 2)? * 60;
                if bytes.len() != minutes_at + 2 || seconds > 24 * 3600 {
                    return None;
                }
                if *sign == b'-' { -seconds } else { seconds }
            }
            Some(_) => return None,
        };
        let seconds = midnight + hour * 3600 + minute * 60 + second - offset;
        Some(Timestamp(seconds * MICROS_PER_SECOND + micros))
    }
}

impl fmt::Display for Timestamp {
    /// ISO-8601 in UTC with milliseconds, or microseconds when there are some: `2026-11-21T07:20:25.747Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso())
    }
}

impl Timestamp {
    /// As ISO-8601 text, written digit by digit: the formatter of the standard library is a lot of code for two digits.
    pub fn to_iso(self) -> String {
        let seconds = self.0.div_euclid(MICROS_PER_SECOND);
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let rest = seconds.rem_euclid(SECONDS_PER_DAY);
        let (fraction, places) = match micros % 1000 {
            0 => (micros / 1000, 3),
            _ => (micros, 6),
        };
        let mut iso = String::new();
        let mut add = |number: i64, places: usize, after: char| {
            push_padded(&mut iso, number, places);
            iso.push(after);
        };
        add(year, 4, '-');
        add(month, 2, '-');
        add(day, 2, 'T');
        add(rest / 3600, 2, ':');
        add(rest / 60 % 60, 2, ':');
        add(rest % 60, 2, '.');
        add(fraction, places, 'Z');
        iso
    }
}

impl Wire for Timestamp {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let parsed = value.as_str().and_then(Timestamp::parse);
        parsed.ok_or_else(|| ReadError::expected("an ISO-8601 date"))
    }
    fn write(&self) -> Value {
        Value::String(self.to_iso())
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .into()
    }
}

fn digits(bytes: &[u8], at: usize, count: usize) -> Option<i64> {
    let slice = bytes.get(at..at + count)?;
    slice.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + i64::from(byte - b'0'))
    })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date: 400-year eras of 146,097 days counted from March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The date of a day since 1970-01-01; the inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_the_existing_servers_are_read() {
        let python = Timestamp::parse("2026-11-21T07:20:25.747522+00:00").unwrap();
        assert_eq!(python.to_string(), "2026-11-21T07:20:25.747522Z");
        assert_eq!(Timestamp::parse("2026-11-21T07:20:25.747522Z"), Some(python));
        let javascript = Timestamp::parse("2026-01-01T00:00:00.000Z").unwrap();
        assert_eq!(javascript.as_millis(), 1_767_225_600_000);
        assert_eq!(Timestamp::parse("2026-01-01T01:30:00+0130"), Some(javascript));
        assert_eq!(Timestamp::parse("2025-12-31T19:00:00-05:00"), Some(javascript));
        assert_eq!(Timestamp::parse("2026-01-01"), Some(javascript));
        let go = Timestamp::parse("2026-01-01T00:00:00.123456789Z").unwrap();
        assert_eq!(go.to_string(), "2026-01-01T00:00:00.123456Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "x",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-1-1",
            "2026-01-01T",
            "é026-01-01",
            "2026-01-01T00:00",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00Zx",
            "2026-01-01T00:00:00+1",
            "1abc-de-f0",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_survives_a_round_trip() {
        for day in -146_097..146_097 {
            let moment = Timestamp::from_millis(day * SECONDS_PER_DAY * 1000 + 1);
            assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        }
    }
}
