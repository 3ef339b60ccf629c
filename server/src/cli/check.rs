//! `pocketping check-config`.

use super::failure::Failure;
use super::options::Flags;
use super::print;
use super::settings::{Settings, apply, show};

/// Prints all options as they would take effect.
///
/// # Errors
/// Names everything that is wrong.
pub(super) fn check(flags: Flags) -> Result<(), Failure> {
    let mut settings = Settings::read(flags.given());
    // Databases and folders are not opened: a check changes nothing.
    apply(&mut settings);
    if !settings.problems().is_empty() {
        return Err(Failure::from(settings.problems()));
    }
    print(&show(&settings));
    Ok(())
}
