//! `pocketping-sim`: runs seeds, and says what went wrong and how often what did.

use clap::Parser;
use pocketping_sim::{Keep, Outcome, Tally, run};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Lines of a failed seed's trace that are shown.
const SHOWN_LINES: usize = 40;
/// Failed seeds that are shown.
const SHOWN_FAILURES: usize = 5;

#[derive(Parser)]
#[command(
    about = "Simulates clients, servers and bad networks",
    disable_version_flag = true
)]
struct Options {
    /// How many seeds to run
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed; given alone, the only one
    #[arg(long)]
    seed: Option<u64>,
    /// Print everything that happened (with one seed)
    #[arg(long)]
    trace: bool,
    /// Seeds that run at the same time, each in one thread; 0 for as many as there are processors
    #[arg(long, default_value_t = 0)]
    jobs: usize,
}

#[derive(Default)]
struct Total {
    tally: Tally,
    runs: u64,
    millis: u64,
    sends: usize,
    files: usize,
    events: u64,
    doubled: usize,
    may_be_missing: usize,
    failed: Vec<(u64, Outcome)>,
}

fn main() -> ExitCode {
    let arguments = std::env::args().any(|argument| argument.starts_with("--seeds"));
    let options = Options::parse();
    let first = options.seed.unwrap_or(0);
    let count = if options.seed.is_some() && !arguments {
        1
    } else {
        options.seeds
    };
    let begun = Instant::now();
    let total = run_all(first, count, options.jobs);
    let seconds = begun.elapsed().as_secs_f64();
    if options.trace && count == 1 {
        run(first, Keep::Trace)
            .trace
            .iter()
            .for_each(|line| println!("{line}"));
    }
    report(&total, seconds, options.trace && count == 1);
    match total.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn run_all(first: u64, count: u64, jobs: usize) -> Total {
    let total = Mutex::new(Total::default());
    let next = AtomicU64::new(0);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = if jobs == 0 { processors } else { jobs };
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    let outcome = run(first + at, Keep::Nothing);
                    total.lock().expect("no run panics").add(first + at, outcome);
                }
            });
        }
    });
    let mut total = total.into_inner().expect("no run panics");
    total.failed.sort_by_key(|(seed, _)| *seed);
    total
}

impl Total {
    fn add(&mut self, seed: u64, outcome: Outcome) {
        self.tally.add(&outcome.tally);
        self.runs += 1;
        self.millis += outcome.millis;
        self.sends += outcome.sends;
        self.files += outcome.files;
        self.events += outcome.events;
        self.doubled += outcome.doubled;
        self.may_be_missing += outcome.may_be_missing;
        if outcome.violation.is_some() {
            self.failed.push((seed, outcome));
        }
    }
}

/// Says what came of it; of failed seeds also how they ended, unless all of that has been shown.
fn report(total: &Total, seconds: f64, is_shown: bool) {
    let hours = total.millis as f64 / 3_600_000.0;
    println!(
        "{} seeds, {} messages, {} of them with a file, {} events",
        total.runs, total.sends, total.files, total.events
    );
    println!(
        "{hours:.1} virtual hours in {seconds:.1} s: {:.1} virtual hours per second",
        hours / seconds.max(0.001)
    );
    println!("faults:\n{}", total.tally);
    println!(
        "  {:>9}  messages doubled by foreign servers' late commits\n  {:>9}  messages that died with a browser that could write nothing down",
        total.doubled, total.may_be_missing
    );
    let missing = total.tally.missing();
    if total.runs >= 100 && !missing.is_empty() {
        println!("never happened: {missing:?}");
    }
    for (seed, outcome) in total.failed.iter().take(SHOWN_FAILURES) {
        println!("\nseed {seed} FAILED");
        if !is_shown {
            let again = run(*seed, Keep::Trace);
            let tail = again.trace.len().saturating_sub(SHOWN_LINES);
            again.trace[tail..].iter().for_each(|line| println!("{line}"));
        }
        if let Some(violation) = &outcome.violation {
            println!("seed {seed}: {violation}");
        }
        println!("replay: cargo xtask sim --seed {seed} --trace");
    }
    if !total.failed.is_empty() {
        let seeds: Vec<_> = total.failed.iter().map(|(seed, _)| *seed).collect();
        println!(
            "\n{} of {} seeds failed: {seeds:?}",
            total.failed.len(),
            total.runs
        );
    }
}
