//! What the browser, interop, database, proxy and crash tests need from the machine: found, installed, or named.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::shell;

/// A browser and the program that steers it.
pub(crate) struct Browser {
    /// Chromium or Chrome.
    pub(crate) chromium: PathBuf,
    /// A chromedriver of the same version.
    pub(crate) chromedriver: PathBuf,
}

const CHROMIUM_PACKAGES: [&str; 4] = ["chromium", "chromium-driver", "fonts-liberation", EMOJI_PACKAGE];
const EMOJI_PACKAGE: &str = "fonts-noto-color-emoji";
const STRACE_PACKAGES: [&str; 1] = ["strace"];
const POSTGRES_PACKAGES: [&str; 1] = ["postgresql"];
const NGINX_PACKAGES: [&str; 1] = ["nginx-light"];
const CADDY_PACKAGES: [&str; 1] = ["caddy"];
const PYTHON_PACKAGES: [&str; 2] = ["python3", "python3-venv"];

/// Finds Chromium and chromedriver (`CHROMIUM` and `CHROMEDRIVER` win), installing them as root on Debian.
///
/// # Errors
/// When they are missing and cannot be installed; the text holds the command to type.
pub(crate) fn browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        // The picker leaves out what no font draws.
        if shell::which("fc-list").is_some() && !has_emoji() {
            install(
                &[EMOJI_PACKAGE],
                "A font with emoji",
                "install one that fontconfig finds",
            )?;
        }
        return Ok(browser);
    }
    install(
        &CHROMIUM_PACKAGES,
        "Chromium and chromedriver",
        "set CHROMIUM and CHROMEDRIVER to their paths",
    )?;
    match find_browser() {
        Some(browser) => Ok(browser),
        None => bail!("Chromium and chromedriver were installed, but are not on PATH"),
    }
}

fn has_emoji() -> bool {
    shell::output(Command::new("fc-list").arg(":lang=und-zsye")).is_ok_and(|fonts| !fonts.trim().is_empty())
}

fn find_browser() -> Option<Browser> {
    let given = |variable: &str| {
        env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let chromium = given("CHROMIUM").or_else(|| {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]
        .into_iter()
        .find_map(shell::which)
    })?;
    let chromedriver = given("CHROMEDRIVER").or_else(|| shell::which("chromedriver"))?;
    Some(Browser {
        chromium,
        chromedriver,
    })
}

/// Finds strace, installing it as root on Debian. Only Linux has it.
///
/// # Errors
/// As [`browser`].
pub(crate) fn strace() -> Result<()> {
    if shell::which("strace").is_none() {
        install(&STRACE_PACKAGES, "strace", "put strace on PATH")?;
    }
    match shell::which("strace") {
        Some(_) => Ok(()),
        None => bail!("strace was installed, but is not on PATH"),
    }
}

/// Finds PostgreSQL's server programs, installing them as root on Debian, which keeps them off PATH.
///
/// # Errors
/// As [`browser`].
pub(crate) fn postgres() -> Result<()> {
    if !has_postgres() {
        install(
            &POSTGRES_PACKAGES,
            "PostgreSQL's server",
            "put initdb and pg_ctl on PATH",
        )?;
    }
    match has_postgres() {
        true => Ok(()),
        false => bail!("PostgreSQL was installed, but there is no initdb"),
    }
}

fn has_postgres() -> bool {
    let mut versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    shell::which("initdb").is_some() || versions.any(|version| version.path().join("bin/initdb").is_file())
}

/// Finds nginx, installing it as root on Debian, which keeps it off PATH.
///
/// # Errors
/// As [`browser`].
pub(crate) fn nginx() -> Result<()> {
    if !has_nginx() {
        install(&NGINX_PACKAGES, "nginx", "put nginx on PATH")?;
    }
    match has_nginx() {
        true => Ok(()),
        false => bail!("nginx was installed, but is not there"),
    }
}

fn has_nginx() -> bool {
    shell::which("nginx").is_some() || Path::new("/usr/sbin/nginx").is_file()
}

/// Finds Caddy, installing it as root on Debian.
///
/// # Errors
/// As [`browser`].
pub(crate) fn caddy() -> Result<()> {
    if shell::which("caddy").is_none() {
        install(&CADDY_PACKAGES, "Caddy", "put caddy on PATH")?;
    }
    match shell::which("caddy") {
        Some(_) => Ok(()),
        None => bail!("Caddy was installed, but is not on PATH"),
    }
}

/// Finds Python 3, installing it as root on Debian.
///
/// # Errors
/// As [`browser`].
pub(crate) fn python() -> Result<PathBuf> {
    if let Some(python) = shell::which("python3") {
        return Ok(python);
    }
    install_python()?;
    match shell::which("python3") {
        Some(python) => Ok(python),
        None => bail!("Python was installed, but python3 is not on PATH"),
    }
}

/// Installs Python with its `venv` module, which Debian packs separately.
///
/// # Errors
/// As [`browser`].
pub(crate) fn install_python() -> Result<()> {
    install(
        &PYTHON_PACKAGES,
        "Python 3 with its venv module",
        "put python3 on PATH",
    )
}

/// Installs Debian's packages as root.
///
/// # Errors
/// When that is not possible; the text holds the command to type.
pub(crate) fn install(packages: &[&str], what: &str, otherwise: &str) -> Result<()> {
    let apt = shell::which("apt-get");
    let root = shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    let Some(apt) = apt.filter(|_| root) else {
        bail!(advice(packages, what, otherwise))
    };
    shell::run(
        Command::new(&apt)
            .arg("update")
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    shell::run(
        Command::new(&apt)
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

fn advice(packages: &[&str], what: &str, otherwise: &str) -> String {
    format!(
        "{what} missing. Debian and Ubuntu: `sudo apt-get update && sudo apt-get install -y \
         --no-install-recommends {}`; elsewhere {otherwise}",
        packages.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_holds_the_exact_command() {
        let text = advice(&CHROMIUM_PACKAGES, "Chromium", "set CHROMIUM");
        assert!(text.contains(
            "`sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium chromium-driver \
             fonts-liberation fonts-noto-color-emoji`"
        ));
    }
}
