//! `cargo xtask bench`: what the server costs, beside the Python SDK in the same run; and the soak.

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{run, shell, test::venv, workspace::Workspace};

/// The package with the load tool.
const TOOL: &str = "pocketping-load";
/// New visitors of a full run.
const FULL_VISITORS: u64 = 1_000_000;

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    /// The release server under load, with the figures of the Python SDK and the budgets beside
    Server(ServerOptions),
}

#[derive(Args)]
struct ServerOptions {
    /// What to measure: messages, connects, history, idle, fan-out; everything if nothing is named
    questions: Vec<String>,
    /// Let 1,000,000 visitors connect, not 100,000
    #[arg(long)]
    full: bool,
    /// How often what is quick is measured; medians are shown
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long messages are sent each time
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Give uvicorn its faster parts (uvloop, httptools), which the interop tests do without
    #[arg(long)]
    fast_python: bool,
    /// Measure nothing, but so many minutes of mixed load with 200 reconnects a second: is anything lost, does memory grow
    #[arg(long, value_name = "MINUTES")]
    soak: Option<f64>,
}

/// Builds what users run, and measures it. Missed budgets are printed and are no error.
///
/// # Errors
/// When something could not be built or measured; with `--soak`, when a promise was broken.
pub(crate) fn bench(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let Subject::Server(options) = &options.subject;
    if let Some(minutes) = options.soak {
        return shell::run(&mut soak(&workspace, minutes)?);
    }
    let python = venv::ready(&workspace, if options.fast_python { "load" } else { "interop" })?;
    let mut tool = tool(&workspace)?;
    tool.arg("--python").arg(python);
    tool.args(["--rounds", &options.rounds.to_string()]);
    tool.args(["--seconds", &options.seconds.to_string()]);
    if options.full {
        tool.args(["--visitors", &FULL_VISITORS.to_string()]);
    }
    tool.args(&options.questions);
    shell::run(&mut tool)
}

/// The command of the suite `soak`: so many minutes on the release server.
///
/// # Errors
/// When server or tool do not compile.
pub(crate) fn soak(workspace: &Workspace, minutes: f64) -> Result<Command> {
    let mut tool = tool(workspace)?;
    tool.args(["--soak", &minutes.to_string()]);
    Ok(tool)
}

/// Builds server and tool; the tool's command, which knows where the server is.
fn tool(workspace: &Workspace) -> Result<Command> {
    // One after the other: together cargo would unify their features, and users build the server alone.
    for package in ["pocketping-server", TOOL] {
        let mut cargo = shell::cargo();
        cargo
            .args(["build", "--release", "--package", package, "--bins"])
            .current_dir(&workspace.root);
        shell::run(&mut cargo)?;
    }
    let server = run::binary(&workspace.target, "release");
    let mut tool = Command::new(program(&server));
    tool.arg("--server").arg(&server);
    // On the disk that the workspace is on: what is synced to memory costs nothing.
    tool.arg("--folder").arg(workspace.cache().join("bench"));
    Ok(tool)
}

/// The tool is beside the server.
fn program(server: &std::path::Path) -> PathBuf {
    server.with_file_name(format!("{TOOL}{}", std::env::consts::EXE_SUFFIX))
}
