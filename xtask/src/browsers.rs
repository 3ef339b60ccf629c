//! The browsers beside Chromium that tests run in: found, installed, or named.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{cargo_tool, packages, shell};

const FIREFOX_PACKAGES: [&str; 2] = ["firefox-esr", "fonts-liberation"];
const WEBKIT_PACKAGES: [&str; 3] = ["webkit2gtk-driver", "xvfb", "fonts-liberation"];

/// Mozilla's crate of this version knows all of Debian's Firefox.
const GECKODRIVER_VERSION: &str = "0.37.1";

/// Programs by the names of the variables that tests find them under.
pub(crate) type Named = Vec<(&'static str, PathBuf)>;

/// Finds Firefox and geckodriver (`FIREFOX` and `GECKODRIVER` win): Debian's, installed as root, and the crate, built once.
///
/// # Errors
/// When they are missing and cannot be installed; the text holds the command to type.
pub(crate) fn firefox() -> Result<Named> {
    let find = || given("FIREFOX").or_else(|| ["firefox-esr", "firefox"].into_iter().find_map(shell::which));
    let firefox = match find() {
        Some(firefox) => firefox,
        None => {
            packages::install(&FIREFOX_PACKAGES, "Firefox", "set FIREFOX to its path")?;
            match find() {
                Some(firefox) => firefox,
                None => bail!("Firefox was installed, but is not on PATH"),
            }
        }
    };
    let geckodriver = match given("GECKODRIVER") {
        Some(geckodriver) => geckodriver,
        None => cargo_tool::ready(
            "geckodriver",
            GECKODRIVER_VERSION,
            &format!("tools-geckodriver-{GECKODRIVER_VERSION}"),
            &[],
        )?,
    };
    Ok(vec![("FIREFOX", firefox), ("GECKODRIVER", geckodriver)])
}

/// Finds WebKitGTK's small browser with its driver, and a virtual screen for it, installing them as root on Debian.
///
/// # Errors
/// When they are missing and cannot be installed; the text holds the command to type.
pub(crate) fn webkit() -> Result<Named> {
    if let Some(found) = find_webkit() {
        return Ok(found);
    }
    packages::install(
        &WEBKIT_PACKAGES,
        "WebKitGTK's driver, or Xvfb",
        "set WEBKITDRIVER, MINIBROWSER and XVFB to their paths",
    )?;
    match find_webkit() {
        Some(found) => Ok(found),
        None => bail!("WebKitGTK's driver and Xvfb were installed, but are not where they should be"),
    }
}

fn find_webkit() -> Option<Named> {
    let driver = given("WEBKITDRIVER").or_else(|| shell::which("WebKitWebDriver"))?;
    let screen = given("XVFB").or_else(|| shell::which("Xvfb"))?;
    Some(vec![
        ("WEBKITDRIVER", driver),
        ("MINIBROWSER", given("MINIBROWSER").or_else(minibrowser)?),
        ("XVFB", screen),
    ])
}

/// Debian keeps it off PATH: `/usr/lib/<machine>/webkit2gtk-4.1/MiniBrowser`.
fn minibrowser() -> Option<PathBuf> {
    let machine = match env::consts::ARCH {
        "x86_64" => "x86_64-linux-gnu",
        "aarch64" => "aarch64-linux-gnu",
        _ => return None,
    };
    ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]
        .map(|version| {
            Path::new("/usr/lib")
                .join(machine)
                .join(version)
                .join("MiniBrowser")
        })
        .into_iter()
        .find(|path| path.is_file())
}

fn given(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
