//! Programs from crates.io, built once into the user's cache.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{shell, workspace::user_cache};

/// A program of exactly this version: from `folder` in the user's cache, from PATH, or built now with these arguments.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn ready(name: &str, version: &str, folder: &str, arguments: &[&str]) -> Result<PathBuf> {
    let tools = user_cache()?.join(folder);
    let cached = tools
        .join("bin")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if cached.is_file() {
        return Ok(cached);
    }
    if let Some(found) = shell::which(name) {
        let said = shell::output(Command::new(&found).arg("--version"))?;
        if said.split_whitespace().nth(1) == Some(version) {
            return Ok(found);
        }
    }
    eprintln!(
        "installing {name} {version} into {} (some minutes, once)",
        tools.display()
    );
    let build = tools.join("build");
    let mut cargo = shell::cargo();
    cargo
        .args([
            "install",
            name,
            "--version",
            &format!("={version}"),
            "--locked",
            "--root",
        ])
        .arg(&tools)
        // A quick build is quick enough here.
        .arg("--debug")
        .args(arguments)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_DIR", &build);
    shell::run(&mut cargo)?;
    fs::remove_dir_all(&build).with_context(|| build.display().to_string())?;
    Ok(cached)
}
