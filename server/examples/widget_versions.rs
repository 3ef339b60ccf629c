//! Which widgets are served: `cargo run -p pocketping-server --example widget_versions`.
//!
//! Widgets name their version in `X-PocketPing-Version`. Over HTTP one that is too old is answered 426 when it opens a
//! session, and one that is not the latest is told so in headers.

use pocketping_core::model::VersionCheck;
use pocketping_server::{ConfigProblems, PocketPing};

/// What becomes of widgets of these versions.
pub(crate) fn judged<'v>(versions: &[&'v str]) -> Result<Vec<(&'v str, VersionCheck)>, ConfigProblems> {
    let pp = PocketPing::builder()
        .min_widget_version("1.0.0")
        .latest_widget_version("2.3.0")
        .version_message("Please reload this page.")
        .build()?;
    let check = |version| (version, pp.check_widget_version(Some(version)));
    Ok(versions.iter().copied().map(check).collect())
}

fn main() -> Result<(), ConfigProblems> {
    for (version, check) in judged(&["0.9.0", "1.5.0", "2.1.0", "2.3.0"])? {
        let goes_on = if check.can_continue {
            "goes on"
        } else {
            "is refused"
        };
        let says = check.message.unwrap_or_default();
        println!("{version}: {}, {goes_on}. {says}", check.status.as_str());
    }
    Ok(())
}
