//! `cargo xtask trunk`: Trunk, installed on first use, with our own wasm-bindgen.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    shell, shim, wasm,
    workspace::{Workspace, user_cache},
};

/// The last version that builds with this workspace's compiler.
const VERSION: &str = "0.21.14";

/// Options of `cargo xtask trunk`.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// What Trunk is told: `serve`, `build`, `serve --port 8081`…
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, default_value = "--help")]
    arguments: Vec<String>,
}

/// Runs Trunk in the workspace's root.
///
/// # Errors
/// When Trunk cannot be installed or started. The exit code is its own.
pub(crate) fn trunk(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::load()?;
    wasm::ensure_target()?;
    let trunk = installed()?;
    let bindgen = shim::write(&workspace, "wasm-bindgen")?;
    let folder = bindgen.parent().context("the shim has a folder")?;
    let mut command = Command::new(trunk);
    command
        .args(&options.arguments)
        .current_dir(&workspace.root)
        .env("PATH", shell::path_starting_with(folder)?);
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        // Trunk wants a boolean where everybody else takes any text.
        command.env("NO_COLOR", "true");
    }
    shell::become_program(&mut command)
}

/// Trunk of our version: from the user's cache, from PATH, or built now.
fn installed() -> Result<PathBuf> {
    let tools = user_cache()?.join(format!("tools-{VERSION}"));
    let cached = tools
        .join("bin")
        .join(format!("trunk{}", env::consts::EXE_SUFFIX));
    if cached.is_file() {
        return Ok(cached);
    }
    if let Some(found) = shell::which("trunk") {
        let version = shell::output(Command::new(&found).arg("--version"))?;
        if version.split_whitespace().nth(1) == Some(VERSION) {
            return Ok(found);
        }
    }
    eprintln!(
        "installing trunk {VERSION} into {} (some minutes, once)",
        tools.display()
    );
    let build = tools.join("build");
    let mut cargo = shell::cargo();
    cargo
        .args([
            "install",
            "trunk",
            "--version",
            &format!("={VERSION}"),
            "--locked",
            "--root",
        ])
        .arg(&tools)
        // A quick build is quick enough here; without `update_check` it also calls nobody.
        .args(["--debug", "--no-default-features", "--features", "rustls"])
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_DIR", &build);
    shell::run(&mut cargo)?;
    fs::remove_dir_all(&build).with_context(|| build.display().to_string())?;
    Ok(cached)
}
