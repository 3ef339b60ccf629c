//! `cargo xtask screenshots`: the sheet of pictures in `docs/screenshots`.

use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::{build, packages, run, shell, wasm::Profile, workspace::Workspace};

/// Options of `cargo xtask screenshots`.
#[derive(Args)]
pub(crate) struct Options {
    /// Only pictures whose file names have this in them
    only: Option<String>,
    /// Take the widget that is built already
    #[arg(long)]
    no_build: bool,
}

/// Builds what is shipped, shows it in every scene and takes pictures.
///
/// # Errors
/// When the build fails, or a scene does not come about.
pub(crate) fn screenshots(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    if !options.no_build {
        build::fill_dist(&workspace, Profile::Release)?;
    }
    let browser = packages::browser()?;
    let mut cargo = shell::cargo();
    cargo
        .args(["build", "--package", "pocketping-server", "--bin", "pocketping"])
        .args(["--package", "pocketping-tests", "--bin", "screenshots"])
        .current_dir(&workspace.root);
    shell::run(&mut cargo)?;
    let server = run::binary(&workspace.target, "debug");
    let program = server
        .with_file_name("screenshots")
        .with_extension(std::env::consts::EXE_EXTENSION);
    let mut pictures = Command::new(program);
    pictures
        .arg(workspace.root.join("docs").join("screenshots"))
        .args(&options.only)
        .env("POCKETPING_BIN", server)
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("CHROMIUM", &browser.chromium);
    shell::run(&mut pictures).context("the pictures")
}
