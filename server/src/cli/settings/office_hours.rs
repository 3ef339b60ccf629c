//! Office hours from options.

use super::Settings;
use pocketping_server::OfficeHoursConfig;

/// The hours, if anything of them is set; the library says what is wrong with them.
pub(super) fn office_hours(settings: &Settings) -> Option<OfficeHoursConfig> {
    let day = |path| settings.list(path).unwrap_or_default();
    let hours = OfficeHoursConfig {
        time_zone: settings.text("office_hours.time_zone").unwrap_or_default(),
        monday: day("office_hours.monday"),
        tuesday: day("office_hours.tuesday"),
        wednesday: day("office_hours.wednesday"),
        thursday: day("office_hours.thursday"),
        friday: day("office_hours.friday"),
        saturday: day("office_hours.saturday"),
        sunday: day("office_hours.sunday"),
    };
    (hours != OfficeHoursConfig::default()).then_some(hours)
}
