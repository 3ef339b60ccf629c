//! What an idle session with its WebSocket keeps resident.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::StreamExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::messages::IN_FLIGHT;
use crate::contender::Running;
use crate::socket;
use crate::visitor::new_session;

/// Memory is looked at when everything has been still for so long.
const STILL: Duration = Duration::from_secs(2);

/// Bytes of each, for each of the (growing) numbers of sockets.
pub(crate) async fn idle(server: &Running, sizes: &[usize]) -> Result<Vec<f64>> {
    let mut open = JoinSet::new();
    // What the first requests make, all others share.
    add(server, &mut open, IN_FLIGHT).await?;
    sleep(STILL).await;
    let before = server.resident()?;
    let mut there = 0;
    let mut measured = Vec::new();
    for &size in sizes {
        add(server, &mut open, size - there).await?;
        there = size;
        sleep(STILL).await;
        ensure!(
            open.try_join_next().is_none(),
            "a socket was closed by the server"
        );
        measured.push(server.resident()?.saturating_sub(before) as f64 / size as f64);
    }
    Ok(measured)
}

/// Opens so many sessions with a socket each; the tasks hold them and answer pings.
async fn add(server: &Running, open: &mut JoinSet<()>, sockets: usize) -> Result<()> {
    let address = server.address;
    let places = Arc::new(Semaphore::new(IN_FLIGHT));
    let mut opening = JoinSet::new();
    for _ in 0..sockets {
        let place = Arc::clone(&places).acquire_owned().await?;
        let mut connection = server.connect().await?;
        opening.spawn(async move {
            let session = new_session(&mut connection).await?;
            let socket = socket::open(address, &session).await?;
            drop(place);
            anyhow::Ok(socket)
        });
        while let Some(opened) = opening.try_join_next() {
            hold(open, opened??);
        }
    }
    while let Some(opened) = opening.join_next().await {
        hold(open, opened??);
    }
    Ok(())
}

fn hold(open: &mut JoinSet<()>, mut socket: socket::Socket) {
    open.spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
}
