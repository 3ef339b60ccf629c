//! `cargo xtask trunk`: Trunk, installed on first use, with our own wasm-bindgen.

use std::{
    env,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{cargo_tool, shell, shim, wasm, workspace::Workspace};

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

/// Trunk of our version. Without `update_check` it calls nobody.
fn installed() -> Result<PathBuf> {
    cargo_tool::ready(
        "trunk",
        VERSION,
        &format!("tools-{VERSION}"),
        &["--no-default-features", "--features", "rustls"],
    )
}
