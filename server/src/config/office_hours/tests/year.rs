//! A year in steps of a quarter of an hour.

use super::*;

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
