//! Hours while clocks are turned, both ways.

use super::*;

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
