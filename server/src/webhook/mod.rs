//! Webhooks out (PROTOCOL §5.4): requests that tell the site's own server what happens.
//!
//! A write that there is something to tell of queues a delivery in its own transaction ([`scribe`]), with the body as
//! it will be sent. One task ([`worker`]) takes what is due from the storage's queue, a few at a time and of each session
//! one after the other, has the target take it ([`target`]), and records what came of it. What fails is tried again
//! for a day ([`backoff`]), with the same id and the same bytes; what has failed for a day is kept as a dead letter. So a
//! delivery is made at least once, whatever happens to the server, and a slow target slows down nothing but its own queue.

mod address;
mod backoff;
mod envelope;
mod scribe;
mod target;
mod worker;

pub(crate) use scribe::Telling;
pub(crate) use target::{Target, TargetError};

use crate::config::WebhookKind;
use crate::storage::Storage;
use crate::{Clock, Rng};
use scribe::Scribe;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, mpsc, oneshot};
use worker::Worker;

/// The webhook of a server.
pub(crate) struct Webhooks {
    scribe: Arc<Scribe>,
    poke: Arc<Notify>,
    flushes: mpsc::UnboundedSender<oneshot::Sender<()>>,
    /// Until it runs.
    worker: Mutex<Option<Worker>>,
}

impl Webhooks {
    pub(crate) fn new(
        target: Target,
        forward: &[WebhookKind],
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Self {
        let poke = Arc::new(Notify::new());
        let (flushes, waiting) = mpsc::unbounded_channel();
        let worker = Worker::new(
            target,
            storage,
            Arc::clone(&clock),
            Arc::clone(&rng),
            Arc::clone(&poke),
            waiting,
        );
        Webhooks {
            scribe: Arc::new(Scribe::new(forward.to_vec(), clock, rng)),
            poke,
            flushes,
            worker: Mutex::new(Some(worker)),
        }
    }

    /// Starts delivering, once; outside of a runtime it does nothing, and nothing is delivered until it is called in one.
    pub(crate) fn start(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            runtime.spawn(worker.run());
        }
    }

    /// What a write needs to queue its deliveries.
    pub(crate) fn telling(&self) -> Telling {
        Telling::new(Arc::clone(&self.scribe))
    }

    /// Says that there is something to deliver. Works on any thread.
    pub(crate) fn poke(&self) {
        self.poke.notify_one();
    }

    /// Waits until nothing is under way and nothing is due.
    pub(crate) async fn flush(&self) {
        self.start();
        let (done, wait) = oneshot::channel();
        // Fails only when the worker has ended with its runtime: then nothing is delivered any more.
        if self.flushes.send(done).is_ok() && wait.await.is_err() {
            tracing::debug!("the worker of the webhook has ended");
        }
    }
}
