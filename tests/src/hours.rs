//! Office hours for test servers.

use anyhow::Result;
use std::time::{SystemTime, UNIX_EPOCH};

const DAYS: [&str; 7] = [
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
];

/// The environment of a server with office hours of two hours each day, which begin so many minutes from now.
///
/// # Errors
/// When the clock stands before 1970.
pub fn office_hours(minutes: u64) -> Result<Vec<(String, String)>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 60;
    let time = |minute: u64| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    let span = format!("{}-{}", time(now + minutes), time(now + minutes + 120));
    let mut environment = Vec::from(DAYS.map(|day| (format!("POCKETPING_OFFICE_HOURS_{day}"), span.clone())));
    environment.push(("POCKETPING_OFFICE_HOURS_TIME_ZONE".into(), "UTC".into()));
    Ok(environment)
}
