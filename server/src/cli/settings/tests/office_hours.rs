//! Office hours from files, variables and flags.

use super::*;

#[test]
fn what_is_wrong_with_them_is_named_all_at_once() {
    let file = File::with(
        "[office_hours]\n\
         time_zone = 'Europe/Atlantis'\n\
         monday = ['09:00-12:30', '12:00-18:00']\n\
         tuesday = '09:00-18:00'\n\
         wednesday = ['18:00-18:00', '9 to 5']\n\
         fryday = ['09:00-18:00']\n",
    );
    let mut given = file.given();
    given.variables = variables(&[("POCKETPING_OFFICE_HOURS_SUNDAY", "22:00-09:30")]).variables;
    given.flags = vec![(
        "--set".into(),
        "office_hours.saturday".into(),
        "20:00-24:00,24:00-25:00".into(),
    )];
    let problems = built(given).unwrap_err();
    let name = file.0.display();
    let expected = [
        format!("{name}: office_hours.fryday: there is no such option; did you mean office_hours.friday?"),
        format!("{name}: office_hours.tuesday: `09:00-18:00` is not what it takes; write a list"),
        format!("{name}: office_hours.time_zone: `Europe/Atlantis` is no time zone; name one of"),
        format!("{name}: office_hours.monday: `12:00-18:00` overlaps `09:00-12:30` of monday; let"),
        format!("{name}: office_hours.wednesday: `18:00-18:00` is empty; write an end"),
        format!("{name}: office_hours.wednesday: `9 to 5` is no span of times; write start and end"),
        "--set: `24:00-25:00` is no span of times; write start and end".to_owned(),
        "POCKETPING_OFFICE_HOURS_SUNDAY (office_hours.sunday): `22:00-09:30` overlaps `09:00-12:30` of monday"
            .to_owned(),
    ];
    for start in &expected {
        assert!(
            problems.iter().any(|problem| problem.starts_with(start)),
            "{start}\n{problems:#?}"
        );
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
}

#[test]
fn hours_without_a_zone_and_a_zone_without_hours_are_problems() {
    let problems = built(File::with("office_hours.friday = ['09:00-18:00']").given()).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].starts_with("office_hours.time_zone: is not set"),
        "{problems:#?}"
    );
    let problems = built(variables(&[("POCKETPING_OFFICE_HOURS_TIME_ZONE", "UTC")])).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].starts_with("office_hours.monday: no day has hours"),
        "{problems:#?}"
    );
}

#[test]
fn no_hours_at_all_are_no_option() {
    let plain = shown(PocketPing::builder());
    assert_eq!(built(File::with("office_hours.monday = []").given()), Ok(plain));
}
