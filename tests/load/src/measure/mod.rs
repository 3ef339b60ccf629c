//! What is measured, one file per question.

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
}

async fn start(programs: &Programs, contender: Contender) -> Result<Running> {
    Running::start(programs, contender, LIMITS_OUT_OF_REACH).await
}

/// Messages acknowledged, latency, processor time.
pub(crate) async fn messages(programs: &Programs, effort: Effort, report: &mut Report) -> Result<()> {
    let mut measured: BTreeMap<Contender, Vec<messages::Messages>> = BTreeMap::new();
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
            measured.entry(contender).or_default().push(one);
            server.end().await?;
        }
    }
    let of = |contender: Contender, figure: fn(&messages::Messages) -> f64| {
        measured
            .get(&contender)
            .map(|rounds| median(rounds.iter().map(figure).collect()))
    };
    type Figure = (&'static str, &'static str, fn(&messages::Messages) -> f64);
    let figures: [Figure; 4] = [
        ("messages acknowledged", "1/s", |one| one.per_second),
        ("server CPU per message", "µs", |one| one.cpu),
        ("acknowledged within, p50", "ms", |one| one.p50 / 1000.0),
        ("acknowledged within, p99", "ms", |one| one.p99 / 1000.0),
    ];
    let budgets = [
        (
            Contender::Memory,
            [
                Budget::TimesPeer(15.0),
                Budget::AtMost(16.0),
                Budget::None,
                Budget::AtMost(12.0),
            ],
        ),
        (
            Contender::Sqlite,
            [
                Budget::TimesPeer(5.0),
                Budget::AtMost(40.0),
                Budget::None,
                Budget::AtMost(12.0),
            ],
        ),
    ];
    for (contender, budgets) in budgets {
        for ((what, unit, figure), budget) in figures.into_iter().zip(budgets) {
            let Some(ours) = of(contender, figure) else {
                continue;
            };
            report.add(Row {
                what: format!("{what}, {}", contender.name()),
                unit,
                ours,
                peer: of(Contender::Peer, figure),
                budget,
            });
        }
    }
    Ok(())
}
