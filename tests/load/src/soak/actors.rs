//! Who writes, reads and comes; each on a connection of their own, at a pace of their own.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::crowd::{Crowd, Session};
use crate::http::Connection;
use crate::visitor::{message_body, new_session};

/// Writers, and the pause of each: 200 messages a second.
const WRITERS: usize = 8;
const WRITER_PAUSE: Duration = Duration::from_millis(40);
/// New visitors: 50 a second.
const NEWCOMERS: usize = 2;
const NEWCOMER_PAUSE: Duration = Duration::from_millis(40);
/// Reads of a page: 50 a second.
const READERS: usize = 2;
const READER_PAUSE: Duration = Duration::from_millis(40);
/// One writes more than a session may: this many at once, so often.
const BURST: usize = 200;
const BURST_PAUSE: Duration = Duration::from_secs(10);

/// What is there before the clock starts, so that the server's caches (16 MB of the database, 4,096 sessions) are as
/// full as they ever get: memory is compared from then on.
const EARLIER_MESSAGES_EACH: usize = 50;
const EARLIER_VISITORS: usize = 5_000;
const EARLIER_CONNECTIONS: usize = 32;

/// Makes the past.
pub(super) async fn furnish(crowd: &Arc<Crowd>) -> Result<()> {
    let mut workers = JoinSet::new();
    for first in 0..EARLIER_CONNECTIONS {
        let crowd = Arc::clone(crowd);
        workers.spawn(async move {
            let mut connection = Connection::open(crowd.address).await?;
            for session in crowd.sessions.iter().skip(first).step_by(EARLIER_CONNECTIONS) {
                for _ in 0..EARLIER_MESSAGES_EACH {
                    write(&crowd, &mut connection, session).await?;
                }
            }
            for _ in 0..EARLIER_VISITORS / EARLIER_CONNECTIONS {
                new_session(&mut connection).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = workers.join_next().await {
        done??;
    }
    Ok(())
}

/// Starts everybody; they stop at `end`.
pub(super) fn start(crowd: &Arc<Crowd>, end: Instant, actors: &mut JoinSet<()>) {
    for first in 0..WRITERS {
        actors.spawn(act(Arc::clone(crowd), WRITER_PAUSE, end, first, WRITERS, write));
    }
    for first in 0..NEWCOMERS {
        actors.spawn(act(
            Arc::clone(crowd),
            NEWCOMER_PAUSE,
            end,
            first,
            NEWCOMERS,
            come,
        ));
    }
    for first in 0..READERS {
        actors.spawn(act(Arc::clone(crowd), READER_PAUSE, end, first, READERS, read));
    }
    actors.spawn(act(Arc::clone(crowd), BURST_PAUSE, end, 0, 1, write_too_fast));
}

/// Does the same until the end; each time with the next session of its share.
async fn act(
    crowd: Arc<Crowd>,
    pause: Duration,
    end: Instant,
    first: usize,
    step: usize,
    once: impl AsyncFn(&Crowd, &mut Connection, &Session) -> Result<()>,
) {
    let mut ticks = interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The last session is for the one who writes too fast.
    let many = crowd.sessions.len() - 1;
    let mut connection = None;
    for number in (first..).step_by(step) {
        ticks.tick().await;
        if Instant::now() >= end {
            return;
        }
        let mut open = match connection.take() {
            Some(open) => open,
            None => match Connection::open(crowd.address).await {
                Ok(open) => open,
                Err(error) => {
                    crowd.complain(error);
                    continue;
                }
            },
        };
        match once(&crowd, &mut open, &crowd.sessions[number % many]).await {
            Ok(()) => connection = Some(open),
            // Whatever is left of its answer, the connection is of no more use.
            Err(error) => crowd.complain(format!("{error:#}")),
        }
    }
}

async fn write(crowd: &Crowd, connection: &mut Connection, session: &Session) -> Result<()> {
    let body = message_body(&session.id, "Do you ship the blue kettle to Ireland?");
    let answer = connection.post("/message", &body).await?.json()?;
    acknowledge(crowd, session, &answer)
}

/// The server has stored a message of this session.
fn acknowledge(crowd: &Crowd, session: &Session, answer: &serde_json::Value) -> Result<()> {
    let message = answer["messageId"]
        .as_str()
        .context("an answer without a message")?;
    session.acknowledge(message.to_owned());
    crowd.counts.messages.fetch_add(1, Relaxed);
    Ok(())
}

async fn come(crowd: &Crowd, connection: &mut Connection, _: &Session) -> Result<()> {
    new_session(connection).await?;
    crowd.counts.visitors.fetch_add(1, Relaxed);
    Ok(())
}

async fn read(crowd: &Crowd, connection: &mut Connection, session: &Session) -> Result<()> {
    let route = format!("/messages?sessionId={}&before=end&limit=50", session.id);
    connection.get(&route).await?.ok()?;
    crowd.counts.reads.fetch_add(1, Relaxed);
    Ok(())
}

/// The only one who may be refused.
async fn write_too_fast(crowd: &Crowd, connection: &mut Connection, _: &Session) -> Result<()> {
    let session = crowd.sessions.last().context("nobody is here")?;
    for _ in 0..BURST {
        let body = message_body(&session.id, "!");
        let answer = connection.post("/message", &body).await?;
        if answer.status == 429 {
            crowd.counts.refused.fetch_add(1, Relaxed);
            continue;
        }
        acknowledge(crowd, session, &answer.json()?)?;
    }
    Ok(())
}
