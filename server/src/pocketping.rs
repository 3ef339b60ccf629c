//! [`PocketPing`]: the handle on a server; its methods are the services (`service/`).

use crate::bus::{EventBus, Topic};
use crate::hooks::Hooks;
use crate::metrics::Metrics;
use crate::service::{Attendance, OperatorPresence, ToldReachability, Uploads};
use crate::storage::Storage;
use crate::stream::publish_foreign;
use crate::view::Online;
use crate::visits::Visits;
use crate::webhook::Webhooks;
use crate::{Builder, Clock, Config, Rng, id};
use pocketping_core::{SessionId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// A PocketPing server without its HTTP: conversations, streams and hooks. Cheap to clone; all clones are
/// the same server.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use pocketping_server::PocketPing;
///
/// let pp = PocketPing::builder()
///     .welcome_message("Hi! How can we help?")
///     .on_message(|message, session| println!("{}: {}", session.visitor_id, message.content))
///     .build()?;
/// assert!(pp.get_sessions(Default::default()).await?.sessions.is_empty());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct PocketPing {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) hooks: Hooks,
    /// Unset: there is no target.
    pub(crate) webhooks: Option<Webhooks>,
    /// Unset: uploads are off.
    pub(crate) uploads: Option<Uploads>,
    /// Whether an operator is online (PROTOCOL §5.9): one flag for the whole server, off at the start.
    pub(crate) presence: OperatorPresence,
    /// When operators gave signs.
    pub(crate) attendance: Attendance,
    /// What open widgets know of whether somebody can be reached.
    pub(crate) told_reachability: ToldReachability,
    /// Which visitors are there, when silent ones are dismissed.
    pub(crate) visits: Visits,
    /// When old conversations were last looked for, in milliseconds since 1970.
    pub(crate) erased_old: AtomicI64,
    /// Whether it is going away.
    pub(crate) is_stopping: AtomicBool,
    /// What it counts and measures.
    pub(crate) metrics: Metrics,
    /// What its routes share.
    pub(crate) http: crate::http::Shared,
}

impl PocketPing {
    /// A builder with working defaults: memory storage, nothing filtered, no operator API.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        let inner = Arc::new(inner);
        let server = Arc::downgrade(&inner);
        inner.storage.follow(Box::new(move |foreign| {
            if let Some(inner) = server.upgrade() {
                publish_foreign(&inner, foreign);
            }
        }));
        // What waits since the last program is delivered without anything new.
        if let Some(webhooks) = &inner.webhooks {
            webhooks.start();
        }
        PocketPing { inner }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// What the server was built with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Ends all streams, present and future, with [`Delivery::Closed`](crate::Delivery::Closed).
    /// Calls go on working, so that requests under way are answered; `/readyz` says that no new ones are wanted.
    pub fn shutdown(&self) {
        self.inner.is_stopping.store(true, Ordering::Release);
        self.inner.bus.close();
    }

    /// Whether [`shutdown`](Self::shutdown) was called.
    pub(crate) fn is_stopping(&self) -> bool {
        self.inner.is_stopping.load(Ordering::Acquire)
    }

    /// Waits until the hooks have run for everything that has happened so far, and until the webhook's target has had its
    /// chance: nothing is under way to it and nothing is due. What is to be tried again later stays in the storage.
    pub async fn flush(&self) {
        self.inner.hooks.flush().await;
        if let Some(webhooks) = &self.inner.webhooks {
            webhooks.flush().await;
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn make_id(&self) -> String {
        id::make(&*self.inner.clock, &*self.inner.rng)
    }
}

impl Inner {
    /// Whether the session's visitor has a stream open.
    pub(crate) fn online(&self, session: &SessionId) -> Online {
        if self.bus.has_listeners(&Topic::Session(session.clone())) {
            Online::Yes
        } else {
            Online::No
        }
    }
}
