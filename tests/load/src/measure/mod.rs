//! What is measured, one file per question; here, who is asked, and what is made of the answers.

mod connects;
mod fan_out;
mod history;
mod idle;
mod messages;

use std::collections::BTreeMap;

use anyhow::Result;

use crate::contender::{Contender, LIMITS_OUT_OF_REACH, Programs, Running};
use crate::latency::median;
use crate::report::{Budget, Report, Row};

/// How thoroughly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often what is quick is measured; medians are shown.
    pub(crate) rounds: usize,
    /// How long messages are sent each time.
    pub(crate) seconds: u64,
    /// New visitors of ours.
    pub(crate) visitors: u64,
    /// New visitors of the peer, whose cost grows with their number.
    pub(crate) peer_visitors: u64,
}

/// How large a session grows.
const HISTORY: [usize; 3] = [100, 1_000, 10_000];
/// How many sockets are idle.
const SOCKETS: [usize; 2] = [2_000, 15_000];
const OURS: [Contender; 2] = [Contender::Memory, Contender::Sqlite];

/// What each contender was measured to be, round by round.
type Rounds<T> = BTreeMap<Contender, Vec<T>>;

async fn start(programs: &Programs, contender: Contender) -> Result<Running> {
    Running::start(programs, contender, LIMITS_OUT_OF_REACH).await
}

/// The median of a figure.
fn of<T>(rounds: &Rounds<T>, contender: Contender, figure: impl Fn(&T) -> f64) -> Option<f64> {
    let measured = rounds.get(&contender)?;
    Some(median(measured.iter().map(figure).collect()))
}

impl Report {
    /// A row for each of our stores.
    fn compare<T>(
        &mut self,
        rounds: &Rounds<T>,
        (what, unit): (&str, &'static str),
        figure: impl Fn(&T) -> f64,
        budgets: [Budget; 2],
    ) {
        for (contender, budget) in OURS.into_iter().zip(budgets) {
            if let Some(ours) = of(rounds, contender, &figure) {
                self.add(Row {
                    what: format!("{what}, {}", contender.name()),
                    unit,
                    ours,
                    peer: of(rounds, Contender::Peer, &figure),
                    budget,
                });
            }
        }
    }
}

/// Messages acknowledged, latency, processor time.
pub(crate) async fn messages(programs: &Programs, effort: Effort, report: &mut Report) -> Result<()> {
    let mut rounds: Rounds<messages::Messages> = BTreeMap::new();
    for round in 1..=effort.rounds {
        for contender in programs.contenders() {
            let server = start(programs, contender).await?;
            let one = messages::messages(&server, effort.seconds).await?;
            eprintln!(
                "messages, round {round}, {}: {:.0}/s, p50 {:.0} µs, p99 {:.0} µs, {:.1} µs CPU",
                contender.name(),
                one.per_second,
                one.p50,
                one.p99,
                one.cpu
            );
            rounds.entry(contender).or_default().push(one);
            server.end().await?;
        }
    }
    report.compare(
        &rounds,
        ("messages acknowledged, 32 in flight", "1/s"),
        |one| one.per_second,
        [Budget::TimesPeer(15.0), Budget::TimesPeer(5.0)],
    );
    report.compare(
        &rounds,
        ("server CPU per message", "µs"),
        |one| one.cpu,
        [Budget::AtMost(16.0), Budget::AtMost(40.0)],
    );
    let p50 = |one: &messages::Messages| one.p50 / 1000.0;
    report.compare(
        &rounds,
        ("acknowledged within, p50", "ms"),
        p50,
        [Budget::None; 2],
    );
    let p99 = |one: &messages::Messages| one.p99 / 1000.0;
    report.compare(
        &rounds,
        ("acknowledged within, p99", "ms"),
        p99,
        [Budget::AtMost(12.0); 2],
    );
    Ok(())
}

/// New visitors, as sessions grow.
pub(crate) async fn connects(programs: &Programs, effort: Effort, report: &mut Report) -> Result<()> {
    let mut rounds: Rounds<connects::Connects> = BTreeMap::new();
    for contender in programs.contenders() {
        let visitors = match contender.is_ours() {
            true => effort.visitors,
            false => effort.peer_visitors,
        };
        let server = start(programs, contender).await?;
        let one = connects::connects(&server, visitors).await?;
        eprintln!(
            "connects, {}: {:.0}/s, at {visitors} sessions {:.0}/s with {:.1} µs CPU, {:.0} B each",
            contender.name(),
            one.at_start,
            one.at_end,
            one.cpu_at_end,
            one.resident
        );
        rounds.entry(contender).or_default().push(one);
        server.end().await?;
    }
    report.compare(
        &rounds,
        ("`/connect` of new visitors, at the start", "1/s"),
        |one| one.at_start,
        [Budget::AtLeast(10_000.0); 2],
    );
    let what = format!(
        "`/connect` of new visitors at {} sessions (Python: {})",
        effort.visitors, effort.peer_visitors
    );
    report.compare(
        &rounds,
        (&what, "1/s"),
        |one| one.at_end,
        [Budget::AtLeast(10_000.0); 2],
    );
    report.compare(
        &rounds,
        ("server CPU of one there", "µs"),
        |one| one.cpu_at_end,
        [Budget::None; 2],
    );
    Ok(())
}

/// One session as it grows.
pub(crate) async fn history(programs: &Programs, report: &mut Report) -> Result<()> {
    let mut rounds: Rounds<Vec<history::History>> = BTreeMap::new();
    for contender in programs.contenders() {
        let server = start(programs, contender).await?;
        let sizes = history::history(&server, contender, &HISTORY).await?;
        for one in &sizes {
            eprintln!(
                "history, {}: {} messages: newest {:.3} ms, after {:.3} ms",
                contender.name(),
                one.messages,
                one.newest,
                one.after
            );
        }
        rounds.entry(contender).or_default().push(sizes);
        server.end().await?;
    }
    for (at, size) in HISTORY.into_iter().enumerate() {
        let budget = [Budget::AtMost(0.15); 2];
        let newest = |sizes: &Vec<history::History>| sizes.get(at).map_or(f64::NAN, |one| one.newest);
        report.compare(
            &rounds,
            (&format!("newest 50 of {size} messages"), "ms"),
            newest,
            budget,
        );
        let after = |sizes: &Vec<history::History>| sizes.get(at).map_or(f64::NAN, |one| one.after);
        report.compare(&rounds, (&format!("50 `after=` of {size}"), "ms"), after, budget);
    }
    Ok(())
}

/// Idle sockets.
pub(crate) async fn idle(programs: &Programs, report: &mut Report) -> Result<()> {
    let mut rounds: Rounds<Vec<f64>> = BTreeMap::new();
    for contender in programs.contenders() {
        let server = start(programs, contender).await?;
        let bytes = idle::idle(&server, &SOCKETS).await?;
        eprintln!("idle, {}: {bytes:.0?} B each of {SOCKETS:?}", contender.name());
        rounds.entry(contender).or_default().push(bytes);
        server.end().await?;
    }
    for (at, size) in SOCKETS.into_iter().enumerate() {
        let kilobytes = |sizes: &Vec<f64>| sizes.get(at).map_or(f64::NAN, |bytes| bytes / 1000.0);
        let what = format!("idle session with WebSocket, resident, of {size}");
        // The budget is for 10,000: few sockets have to bear what the server needs without any.
        let budget = match size > 10_000 {
            true => Budget::AtMost(6.0),
            false => Budget::None,
        };
        report.compare(&rounds, (&what, "KB"), kilobytes, [budget; 2]);
    }
    Ok(())
}

/// Many sockets of one session.
pub(crate) async fn fan_out(programs: &Programs, effort: Effort, report: &mut Report) -> Result<()> {
    let mut rounds: Rounds<fan_out::FanOut> = BTreeMap::new();
    for round in 1..=effort.rounds {
        for contender in programs.contenders() {
            let server = start(programs, contender).await?;
            let one = fan_out::fan_out(&server).await?;
            eprintln!(
                "fan-out, round {round}, {}: {:.2} µs CPU a delivery, {:.2} of it user, paced p99 {:.2} ms",
                contender.name(),
                one.cpu,
                one.user,
                one.paced
            );
            rounds.entry(contender).or_default().push(one);
            server.end().await?;
        }
    }
    let budget = |most| [Budget::AtMost(most), Budget::None];
    report.compare(
        &rounds,
        ("CPU per delivery, 20 sessions × 10 sockets", "µs"),
        |one| one.cpu,
        budget(7.0),
    );
    report.compare(&rounds, ("of it user time", "µs"), |one| one.user, budget(1.0));
    report.compare(
        &rounds,
        ("paced delivery, p99", "ms"),
        |one| one.paced,
        budget(1.0),
    );
    Ok(())
}
