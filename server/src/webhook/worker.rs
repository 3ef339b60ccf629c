//! [`Worker`]: takes what is due from the queue, and has the target take it.

use super::Target;
use super::backoff::next_attempt;
use super::target::AttemptError;
use crate::storage::{Claimed, Delivery, Letters, Settlement, Storage};
use crate::{Clock, Rng};
use pocketping_core::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

/// Requests at a time: a target is not to be overrun, and one that is slow holds as many places.
const AT_ONCE: usize = 4;
/// What is added to a request's time for its lease: for recording what came of it, and for clocks of several servers.
const LEASE_MARGIN: Duration = Duration::from_secs(30);
/// How often the queue is looked at although nothing is known to be due: clocks step, and other servers queue too.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long to wait for a storage that fails, or for what another server has just locked.
const PATIENCE: Duration = Duration::from_secs(1);
/// A target that asks for a pause gets at most this; the delivery that it asked for waits as long as it wants.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// How long dead letters are kept, and how often it is looked for older ones.
const KEEP_DEAD: Duration = Duration::from_secs(30 * 24 * 3600);
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Delivers until the server is gone.
pub(super) struct Worker {
    hands: Hands,
    poke: Arc<Notify>,
    flushes: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    /// Requests under way.
    attempts: JoinSet<Came>,
    /// The target wants nothing before this moment.
    paused_until: Timestamp,
    swept: Option<Timestamp>,
    /// Whether the last attempt failed, to say it once.
    is_failing: bool,
}

/// What an attempt needs.
#[derive(Clone)]
struct Hands {
    target: Arc<Target>,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

/// What came of an attempt: the problem, if there was one.
type Came = Option<AttemptError>;

/// What a look at the queue has found.
struct Look {
    /// Whether nothing more can be done now.
    is_idle: bool,
    /// When to look again at the latest.
    wait: Duration,
}

impl Worker {
    pub(super) fn new(
        target: Target,
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        poke: Arc<Notify>,
        flushes: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    ) -> Self {
        Worker {
            hands: Hands {
                target: Arc::new(target),
                storage,
                clock,
                rng,
            },
            poke,
            flushes,
            attempts: JoinSet::new(),
            paused_until: Timestamp::from_micros(i64::MIN),
            swept: None,
            is_failing: false,
        }
    }

    /// Works until nobody can ask it to flush any more; requests under way end then, and are made again by whoever takes
    /// the queue over.
    pub(super) async fn run(mut self) {
        let mut flushes = Vec::new();
        loop {
            let look = self.look().await;
            if look.is_idle && self.attempts.is_empty() {
                flushes.drain(..).for_each(answer);
            }
            tokio::select! {
                Some(came) = self.attempts.join_next() => self.came(came),
                () = self.poke.notified() => {}
                flush = self.flushes.recv() => match flush {
                    Some(flush) => flushes.push(flush),
                    None => return,
                },
                () = sleep(look.wait) => {}
            }
        }
    }

    /// Begins as many requests as there are places for.
    async fn look(&mut self) -> Look {
        let now = self.hands.clock.now();
        self.sweep(now).await;
        let idle = |wait| Look { is_idle: true, wait };
        let pause = self.paused_until.since(now);
        // A longer one is none: the clock was set back.
        if !pause.is_zero() && pause <= LONGEST_PAUSE {
            return idle(pause.min(LOOK_EVERY));
        }
        let places = AT_ONCE - self.attempts.len();
        if places == 0 {
            return Look {
                is_idle: false,
                wait: LOOK_EVERY,
            };
        }
        let until = now.after(self.hands.target.timeout() + LEASE_MARGIN);
        let queue = self.hands.storage.deliveries();
        let Claimed { deliveries, next } = match queue.claim(now, until, places).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "deliveries of the webhook cannot be read yet");
                return idle(PATIENCE);
            }
        };
        let is_full = deliveries.len() == places;
        for delivery in deliveries {
            self.attempts.spawn(self.hands.clone().attempt(delivery));
        }
        match next {
            Some(next) if next <= now => Look {
                is_idle: false,
                wait: if is_full { LOOK_EVERY } else { PATIENCE },
            },
            Some(next) => idle(next.since(now).min(LOOK_EVERY)),
            None => idle(LOOK_EVERY),
        }
    }

    /// Drops dead letters that nobody has asked for in a month.
    async fn sweep(&mut self, now: Timestamp) {
        if self
            .swept
            .is_some_and(|swept| now.since(swept) < SWEEP_EVERY && swept <= now)
        {
            return;
        }
        self.swept = Some(now);
        let age = i64::try_from(KEEP_DEAD.as_micros()).unwrap_or(i64::MAX);
        let old = Letters::Before(Timestamp::from_micros(now.as_micros().saturating_sub(age)));
        match self.hands.storage.deliveries().forget(old).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "dead letters of the webhook are gone after a month"),
            Err(error) => tracing::warn!(%error, "old dead letters could not be dropped"),
        }
    }

    fn came(&mut self, came: Result<Came, JoinError>) {
        let problem = match came {
            Ok(problem) => problem,
            Err(error) => {
                tracing::error!(%error, "an attempt of the webhook ended early; it is made again");
                return;
            }
        };
        match &problem {
            Some(problem) if !self.is_failing => {
                tracing::warn!(%problem, "the webhook's target does not take it")
            }
            None if self.is_failing => tracing::info!("the webhook's target takes deliveries again"),
            _ => {}
        }
        self.is_failing = problem.is_some();
        // The target speaks for itself and not for one delivery.
        if let Some(wait) = problem.and_then(|problem| problem.retry_after()) {
            let until = self.hands.clock.now().after(wait.min(LONGEST_PAUSE));
            self.paused_until = self.paused_until.max(until);
        }
    }
}

impl Hands {
    async fn attempt(self, delivery: Delivery) -> Came {
        let sent = self.target.send(&delivery, self.clock.now()).await;
        let settlement = self.settlement(&delivery, sent.as_ref().err());
        if let Err(error) = self.storage.deliveries().settle(&delivery, settlement).await {
            tracing::warn!(%error, "what came of a delivery could not be recorded; it is made again");
        }
        sent.err()
    }

    fn settlement(&self, delivery: &Delivery, problem: Option<&AttemptError>) -> Settlement {
        let (id, kind, attempts) = (delivery.id.as_str(), delivery.kind.as_str(), delivery.attempts);
        let Some(problem) = problem else {
            tracing::debug!(id, kind, attempts, "a delivery is made");
            return Settlement::Delivered;
        };
        let now = self.clock.now();
        let mut dice = [0; 8];
        self.rng.fill(&mut dice);
        let next = next_attempt(delivery.queued_at, attempts, now, problem.retry_after(), dice[7]);
        match next.filter(|_| !problem.is_final()) {
            Some(at) => {
                tracing::debug!(id, kind, attempts, %problem, again = %at, "a delivery failed");
                Settlement::Again { at }
            }
            None => {
                tracing::warn!(id, kind, attempts, %problem, "a delivery is given up");
                Settlement::Dead {
                    at: now,
                    problem: problem.to_string(),
                }
            }
        }
    }
}

/// Whoever waited may have given up.
fn answer(flush: oneshot::Sender<()>) {
    if flush.send(()).is_err() {
        tracing::trace!("nobody waits for the webhook any more");
    }
}
