//! `/connect` of new visitors, as sessions grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::{Result, bail};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::messages::IN_FLIGHT;
use crate::contender::Running;
use crate::http::Connection;
use crate::visitor::{connect_body, new_visitor};

/// The first and the last so-manieth part are compared.
const PARTS: u64 = 20;

/// One measurement.
pub(crate) struct Connects {
    /// New visitors each second, in the first part.
    pub(crate) at_start: f64,
    /// In the last one.
    pub(crate) at_end: f64,
    /// Microseconds of the server's processor time for each in the last part.
    pub(crate) cpu_at_end: f64,
    /// Bytes of resident memory for each session.
    pub(crate) resident: f64,
}

/// Connects so many visitors.
pub(crate) async fn connects(server: &Running, visitors: u64) -> Result<Connects> {
    let part = (visitors / PARTS).max(1);
    let before = server.resident()?;
    let taken = Arc::new(AtomicU64::new(0));
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut workers = JoinSet::new();
    let began = (Instant::now(), server.cpu()?);
    for _ in 0..IN_FLIGHT {
        let connection = server.connect().await?;
        let work = Work {
            taken: Arc::clone(&taken),
            part,
            all: part * PARTS,
            tell: tell.clone(),
        };
        workers.spawn(work.run(connection));
    }
    drop(tell);
    let mut marks = vec![began];
    while told.recv().await.is_some() {
        marks.push((Instant::now(), server.cpu()?));
    }
    while let Some(done) = workers.join_next().await {
        done??;
    }
    let [first, second, .., last_but_one, last] = marks.as_slice() else {
        bail!("too few visitors to compare the beginning with the end");
    };
    let rate =
        |from: &(Instant, _), to: &(Instant, _)| part as f64 / to.0.duration_since(from.0).as_secs_f64();
    Ok(Connects {
        at_start: rate(first, second),
        at_end: rate(last_but_one, last),
        cpu_at_end: last.1.since(last_but_one.1).total() * 1e6 / part as f64,
        resident: (server.resident()?.saturating_sub(before)) as f64 / (part * PARTS) as f64,
    })
}

struct Work {
    taken: Arc<AtomicU64>,
    part: u64,
    all: u64,
    tell: mpsc::UnboundedSender<()>,
}

impl Work {
    async fn run(self, mut connection: Connection) -> Result<()> {
        loop {
            let number = self.taken.fetch_add(1, Relaxed) + 1;
            if number > self.all {
                return Ok(());
            }
            let body = connect_body(&new_visitor());
            connection.post("/connect", &body).await?.ok()?;
            if number.is_multiple_of(self.part) {
                // Nobody listens any more when the measurement has failed, which it says itself.
                self.tell.send(()).ok();
            }
        }
    }
}
