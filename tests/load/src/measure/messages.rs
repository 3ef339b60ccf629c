//! Messages acknowledged at 32 in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::contender::Running;
use crate::http::Connection;
use crate::latency::Latencies;
use crate::visitor::{message_body, new_session};

/// Requests under way at any time, each on a connection of its own.
pub(crate) const IN_FLIGHT: usize = 32;
/// Each connection writes into so many sessions in turn: none grows large while it is measured.
const SESSIONS_EACH: usize = 8;
const WARM_UP: Duration = Duration::from_secs(1);

/// One measurement.
pub(crate) struct Messages {
    /// Acknowledged each second.
    pub(crate) per_second: f64,
    /// Half were acknowledged within so many microseconds.
    pub(crate) p50: f64,
    /// 99 % were.
    pub(crate) p99: f64,
    /// Microseconds of the server's processor time for each.
    pub(crate) cpu: f64,
}

/// Sends for `seconds`, after warming up.
pub(crate) async fn messages(server: &Running, seconds: u64) -> Result<Messages> {
    let acknowledged = Arc::new(AtomicU64::new(0));
    let begin = Instant::now() + WARM_UP;
    let end = begin + Duration::from_secs(seconds);
    let mut writers = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let connection = server.connect().await?;
        writers.spawn(write(connection, Arc::clone(&acknowledged), begin, end));
    }
    sleep_until(begin).await;
    let (cpu, count, began) = (server.cpu()?, acknowledged.load(Relaxed), Instant::now());
    sleep_until(end).await;
    let (cpu, count) = (server.cpu()?.since(cpu), acknowledged.load(Relaxed) - count);
    let took = began.elapsed();

    let mut latencies = Latencies::new()?;
    while let Some(written) = writers.join_next().await {
        latencies.add(&written??)?;
    }
    Ok(Messages {
        per_second: count as f64 / took.as_secs_f64(),
        p50: latencies.percentile(50.0),
        p99: latencies.percentile(99.0),
        cpu: cpu.total() * 1e6 / count as f64,
    })
}

async fn write(
    mut connection: Connection,
    acknowledged: Arc<AtomicU64>,
    begin: Instant,
    end: Instant,
) -> Result<Latencies> {
    let mut sessions = Vec::with_capacity(SESSIONS_EACH);
    for _ in 0..SESSIONS_EACH {
        sessions.push(new_session(&mut connection).await?);
    }
    let mut latencies = Latencies::new()?;
    for session in sessions.iter().cycle() {
        let sent = Instant::now();
        if sent >= end {
            break;
        }
        let body = message_body(session, "Do you ship the blue kettle to Ireland?");
        connection.post("/message", &body).await?.ok()?;
        acknowledged.fetch_add(1, Relaxed);
        if sent >= begin {
            latencies.record(sent.elapsed())?;
        }
    }
    Ok(latencies)
}
