//! `cargo xtask sim`: whole clients and servers in virtual time, seed by seed.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{shell, workspace::Workspace};

/// The package with the simulation.
const PACKAGE: &str = "pocketping-sim";
/// Its profile: optimised, with checked arithmetic.
const PROFILE: &str = "sim";

/// Options of `cargo xtask sim`.
#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds to run
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed; given without --seeds, the only one
    #[arg(long)]
    seed: Option<u64>,
    /// Print everything that happened (with one seed)
    #[arg(long)]
    trace: bool,
    /// Seeds that run at the same time; 0 for as many as there are processors
    #[arg(long)]
    jobs: Option<u64>,
}

/// Runs the simulation; a broken promise is an error, and its seed is printed.
///
/// # Errors
/// When it does not compile, or a seed fails.
pub(crate) fn sim(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let mut command = program(&workspace);
    let numbers = [
        ("--seeds", options.seeds),
        ("--seed", options.seed),
        ("--jobs", options.jobs),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            command.args([name, &number.to_string()]);
        }
    }
    if options.trace {
        command.arg("--trace");
    }
    shell::run(&mut command)
}

/// What the suite `sim` runs: seeds, and the proof that planted bugs are found.
pub(crate) fn suite(workspace: &Workspace, seeds: u64) -> [Command; 2] {
    let mut run = program(workspace);
    run.args(["--seeds", &seeds.to_string()]);
    let mut planted = cargo(workspace, "test");
    planted.args(["--features", "planted-bugs", "--test", "planted"]);
    [run, planted]
}

fn program(workspace: &Workspace) -> Command {
    let mut command = cargo(workspace, "run");
    command.arg("--");
    command
}

fn cargo(workspace: &Workspace, verb: &str) -> Command {
    let mut cargo = shell::cargo();
    cargo
        .args([verb, "--profile", PROFILE, "--package", PACKAGE])
        .current_dir(&workspace.root);
    cargo
}
