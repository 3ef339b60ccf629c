//! One session as it grows: what reading its end costs.

use anyhow::{Context, Result};
use tokio::time::Instant;

use super::messages::IN_FLIGHT;
use crate::contender::{Contender, Running};
use crate::http::Connection;
use crate::latency::Latencies;
use crate::visitor::{message_body, new_session};

/// Messages of a page.
const PAGE: usize = 50;
/// Reads of each kind.
const READS: usize = 500;

/// Half of the reads took at most so many milliseconds, one at a time, the way there and back included.
pub(crate) struct History {
    /// How many messages the session had.
    pub(crate) messages: usize,
    /// The newest page.
    pub(crate) newest: f64,
    /// The page after a message: the 50 newest ones too.
    pub(crate) after: f64,
}

/// Fills one session up to each of the sizes.
pub(crate) async fn history(server: &Running, contender: Contender, sizes: &[usize]) -> Result<Vec<History>> {
    let mut connections = Vec::new();
    for _ in 0..IN_FLIGHT {
        connections.push(server.connect().await?);
    }
    let session = new_session(&mut connections[0]).await?;
    let mut measured = Vec::new();
    let mut there = 0;
    for &size in sizes {
        let anchor = fill(&mut connections, &session, size - there).await?;
        there = size;
        let connection = &mut connections[0];
        // The peer has no way to ask for its newest messages: it is asked for its first ones.
        let newest = match contender.is_ours() {
            true => format!("/messages?sessionId={session}&before=end&limit={PAGE}"),
            false => format!("/messages?sessionId={session}&limit={PAGE}"),
        };
        let after = format!("/messages?sessionId={session}&after={anchor}&limit={PAGE}");
        measured.push(History {
            messages: size,
            newest: reads(connection, &newest).await?,
            after: reads(connection, &after).await?,
        });
    }
    Ok(measured)
}

/// Adds messages; the id of the one that a page of others stands behind.
async fn fill(connections: &mut [Connection], session: &str, messages: usize) -> Result<String> {
    let many = messages.saturating_sub(PAGE + 1);
    let share = many / connections.len();
    let writes = connections
        .iter_mut()
        .map(|connection| write(connection, session, share));
    futures_util::future::try_join_all(writes).await?;
    let first = &mut connections[0];
    let anchor = write(first, session, messages - share * IN_FLIGHT - PAGE).await?;
    write(first, session, PAGE).await?;
    anchor.context("no message was written")
}

/// Writes one after the other; the id of the last.
async fn write(connection: &mut Connection, session: &str, messages: usize) -> Result<Option<String>> {
    let mut last = None;
    for number in 0..messages {
        let body = message_body(session, &format!("Message number {number} of many"));
        let answer = connection.post("/message", &body).await?.json()?;
        last = answer["messageId"].as_str().map(str::to_owned);
    }
    Ok(last)
}

async fn reads(connection: &mut Connection, route: &str) -> Result<f64> {
    let messages = connection.get(route).await?.json()?;
    let found = messages["messages"].as_array().map(Vec::len);
    anyhow::ensure!(found == Some(PAGE), "{route} gave {found:?} messages");
    let mut latencies = Latencies::new()?;
    for _ in 0..READS {
        let asked = Instant::now();
        connection.get(route).await?.ok()?;
        latencies.record(asked.elapsed())?;
    }
    Ok(latencies.percentile(50.0) / 1000.0)
}
