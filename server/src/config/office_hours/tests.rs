//! Hours over weeks, midnights and turns of the clock.

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

/// On 2026-03-29 at 01:00 UTC clocks in Paris go from 02:00 to 03:00.
#[test]
fn a_time_that_the_turned_clock_leaves_out_is_the_moment_of_the_turn() {
    let turn = "2026-03-29T01:00:00Z";
    let table: &[(&str, &str, &[&str])] = &[
        ("saturday", "22:00-02:30", &["2026-03-28T21:00:00Z", turn]),
        (
            "saturday",
            "22:00-03:30",
            &["2026-03-28T21:00:00Z", "2026-03-29T01:30:00Z"],
        ),
        ("sunday", "02:30-10:00", &[turn, "2026-03-29T08:00:00Z"]),
        (
            "sunday",
            "02:15-02:45",
            &["2026-04-05T00:15:00Z", "2026-04-05T00:45:00Z"],
        ),
        (
            "sunday",
            "00:00-24:00",
            &["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
        ),
        (
            "sunday",
            "09:00-10:00",
            &["2026-03-29T07:00:00Z", "2026-03-29T08:00:00Z"],
        ),
    ];
    for (day, span, expected) in table {
        changes(
            &hours("Europe/Paris", &[(day, &[span])]),
            "2026-03-28T12:00:00Z",
            expected,
        );
    }
}

/// On 2026-10-25 at 01:00 UTC clocks in Paris go from 03:00 to 02:00.
#[test]
fn a_time_that_the_turned_clock_shows_twice_opens_the_first_and_closes_the_last_time() {
    let table: &[(&str, &str, &[&str])] = &[
        (
            "saturday",
            "22:00-02:30",
            &["2026-10-24T20:00:00Z", "2026-10-25T01:30:00Z"],
        ),
        (
            "saturday",
            "22:00-03:00",
            &["2026-10-24T20:00:00Z", "2026-10-25T02:00:00Z"],
        ),
        (
            "sunday",
            "02:30-10:00",
            &["2026-10-25T00:30:00Z", "2026-10-25T09:00:00Z"],
        ),
        (
            "sunday",
            "02:15-02:45",
            &["2026-10-25T00:15:00Z", "2026-10-25T01:45:00Z"],
        ),
        (
            "sunday",
            "00:00-24:00",
            &["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
        ),
        (
            "sunday",
            "09:00-10:00",
            &["2026-10-25T08:00:00Z", "2026-10-25T09:00:00Z"],
        ),
    ];
    for (day, span, expected) in table {
        changes(
            &hours("Europe/Paris", &[(day, &[span])]),
            "2026-10-24T12:00:00Z",
            expected,
        );
    }
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

/// Zones that turn by half an hour, at midnight, in the south, never, and one that once left out a day.
#[test]
fn the_clock_on_the_wall_and_the_next_change_agree_for_a_year() {
    let table = [
        ("Europe/Paris", "2026-01-01"),
        ("Australia/Lord_Howe", "2026-01-01"),
        ("Africa/Cairo", "2026-01-01"),
        ("America/Santiago", "2026-01-01"),
        ("Asia/Kathmandu", "2026-01-01"),
        ("Pacific/Apia", "2011-06-01"),
    ];
    let days: &[(&str, &[&str])] = &[
        ("monday", &["09:00-12:30", "14:00-18:00"]),
        ("wednesday", &["00:00-24:00"]),
        ("thursday", &["22:00-00:30"]),
        ("saturday", &["12:00-01:45"]),
        ("sunday", &["02:00-02:15", "23:30-09:00"]),
    ];
    for (zone, from) in table {
        let hours = hours(zone, days);
        let mut now = at(from);
        let mut open = hours.is_open(now);
        let mut change = hours.next_change(now).unwrap();
        for _ in 0..365 * 24 * 4 {
            now = now.after(std::time::Duration::from_secs(15 * 60));
            if now >= change {
                assert_eq!(now, change, "{zone}");
                open = !open;
                change = hours.next_change(now).unwrap();
            }
            assert_eq!(hours.is_open(now), open, "{zone} at {now}");
            assert!(open || !shows_open(&hours, now), "{zone} at {now}");
        }
    }
}

/// Whether the clock on the wall shows a time within the hours.
fn shows_open(hours: &OfficeHours, now: Timestamp) -> bool {
    let shown = hours.zone.to_datetime(moment(now));
    let minute = shown.hour() as u16 * 60 + shown.minute() as u16;
    let today = shown.weekday().to_monday_zero_offset() as usize;
    let within = |day: usize, minute: u16| {
        let mut spans = hours.days[day].iter();
        spans.any(|span| (span.start..span.end).contains(&minute))
    };
    within(today, minute) || within((today + 6) % 7, minute + 24 * 60)
}

#[test]
fn everything_that_is_wrong_is_named() {
    let problems = |zone, days: &[(&str, &[&str])]| -> Vec<String> {
        let found = OfficeHours::new(&written(zone, days)).err();
        let found = found.iter().flat_map(|found| found.iter());
        found
            .map(|found| format!("{}: {}", found.key, found.problem))
            .collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(
        problems("europe/paris", &[("monday", &[" 09:00 - 10:00 "])]),
        none
    );
    for wrong in [
        "",
        "9",
        "9:00-10:00",
        "09:00",
        "09:00-",
        "09.00-10.00",
        "09:60-10:00",
        "24:00-01:00",
        "09:00-24:01",
        "25:00-26:00",
        "09:00-10:00-11:00",
        "+9:00-10:00",
        "09:00–10:00",
        "99:99-99:99",
    ] {
        let expected = [format!("office_hours.friday: `{wrong}` is no span of times")];
        assert_eq!(problems("UTC", &[("friday", &[wrong])]), expected);
    }
    let days: &[(&str, &[&str])] = &[
        (
            "monday",
            &["09:00-12:00", "11:59-13:00", "13:00-13:00", "00:30-02:00"],
        ),
        ("friday", &["22:00-02:00"]),
        ("saturday", &["01:00-03:00", "03:00-04:00", "00:00-24:00"]),
        ("sunday", &["22:00-01:00"]),
    ];
    let expected = [
        "office_hours.time_zone: `Europe/Atlantis` is no time zone",
        "office_hours.monday: `11:59-13:00` overlaps `09:00-12:00` of monday",
        "office_hours.monday: `13:00-13:00` is empty",
        "office_hours.saturday: `01:00-03:00` overlaps `22:00-02:00` of friday",
        "office_hours.saturday: `00:00-24:00` overlaps `22:00-02:00` of friday",
        "office_hours.saturday: `00:00-24:00` overlaps `01:00-03:00` of saturday",
        "office_hours.saturday: `00:00-24:00` overlaps `03:00-04:00` of saturday",
        "office_hours.sunday: `22:00-01:00` overlaps `00:30-02:00` of monday",
    ];
    assert_eq!(problems("Europe/Atlantis", days), expected);
    let expected = [
        "office_hours.time_zone: is not set, so that the hours could be anywhere's",
        "office_hours.monday: no day has hours, so that it would always be closed",
    ];
    assert_eq!(problems(" ", &[]), expected);
}
