//! Messages to sessions that many sockets listen to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};

use crate::contender::Running;
use crate::http::Connection;
use crate::latency::Latencies;
use crate::socket::{self, Socket};
use crate::visitor::{message_body, new_session};

const SESSIONS: usize = 20;
const SOCKETS_EACH: usize = 10;
/// Messages of each session at full speed.
const MESSAGES_EACH: u64 = 500;
/// Messages at a measured pace, and how far apart.
const PACED: usize = 500;
const PACE: Duration = Duration::from_millis(10);
/// How long the last deliveries may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// What stands before the moment of sending in a paced message.
const MARK: &str = "sent at ";

/// One measurement.
pub(crate) struct FanOut {
    /// Microseconds of the server's processor time for each delivery, the `POST`s included.
    pub(crate) cpu: f64,
    /// Of it in its own code.
    pub(crate) user: f64,
    /// Milliseconds from the `POST` to a socket at a measured pace, 99 %.
    pub(crate) paced: f64,
}

/// Opens the sockets, then sends at full speed, then at a measured pace.
pub(crate) async fn fan_out(server: &Running) -> Result<FanOut> {
    let start = Instant::now();
    let delivered = Arc::new(AtomicU64::new(0));
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut listeners = JoinSet::new();
    let mut writers = Vec::new();
    for _ in 0..SESSIONS {
        let mut connection = server.connect().await?;
        let session = new_session(&mut connection).await?;
        for _ in 0..SOCKETS_EACH {
            let socket = socket::open(server.address, &session).await?;
            listeners.spawn(listen(socket, Arc::clone(&delivered), start, tell.clone()));
        }
        writers.push((connection, session));
    }
    sleep(Duration::from_millis(300)).await;

    let before = (server.cpu()?, delivered.load(Relaxed));
    let writes = writers
        .iter_mut()
        .map(|(connection, session)| write(connection, session));
    futures_util::future::try_join_all(writes).await?;
    let expected = SESSIONS as u64 * SOCKETS_EACH as u64 * MESSAGES_EACH;
    wait_for(&delivered, before.1 + expected, &mut listeners).await?;
    let used = server.cpu()?.since(before.0);

    let latencies = pace(&mut writers, start, &mut told).await?;
    ensure!(
        listeners.try_join_next().is_none(),
        "a socket was closed by the server"
    );
    Ok(FanOut {
        cpu: used.total() * 1e6 / expected as f64,
        user: used.user * 1e6 / expected as f64,
        paced: latencies.percentile(99.0) / 1000.0,
    })
}

async fn write(connection: &mut Connection, session: &str) -> Result<()> {
    for _ in 0..MESSAGES_EACH {
        let body = message_body(session, "Do you ship the blue kettle to Ireland?");
        connection.post("/message", &body).await?.ok()?;
    }
    Ok(())
}

async fn wait_for(delivered: &AtomicU64, count: u64, listeners: &mut JoinSet<Result<()>>) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while delivered.load(Relaxed) < count {
        ensure!(
            listeners.try_join_next().is_none(),
            "a socket was closed by the server"
        );
        if Instant::now() > until {
            bail!("{} of {count} deliveries came", delivered.load(Relaxed));
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// One message at a time, to each session in turn; how long the deliveries took.
async fn pace(
    writers: &mut [(Connection, String)],
    start: Instant,
    told: &mut mpsc::UnboundedReceiver<Duration>,
) -> Result<Latencies> {
    let mut latencies = Latencies::new()?;
    let mut tick = interval(PACE);
    let sessions = writers.len();
    for number in 0..PACED {
        tick.tick().await;
        let (connection, session) = &mut writers[number % sessions];
        let text = format!("{MARK}{};", start.elapsed().as_nanos());
        connection
            .post("/message", &message_body(session, &text))
            .await?
            .ok()?;
    }
    for _ in 0..PACED * SOCKETS_EACH {
        let took = timeout(PATIENCE, told.recv())
            .await
            .context("a delivery did not come")?;
        latencies.record(took.context("all sockets were closed")?)?;
    }
    Ok(latencies)
}

/// Counts messages; of paced ones it tells how long they took.
async fn listen(
    mut socket: Socket,
    delivered: Arc<AtomicU64>,
    start: Instant,
    tell: mpsc::UnboundedSender<Duration>,
) -> Result<()> {
    while let Some(frame) = socket.next().await {
        let now = start.elapsed();
        let frame = frame?.into_text()?;
        if !frame.contains(r#""type":"message""#) {
            continue;
        }
        delivered.fetch_add(1, Relaxed);
        let sent = frame.split_once(MARK).and_then(|(_, rest)| rest.split_once(';'));
        if let Some((nanoseconds, _)) = sent {
            let sent = Duration::from_nanos(nanoseconds.parse()?);
            // Nobody listens any more when the measurement has failed, which it says itself.
            tell.send(now.saturating_sub(sent)).ok();
        }
    }
    Ok(())
}
