//! Load for a server, ours and the Python SDK side by side: what `cargo xtask bench server` runs.
//!
//! The tool is one thread; the servers have what the machine has beside it.

#![forbid(unsafe_code)]

mod contender;
mod http;
mod latency;
mod measure;
mod report;
mod soak;
mod socket;
mod usage;
mod visitor;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};

use contender::Programs;
use measure::Effort;
use report::Report;

#[derive(Parser)]
#[command(about = "Measures PocketPing servers", disable_version_flag = true)]
struct Options {
    /// The `pocketping` binary
    #[arg(long)]
    server: PathBuf,
    /// A Python with the packages of `tests/load/requirements.txt`; without it only ours is measured
    #[arg(long)]
    python: Option<PathBuf>,
    /// Where databases and logs are written while it runs
    #[arg(long)]
    folder: PathBuf,
    /// How often what is quick is measured; medians are shown
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long messages are sent each time
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// New visitors that connect one after the other
    #[arg(long, default_value_t = 100_000)]
    visitors: u64,
    /// New visitors of the Python SDK
    #[arg(long, default_value_t = 30_000)]
    python_visitors: u64,
    /// Instead of measuring: so many minutes of mixed load, in which nothing may be lost and memory may not grow
    #[arg(long, value_name = "MINUTES")]
    soak: Option<f64>,
    /// What to measure; everything if nothing is named
    questions: Vec<Question>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Question {
    /// Messages acknowledged, with 32 in flight
    Messages,
    /// `/connect` as sessions grow
    Connects,
    /// Reading from one session as it grows
    History,
    /// Memory of idle sockets
    Idle,
    /// Messages to sessions with many sockets
    FanOut,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    ensure!(
        cfg!(target_os = "linux"),
        "processor time and memory are read from Linux' /proc"
    );
    let programs = Programs {
        server: options.server.clone(),
        python: options.python.clone(),
        folder: options.folder.clone(),
    };
    if let Some(minutes) = options.soak {
        return soak::soak(&programs, minutes).await;
    }
    let effort = Effort {
        rounds: options.rounds.max(1),
        seconds: options.seconds.max(1),
        visitors: options.visitors,
        peer_visitors: options.python_visitors,
    };
    let mut report = Report::default();
    let before = usage::load();
    let mut failed = Vec::new();
    for &question in Question::value_variants() {
        if !options.questions.is_empty() && !options.questions.contains(&question) {
            continue;
        }
        // What was measured is shown, whatever becomes of the rest.
        if let Err(error) = ask(question, &programs, effort, &mut report).await {
            eprintln!("{question:?} could not be measured: {error:#}");
            failed.push(format!("{question:?}"));
        }
    }
    println!("\n{report}");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{cores} processors; load {before} before, {} after (the benchmark's own included)",
        usage::load()
    );
    ensure!(failed.is_empty(), "could not be measured: {}", failed.join(", "));
    Ok(())
}

async fn ask(question: Question, programs: &Programs, effort: Effort, report: &mut Report) -> Result<()> {
    match question {
        Question::Messages => measure::messages(programs, effort, report).await,
        Question::Connects => measure::connects(programs, effort, report).await,
        Question::History => measure::history(programs, report).await,
        Question::Idle => measure::idle(programs, report).await,
        Question::FanOut => measure::fan_out(programs, effort, report).await,
    }
}
