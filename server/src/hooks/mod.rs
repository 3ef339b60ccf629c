//! Hooks: the host's own code, run on what happens.
//!
//! Calls are queued when the fact is committed and run in tasks of their own: a slow hook never delays a
//! visitor's answer, one that fails or panics stops nothing, and a request that is given up half-way does
//! not lose its hook. Calls about one session run one after the other, in order.

mod event;
pub use event::EventSubscription;

use event::EventHooks;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pocketping_core::SessionId;
use pocketping_core::model::{Csat, CustomEvent, Message, Session};
use pocketping_core::route::DisconnectReason;
use prometheus_client::metrics::gauge::Gauge;
use std::fmt::Display;
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Sessions are spread over so many queues; a hook that waits holds up one of them.
const LANES: usize = 16;

/// What a hook may return: nothing, or a `Result` whose error is logged.
pub trait HookOutcome {
    /// The error's text, if there is one.
    fn into_error(self) -> Option<String>;
}

impl HookOutcome for () {
    fn into_error(self) -> Option<String> {
        None
    }
}

impl<T, E: Display> HookOutcome for Result<T, E> {
    fn into_error(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

pub(crate) type Hook<A> = Arc<dyn Fn(A) -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// How a visitor left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Departure {
    /// How long they were there, in whole seconds: as the browser says, or, when the server noticed it, from their first to
    /// their last sign of life.
    pub stay: Duration,
    /// Why they left.
    pub reason: DisconnectReason,
}

/// The hooks of a server.
#[derive(Clone, Default)]
pub(crate) struct Registry {
    pub(crate) session_start: Vec<Hook<Session>>,
    pub(crate) message: Vec<Hook<(Message, Session)>>,
    pub(crate) identify: Vec<Hook<Session>>,
    pub(crate) csat: Vec<Hook<(Session, Csat)>>,
    pub(crate) disconnect: Vec<Hook<(Session, Departure)>>,
    pub(crate) event: EventHooks,
}

impl Registry {
    /// The names that event hooks wait for.
    pub(crate) fn event_names(&self) -> Vec<String> {
        self.event.names()
    }

    fn is_empty(&self) -> bool {
        self.session_start.is_empty()
            && self.message.is_empty()
            && self.identify.is_empty()
            && self.csat.is_empty()
            && self.disconnect.is_empty()
            && self.event.is_empty()
    }
}

/// Something that hooks are told of.
pub(crate) enum Call {
    SessionStart(Box<Session>),
    Message(Box<(Message, Session)>),
    Event(Box<(CustomEvent, Session)>),
    Identify(Box<Session>),
    Csat(Box<(Session, Csat)>),
    Disconnect(Box<(Session, Departure)>),
}

enum Job {
    Call(Call),
    Flush(oneshot::Sender<()>),
}

pub(crate) struct Hooks {
    registry: Arc<Registry>,
    hasher: RandomState,
    lanes: OnceLock<Vec<mpsc::UnboundedSender<Job>>>,
    /// Calls that wait or run.
    waiting: Gauge,
}

/// A hook from a plain closure.
pub(crate) fn sync_hook<A: Send + 'static, O: HookOutcome>(
    hook: impl Fn(A) -> O + Send + Sync + 'static,
) -> Hook<A> {
    let hook = Arc::new(hook);
    Arc::new(move |argument| {
        let hook = Arc::clone(&hook);
        async move { hook(argument).into_error() }.boxed()
    })
}

/// A hook from a closure that gives a future.
pub(crate) fn async_hook<A, F>(hook: impl Fn(A) -> F + Send + Sync + 'static) -> Hook<A>
where
    A: Send + 'static,
    F: Future + Send + 'static,
    F::Output: HookOutcome,
{
    let hook = Arc::new(hook);
    Arc::new(move |argument| {
        let hook = Arc::clone(&hook);
        async move { hook(argument).await.into_error() }.boxed()
    })
}

impl Hooks {
    pub(crate) fn new(registry: Registry, waiting: Gauge) -> Self {
        Hooks {
            registry: Arc::new(registry),
            hasher: RandomState::new(),
            lanes: OnceLock::new(),
            waiting,
        }
    }

    pub(crate) fn on_session_start(&self) -> bool {
        !self.registry.session_start.is_empty()
    }

    pub(crate) fn on_message(&self) -> bool {
        !self.registry.message.is_empty()
    }

    pub(crate) fn on_event(&self) -> bool {
        !self.registry.event.is_empty()
    }

    pub(crate) fn on_identify(&self) -> bool {
        !self.registry.identify.is_empty()
    }

    pub(crate) fn on_csat(&self) -> bool {
        !self.registry.csat.is_empty()
    }

    pub(crate) fn on_disconnect(&self) -> bool {
        !self.registry.disconnect.is_empty()
    }

    /// The hooks on events, to which a running server may add.
    pub(crate) fn events(&self) -> &EventHooks {
        &self.registry.event
    }

    /// Starts the queues, once; called from async code before anything is dispatched.
    pub(crate) fn start(&self) {
        if self.lanes.get().is_none() && !self.registry.is_empty() {
            self.lanes
                .get_or_init(|| (0..LANES).map(|_| self.lane()).collect());
        }
    }

    /// Queues a call. Works on any thread.
    pub(crate) fn dispatch(&self, session: &SessionId, call: Call) {
        let Some(lanes) = self.lanes.get() else { return };
        let lane = &lanes[self.hasher.hash_one(session) as usize % LANES];
        self.waiting.inc();
        if lane.send(Job::Call(call)).is_err() {
            self.waiting.dec();
            tracing::error!("a hook was not called: the runtime it runs on has ended");
        }
    }

    /// Waits until everything queued so far has run.
    pub(crate) async fn flush(&self) {
        for lane in self.lanes.get().into_iter().flatten() {
            let (done, wait) = oneshot::channel();
            // Fails only when the lane has ended with its runtime: then nothing is left to wait for.
            if lane.send(Job::Flush(done)).is_ok() && wait.await.is_err() {
                return;
            }
        }
    }

    fn lane(&self) -> mpsc::UnboundedSender<Job> {
        let (registry, waiting) = (Arc::clone(&self.registry), self.waiting.clone());
        let (jobs, mut queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(job) = queue.recv().await {
                match job {
                    Job::Call(call) => {
                        run(&registry, call).await;
                        waiting.dec();
                    }
                    Job::Flush(done) => {
                        // Whoever waited may have given up.
                        if done.send(()).is_err() {
                            continue;
                        }
                    }
                }
            }
        });
        jobs
    }
}

async fn run(registry: &Registry, call: Call) {
    match call {
        Call::SessionStart(session) => {
            for hook in &registry.session_start {
                guarded("on_session_start", hook, Session::clone(&session)).await;
            }
        }
        Call::Message(call) => {
            for hook in &registry.message {
                guarded("on_message", hook, *call.clone()).await;
            }
        }
        Call::Event(call) => {
            for hook in registry.event.of(&call.0.name) {
                guarded("on_event", &hook, *call.clone()).await;
            }
        }
        Call::Identify(session) => {
            for hook in &registry.identify {
                guarded("on_identify", hook, Session::clone(&session)).await;
            }
        }
        Call::Csat(call) => {
            for hook in &registry.csat {
                guarded("on_csat", hook, *call.clone()).await;
            }
        }
        Call::Disconnect(call) => {
            for hook in &registry.disconnect {
                guarded("on_disconnect", hook, *call.clone()).await;
            }
        }
    }
}

/// Runs a hook; logs its error or panic.
async fn guarded<A: Send + 'static>(name: &'static str, hook: &Hook<A>, argument: A) {
    let outcome = AssertUnwindSafe(async { hook(argument).await })
        .catch_unwind()
        .await;
    match outcome {
        Ok(None) => {}
        Ok(Some(error)) => tracing::error!(hook = name, %error, "a hook failed"),
        Err(_) => tracing::error!(hook = name, "a hook panicked"),
    }
}
