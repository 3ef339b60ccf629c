//! Hours over weeks and midnights.

mod problems;
mod turns;
mod year;

use super::*;

/// Hours of a zone; the days in any order.
fn hours(time_zone: &str, days: &[(&str, &[&str])]) -> OfficeHours {
    OfficeHours::new(&written(time_zone, days)).unwrap()
}

fn written(time_zone: &str, days: &[(&str, &[&str])]) -> OfficeHoursConfig {
    let of = |name: &str| {
        let mut spans = Vec::new();
        for (_, texts) in days.iter().filter(|(day, _)| *day == name) {
            spans.extend(texts.iter().map(|text| (*text).to_owned()));
        }
        spans
    };
    OfficeHoursConfig {
        time_zone: time_zone.to_owned(),
        monday: of("monday"),
        tuesday: of("tuesday"),
        wednesday: of("wednesday"),
        thursday: of("thursday"),
        friday: of("friday"),
        saturday: of("saturday"),
        sunday: of("sunday"),
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// From the first moment on it changes at exactly these, and begins closed.
fn changes(hours: &OfficeHours, from: &str, expected: &[&str]) {
    let (mut now, mut open) = (at(from), false);
    for expected in expected {
        let expected = at(expected);
        assert_eq!(hours.is_open(now), open, "at {now}");
        assert_eq!(hours.next_change(now), Some(expected), "after {now}");
        let just_before = Timestamp::from_micros(expected.as_micros() - 1);
        assert_eq!(hours.is_open(just_before), open, "just before {expected}");
        assert_eq!(hours.next_change(just_before), Some(expected));
        (now, open) = (expected, !open);
    }
    assert_eq!(hours.is_open(now), open, "at {now}");
}

#[test]
fn spans_of_a_day_are_open_from_their_start_until_their_end() {
    let hours = hours(
        "Europe/Paris",
        &[
            ("monday", &["14:00-18:00", "09:00-12:30"]),
            ("wednesday", &["10:00-11:00"]),
        ],
    );
    for (from, offset) in [("2026-11-22", "+01:00"), ("2026-07-05", "+02:00")] {
        let sunday = at(from);
        let day = |days: u64| {
            let day = sunday.after(std::time::Duration::from_secs(days * 86_400));
            day.to_string()[..10].to_owned()
        };
        let moment = |days, time: &str| format!("{}T{time}:00{offset}", day(days));
        let expected = [
            moment(1, "09:00"),
            moment(1, "12:30"),
            moment(1, "14:00"),
            moment(1, "18:00"),
            moment(3, "10:00"),
            moment(3, "11:00"),
            moment(8, "09:00"),
        ];
        changes(&hours, from, &expected.each_ref().map(String::as_str));
    }
}

#[test]
fn a_span_over_midnight_ends_on_the_next_day_also_on_monday() {
    let hours = hours(
        "America/New_York",
        &[("friday", &["22:00-02:00"]), ("sunday", &["23:00-01:00"])],
    );
    let expected = [
        "2026-11-27T22:00:00-05:00",
        "2026-11-28T02:00:00-05:00",
        "2026-11-29T23:00:00-05:00",
        "2026-11-30T01:00:00-05:00",
        "2026-12-04T22:00:00-05:00",
    ];
    changes(&hours, "2026-11-26", &expected);
}

#[test]
fn spans_that_touch_are_one() {
    let touching: &[(&str, &[&str])] = &[
        ("monday", &["09:00-12:00", "12:00-18:00", "22:00-00:00"]),
        ("tuesday", &["00:00-02:00"]),
    ];
    let expected = [
        "2026-11-23T09:00:00Z",
        "2026-11-23T18:00:00Z",
        "2026-11-23T22:00:00Z",
        "2026-11-24T02:00:00Z",
        "2026-11-30T09:00:00Z",
    ];
    changes(&hours("UTC", touching), "2026-11-22", &expected);
}

#[test]
fn hours_that_never_end_have_no_change() {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let all_day: &[&str] = &["00:00-24:00"];
    let always = hours("Africa/Cairo", &days.map(|day| (day, all_day)));
    for moment in ["1969-07-20", "2026-04-24", "2026-10-30", "2100-01-01"] {
        assert!(always.is_open(at(moment)));
        assert_eq!(always.next_change(at(moment)), None);
    }
    for end in [i64::MIN, i64::MAX] {
        always.next_change(Timestamp::from_micros(end));
    }
}
