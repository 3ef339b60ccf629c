//! `pocketping check-config`.

use super::failure::Failure;
use super::options::Flags;
use super::settings::{Settings, apply, show};
use std::io::Write;

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
    // Whoever closed our output does not want to know.
    std::io::stdout().write_all(show(&settings).as_bytes()).ok();
    Ok(())
}
