//! Hearing from other servers of the same database.

use super::writer::{CHANNEL, Work};
use crate::storage::Seq;
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgNotification};
use std::time::Duration;
use tokio::sync::mpsc::WeakUnboundedSender;
use tokio::time::{sleep, timeout};

/// How often the log is looked at although nothing was heard: a connection may be dead without saying so.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Waits between attempts to connect anew.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Has the writer catch up whenever others may have written; until the writer is gone.
///
/// Notes that come while there is no connection are lost, so each new connection begins with a look at the log.
pub(super) async fn listen(pool: PgPool, writer: WeakUnboundedSender<Work>) {
    let mut wait = FIRST_WAIT;
    loop {
        let error = match connect(&pool).await {
            Ok(mut listener) => {
                wait = FIRST_WAIT;
                match hear(&mut listener, &writer).await {
                    Ok(()) => return,
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        if writer.upgrade().is_none() {
            return;
        }
        tracing::warn!(%error, "other servers cannot be heard; trying again");
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

async fn connect(pool: &PgPool) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.ignore_pool_close_event(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// `Ok` when the store is gone.
async fn hear(listener: &mut PgListener, writer: &WeakUnboundedSender<Work>) -> sqlx::Result<()> {
    let mut until = None;
    while let Some(sender) = writer.upgrade() {
        if sender.send(Work::CatchUp(until)).is_err() {
            return Ok(());
        }
        drop(sender);
        // `None`: the connection was lost and is a new one.
        until = match timeout(LOOK_EVERY, listener.try_recv()).await {
            Ok(heard) => heard?.and_then(|note| number(&note)),
            Err(_silence) => None,
        };
        while let Some(note) = listener.next_buffered() {
            until = until.max(number(&note));
        }
    }
    Ok(())
}

/// The newest number of the server that sent a note.
fn number(note: &PgNotification) -> Option<Seq> {
    note.payload().parse().ok().map(Seq::new)
}
