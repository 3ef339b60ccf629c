//! What is wrong with hours as they are written down.

use super::*;

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
