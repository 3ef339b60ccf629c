//! The sockets of a session, one after the other: each goes on after the last envelope of the one before.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value as Json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_tungstenite::tungstenite::Message;

use super::crowd::{Crowd, Session};
use crate::socket;

/// After a failure, which is a problem of its own, it is tried again.
const PAUSE: Duration = Duration::from_millis(200);
const TYPING: &str = r#"{"type":"typing","data":{"isTyping":true,"sender":"visitor"}}"#;

/// How a socket ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// With a close frame.
    Politely,
    /// As when a phone loses its network.
    Suddenly,
}

/// What ends the sockets, in the order of their sessions.
pub(super) type Cuts = Vec<mpsc::Sender<Cut>>;

/// Opens a socket for each session; they end when the cuts are dropped.
pub(super) fn start(crowd: &Arc<Crowd>, chains: &mut JoinSet<()>) -> Cuts {
    let mut cuts = Vec::new();
    for number in 0..crowd.sessions.len() {
        let (cut, told) = mpsc::channel(1);
        cuts.push(cut);
        chains.spawn(follow(Arc::clone(crowd), number, told));
    }
    cuts
}

/// Cuts one after the other until `end`, every other one suddenly.
pub(super) async fn cut(cuts: Cuts, pause: Duration, end: Instant) {
    let mut ticks = interval(pause);
    // 200 a second on average, whatever else the machine does.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for (number, cut) in cuts.iter().cycle().enumerate() {
        ticks.tick().await;
        if Instant::now() >= end {
            return;
        }
        let how = match (number + number / cuts.len()).is_multiple_of(2) {
            true => Cut::Politely,
            false => Cut::Suddenly,
        };
        // One that still opens its next socket is not cut twice.
        cut.try_send(how).ok();
    }
}

async fn follow(crowd: Arc<Crowd>, number: usize, mut cuts: mpsc::Receiver<Cut>) {
    let session = &crowd.sessions[number];
    let mut cursor = session.cursor.clone();
    while !cuts.is_closed() {
        if let Err(error) = one_socket(&crowd, session, &mut cursor, &mut cuts).await {
            crowd.complain(format!("a socket: {error:#}"));
            sleep(PAUSE).await;
        }
    }
}

/// Reads until it is cut.
async fn one_socket(
    crowd: &Crowd,
    session: &Session,
    cursor: &mut String,
    cuts: &mut mpsc::Receiver<Cut>,
) -> Result<()> {
    let place = format!("{}&after={cursor}", session.id);
    let mut socket = socket::open(crowd.address, &place).await?;
    crowd.counts.sockets.fetch_add(1, Relaxed);
    socket.send(Message::text(TYPING)).await?;
    loop {
        tokio::select! {
            frame = socket.next() => {
                match frame.context("the server ended it")?? {
                    Message::Text(text) => take(crowd, session, cursor, &text)?,
                    Message::Close(close) => bail!("the server closed it: {close:?}"),
                    _ => {}
                }
            }
            cut = cuts.recv() => {
                if let Some(Cut::Politely) = cut {
                    socket.close(None).await?;
                }
                return Ok(());
            }
        }
    }
}

fn take(crowd: &Crowd, session: &Session, cursor: &mut String, text: &str) -> Result<()> {
    let envelope: Json = serde_json::from_str(text).context("an envelope that is not JSON")?;
    if let Some(place) = envelope["cursor"].as_str() {
        place.clone_into(cursor);
    }
    match envelope["type"].as_str() {
        Some("message") => {
            let message = envelope["data"]["id"]
                .as_str()
                .context("a message without an id")?;
            session.deliver(message);
            crowd.counts.deliveries.fetch_add(1, Relaxed);
        }
        Some("resync" | "error") => bail!("the server said {text}"),
        _ => {}
    }
    Ok(())
}
