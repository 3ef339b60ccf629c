//! Who takes part, and what is known of them.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

use crate::contender::Running;
use crate::visitor::{connect_body, new_visitor};

/// More problems of the same run say nothing new.
const MOST_PROBLEMS: usize = 20;

/// A session, and what has to be true of it.
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: String,
    /// The place of its stream when it was made.
    pub(crate) cursor: String,
    /// Ids of the messages that the server acknowledged.
    acknowledged: Mutex<Vec<String>>,
    /// How often its socket brought each message.
    delivered: Mutex<HashMap<String, u32>>,
}

impl Session {
    /// The server has acknowledged a message.
    pub(crate) fn acknowledge(&self, message: String) {
        lock(&self.acknowledged).push(message);
    }

    /// The socket brought a message.
    pub(crate) fn deliver(&self, message: &str) {
        *lock(&self.delivered).entry(message.to_owned()).or_default() += 1;
    }

    /// All that was acknowledged.
    pub(crate) fn acknowledged(&self) -> Vec<String> {
        lock(&self.acknowledged).clone()
    }

    /// How often the socket brought a message.
    pub(crate) fn deliveries(&self, message: &str) -> u32 {
        lock(&self.delivered).get(message).copied().unwrap_or_default()
    }
}

/// What happened, in numbers.
#[derive(Default)]
pub(crate) struct Counts {
    /// Messages acknowledged.
    pub(crate) messages: AtomicU64,
    /// New visitors.
    pub(crate) visitors: AtomicU64,
    /// Pages read.
    pub(crate) reads: AtomicU64,
    /// Sockets opened.
    pub(crate) sockets: AtomicU64,
    /// Messages that the sockets brought.
    pub(crate) deliveries: AtomicU64,
    /// 429s to the one who writes too fast.
    pub(crate) refused: AtomicU64,
}

impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages, {} deliveries, {} sockets opened, {} new visitors, {} reads, {} deliberate 429s",
            self.messages.load(Relaxed),
            self.deliveries.load(Relaxed),
            self.sockets.load(Relaxed),
            self.visitors.load(Relaxed),
            self.reads.load(Relaxed),
            self.refused.load(Relaxed)
        )
    }
}

/// Everybody.
pub(crate) struct Crowd {
    /// Where the server is.
    pub(crate) address: SocketAddr,
    /// Those whose sockets are cut; the last one is who writes too fast.
    pub(crate) sessions: Vec<Session>,
    /// What happened.
    pub(crate) counts: Counts,
    problems: Mutex<Vec<String>>,
}

impl Crowd {
    /// Connects so many visitors.
    pub(crate) async fn gather(server: &Running, sessions: usize) -> Result<Self> {
        let mut connection = server.connect().await?;
        let mut all = Vec::with_capacity(sessions);
        for _ in 0..sessions {
            let body = connect_body(&new_visitor());
            let answer = connection.post("/connect", &body).await?.json()?;
            let text = |key: &str| {
                answer[key]
                    .as_str()
                    .map(str::to_owned)
                    .context("an answer without it")
            };
            all.push(Session {
                id: text("sessionId")?,
                cursor: text("cursor")?,
                acknowledged: Mutex::default(),
                delivered: Mutex::default(),
            });
        }
        Ok(Crowd {
            address: server.address,
            sessions: all,
            counts: Counts::default(),
            problems: Mutex::default(),
        })
    }

    /// Something went wrong.
    pub(crate) fn complain(&self, problem: impl Display) {
        let mut problems = lock(&self.problems);
        if problems.len() < MOST_PROBLEMS {
            eprintln!("problem: {problem:#}");
            problems.push(format!("{problem:#}"));
        }
    }

    /// What went wrong.
    pub(crate) fn problems(&self) -> Vec<String> {
        lock(&self.problems).clone()
    }
}

/// A panic elsewhere fails the run by itself.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
