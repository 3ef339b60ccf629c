//! Minutes of mixed load on one server of ours: messages, new visitors, reads, and sockets of which 200 a second are cut
//! and resumed. Nothing but what is meant to be refused may be refused, memory has to stay where it is, and what was
//! acknowledged has to be there afterwards and to have reached the session's socket, once.

mod actors;
mod chain;
mod check;
mod crowd;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, sleep_until};

use crate::contender::{Contender, Programs, Running};
use crate::latency::median;
use crowd::Crowd;

/// The limits for addresses and visitors are out of reach, as all come from one; those for sessions are the usual ones.
const LIMITS_OF_ONE_ADDRESS: &str = "\
[rate_limits]
streams_per_address = 100000
connections_per_address = 100000
address = { per_second = 10000000, burst = 10000000 }
";
/// Sessions, each with a socket that is cut and resumed.
const SESSIONS: usize = 1_000;
/// Pause between two cuts: 200 a second.
const BETWEEN_CUTS: Duration = Duration::from_millis(5);
/// Resident memory is looked at so often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
/// How long the last deliveries may take.
const LAST_DELIVERIES: Duration = Duration::from_secs(5);
/// So much more may be resident at the end than after a fifth of the time, in percent.
const MOST_GROWTH: f64 = 5.0;

/// Runs for so many minutes, then looks for what was acknowledged.
///
/// # Errors
/// When a promise was broken: all that were, in one.
pub(crate) async fn soak(programs: &Programs, minutes: f64) -> Result<()> {
    let server = Running::start(programs, Contender::Sqlite, LIMITS_OF_ONE_ADDRESS).await?;
    let whole = Duration::from_secs_f64(minutes * 60.0);
    let crowd = Arc::new(Crowd::gather(&server, SESSIONS).await?);
    actors::furnish(&crowd).await?;
    let mut chains = JoinSet::new();
    let cuts = chain::start(&crowd, &mut chains);

    let began = Instant::now();
    let end = began + whole;
    let mut actors = JoinSet::new();
    actors::start(&crowd, end, &mut actors);
    actors.spawn(chain::cut(cuts.clone(), BETWEEN_CUTS, end));
    let memory = watch_memory(&server, &crowd, began, end).await?;
    while let Some(done) = actors.join_next().await {
        done?;
    }
    sleep(LAST_DELIVERIES).await;
    drop(cuts);
    while let Some(done) = chains.join_next().await {
        done?;
    }

    let mut problems = crowd.problems();
    problems.extend(check::all_is_there(&server, &crowd).await?);
    let growth = memory.growth();
    println!("{}", crowd.counts);
    println!(
        "resident: {:.1} MB after a fifth of the time, {:.1} MB at the end ({growth:+.1} %)",
        memory.early / 1e6,
        memory.late / 1e6
    );
    if growth > MOST_GROWTH {
        problems.push(format!(
            "resident memory grew by {growth:.1} %, {MOST_GROWTH} % are allowed"
        ));
    }
    if crowd.counts.refused.load(Relaxed) == 0 {
        problems.push("who wrote too fast was never refused: the limits were not on".to_owned());
    }
    server.end().await?;
    if problems.is_empty() {
        println!("soak: 1 passed, 0 failed");
        return Ok(());
    }
    bail!("{}", problems.join("\n"));
}

/// Resident memory in bytes: medians of a tenth of the time.
struct Memory {
    early: f64,
    late: f64,
}

impl Memory {
    fn growth(&self) -> f64 {
        (self.late / self.early - 1.0) * 100.0
    }
}

/// Looks on until the end: a tenth of the time around its first fifth (minute 2 of 10) is compared with the last tenth.
async fn watch_memory(server: &Running, crowd: &Crowd, began: Instant, end: Instant) -> Result<Memory> {
    let whole = end - began;
    let (mut early, mut late) = (Vec::new(), Vec::new());
    let mut looks = interval(BETWEEN_LOOKS.min(whole / 100));
    let mut next_line = began;
    while Instant::now() < end {
        looks.tick().await;
        let part = began.elapsed().as_secs_f64() / whole.as_secs_f64();
        let resident = server.resident()? as f64;
        match part {
            0.15..=0.25 => early.push(resident),
            0.9.. => late.push(resident),
            _ => {}
        }
        if Instant::now() >= next_line {
            next_line += whole / 10;
            let done = part * 100.0;
            eprintln!(
                "{done:3.0} %: {:.1} MB resident; {}",
                resident / 1e6,
                crowd.counts
            );
        }
    }
    sleep_until(end).await;
    Ok(Memory {
        early: median(early),
        late: median(late),
    })
}
