//! `cargo xtask build`: the widget, the inbox, and `dist/` filled with them.

use anyhow::Result;
use clap::Args;

use crate::{
    compress::{Compressor, Effort},
    dist,
    node::NodeTools,
    wasm::{self, Profile},
    workspace::Workspace,
};

/// Options of `cargo xtask build`.
#[derive(Args)]
pub(crate) struct Options {
    /// Build quickly: not optimised, large files
    #[arg(long)]
    dev: bool,
}

/// Builds and says where the result is.
///
/// # Errors
/// When a step fails; `dist/` is then as it was.
pub(crate) fn build(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    fill_dist(&workspace, Profile::from_dev_flag(options.dev))?;
    println!("built {}", workspace.dist().display());
    Ok(())
}

/// Builds all modules and fills `dist/`.
///
/// # Errors
/// When a step fails; `dist/` is then as it was.
pub(crate) fn fill_dist(workspace: &Workspace, profile: Profile) -> Result<()> {
    wasm::ensure_target()?;
    let tools = NodeTools::ready(workspace)?;
    let parts = dist::Parts {
        widget: wasm::module(workspace, &tools, &wasm::WIDGET, profile)?,
        filter: wasm::module(workspace, &tools, &wasm::FILTER, profile)?,
        inbox: wasm::module(workspace, &tools, &wasm::INBOX, profile)?,
    };
    let effort = match profile {
        Profile::Dev => Effort::Quick,
        Profile::Release => Effort::Best,
    };
    dist::fill(
        workspace,
        &tools,
        &Compressor::new(&workspace.cache())?,
        effort,
        &parts,
    )
}
