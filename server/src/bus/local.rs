//! [`LocalBus`]: the bus of a single process.

use super::{EventBus, Notice, Receiver, Topic};
use pocketping_core::SessionId;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Sessions are spread over so many locks.
const SHARDS: usize = 32;

/// Notices that wait for one listener at most; beyond, it loses its place.
const DEFAULT_QUEUE: usize = 1_024;

/// Listeners of one process.
pub struct LocalBus {
    listeners: Arc<Listeners>,
    hasher: RandomState,
    next: AtomicU64,
    queue: usize,
}

struct Listeners {
    shards: [Mutex<HashMap<SessionId, Vec<Listener>>>; SHARDS],
    operators: Mutex<Vec<Listener>>,
    operator_count: AtomicUsize,
    session_count: AtomicUsize,
    closed: AtomicBool,
}

struct Listener {
    id: u64,
    notices: mpsc::Sender<Arc<Notice>>,
    lagged: Arc<AtomicBool>,
}

impl LocalBus {
    /// A bus whose listeners may fall behind by 1,024 notices.
    pub fn new() -> Self {
        Self::with_queue(DEFAULT_QUEUE)
    }

    /// A bus whose listeners may fall behind by `queue` notices (at least one). A waiting notice costs a
    /// slow listener 8 bytes; the text is shared.
    pub fn with_queue(queue: usize) -> Self {
        LocalBus {
            listeners: Arc::new(Listeners {
                shards: std::array::from_fn(|_| Mutex::default()),
                operators: Mutex::default(),
                operator_count: AtomicUsize::new(0),
                session_count: AtomicUsize::new(0),
                closed: AtomicBool::new(false),
            }),
            hasher: RandomState::new(),
            next: AtomicU64::new(0),
            queue: queue.max(1),
        }
    }

    fn shard(&self, session: &SessionId) -> usize {
        self.hasher.hash_one(session) as usize % SHARDS
    }
}

impl Default for LocalBus {
    fn default() -> Self {
        Self::new()
    }
}

impl EventBus for LocalBus {
    fn publish(&self, topic: &Topic, notice: Arc<Notice>) {
        match topic {
            Topic::Operators => {
                let mut operators = lock(&self.listeners.operators);
                send(&mut operators, &notice);
                self.listeners
                    .operator_count
                    .store(operators.len(), Ordering::Release);
            }
            Topic::Session(session) => {
                let mut shard = lock(&self.listeners.shards[self.shard(session)]);
                if let Some(listeners) = shard.get_mut(session) {
                    send(listeners, &notice);
                    if listeners.is_empty() {
                        shard.remove(session);
                        self.listeners.session_count.fetch_sub(1, Ordering::AcqRel);
                    }
                }
            }
        }
    }

    fn publish_to_sessions(&self, notice: Arc<Notice>) -> usize {
        let mut sessions = 0;
        for shard in &self.listeners.shards {
            let mut shard = lock(shard);
            sessions += shard.len();
            shard.retain(|_, listeners| {
                send(listeners, &notice);
                if listeners.is_empty() {
                    self.listeners.session_count.fetch_sub(1, Ordering::AcqRel);
                }
                !listeners.is_empty()
            });
        }
        sessions
    }

    fn subscribe(&self, topic: Topic) -> Receiver {
        let (notices, receiver) = mpsc::channel(self.queue);
        let lagged = Arc::new(AtomicBool::new(false));
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let listener = Listener {
            id,
            notices,
            lagged: Arc::clone(&lagged),
        };
        let shard = match &topic {
            Topic::Operators => {
                let mut operators = lock(&self.listeners.operators);
                // Read under the lock that `close` takes: either it sees the listener or we see it.
                if !self.listeners.closed.load(Ordering::Acquire) {
                    operators.push(listener);
                }
                self.listeners
                    .operator_count
                    .store(operators.len(), Ordering::Release);
                0
            }
            Topic::Session(session) => {
                let at = self.shard(session);
                let mut shard = lock(&self.listeners.shards[at]);
                if !self.listeners.closed.load(Ordering::Acquire) {
                    let listeners = shard.entry(session.clone()).or_default();
                    if listeners.is_empty() {
                        self.listeners.session_count.fetch_add(1, Ordering::AcqRel);
                    }
                    // Nearly every session has one tab: no room for four.
                    listeners.reserve_exact(1);
                    listeners.push(listener);
                }
                at
            }
        };
        let listeners = Arc::clone(&self.listeners);
        Receiver::new(
            receiver,
            lagged,
            Leave {
                listeners,
                topic,
                shard,
                id,
            },
        )
    }

    fn has_listeners(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Operators => self.listeners.operator_count.load(Ordering::Acquire) > 0,
            Topic::Session(session) => {
                self.sessions_listened_to() > 0
                    && lock(&self.listeners.shards[self.shard(session)]).contains_key(session)
            }
        }
    }

    fn sessions_listened_to(&self) -> usize {
        self.listeners.session_count.load(Ordering::Acquire)
    }

    fn end(&self, topic: &Topic) {
        match topic {
            Topic::Operators => {
                let mut operators = lock(&self.listeners.operators);
                operators.clear();
                self.listeners.operator_count.store(0, Ordering::Release);
            }
            Topic::Session(session) => {
                let mut shard = lock(&self.listeners.shards[self.shard(session)]);
                if shard.remove(session).is_some() {
                    self.listeners.session_count.fetch_sub(1, Ordering::AcqRel);
                }
            }
        }
    }

    fn close(&self) {
        self.listeners.closed.store(true, Ordering::Release);
        for shard in &self.listeners.shards {
            lock(shard).clear();
        }
        lock(&self.listeners.operators).clear();
        self.listeners.operator_count.store(0, Ordering::Release);
        self.listeners.session_count.store(0, Ordering::Release);
    }
}

/// Takes a listener off the bus when its receiver is dropped.
struct Leave {
    listeners: Arc<Listeners>,
    topic: Topic,
    shard: usize,
    id: u64,
}

impl Drop for Leave {
    fn drop(&mut self) {
        match &self.topic {
            Topic::Operators => {
                let mut operators = lock(&self.listeners.operators);
                operators.retain(|listener| listener.id != self.id);
                self.listeners
                    .operator_count
                    .store(operators.len(), Ordering::Release);
            }
            Topic::Session(session) => {
                let mut shard = lock(&self.listeners.shards[self.shard]);
                let Some(listeners) = shard.get_mut(session) else {
                    return;
                };
                listeners.retain(|listener| listener.id != self.id);
                if listeners.is_empty() {
                    shard.remove(session);
                    self.listeners.session_count.fetch_sub(1, Ordering::AcqRel);
                }
            }
        }
    }
}

/// Sends to each listener, and lets go of those whose queue is full.
fn send(listeners: &mut Vec<Listener>, notice: &Arc<Notice>) {
    listeners.retain(|listener| match listener.notices.try_send(Arc::clone(notice)) {
        Ok(()) => true,
        Err(TrySendError::Full(_)) => {
            listener.lagged.store(true, Ordering::Release);
            false
        }
        Err(TrySendError::Closed(_)) => false,
    });
}

/// Nothing that runs under these locks can leave the lists half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::{Place, Received};
    use super::*;
    use pocketping_core::envelope::ServerEvent;
    use std::future::poll_fn;

    fn notice() -> Arc<Notice> {
        Arc::new(Notice::new(Place::Passing, &ServerEvent::Resync, None))
    }

    async fn next(receiver: &mut Receiver) -> Received {
        poll_fn(|context| receiver.poll_next(context)).await
    }

    fn session(id: &str) -> Topic {
        Topic::Session(id.into())
    }

    #[tokio::test]
    async fn a_notice_reaches_its_topic_and_no_other() {
        let bus = LocalBus::new();
        let (mut one, mut other) = (bus.subscribe(session("a")), bus.subscribe(session("b")));
        bus.publish(&session("a"), notice());
        bus.close();
        assert!(matches!(next(&mut one).await, Received::Notice(_)));
        assert!(matches!(next(&mut one).await, Received::Closed));
        assert!(matches!(next(&mut other).await, Received::Closed));
    }

    #[tokio::test]
    async fn an_ended_topic_is_over_for_those_who_listen_and_not_for_those_who_come() {
        let bus = LocalBus::new();
        let (mut one, mut other) = (bus.subscribe(session("a")), bus.subscribe(session("b")));
        bus.end(&session("a"));
        assert!(matches!(next(&mut one).await, Received::Closed));
        assert!(!bus.has_listeners(&session("a")) && bus.has_listeners(&session("b")));
        let mut later = bus.subscribe(session("a"));
        drop(one);
        bus.publish(&session("a"), notice());
        bus.publish(&session("b"), notice());
        assert!(matches!(next(&mut later).await, Received::Notice(_)));
        assert!(matches!(next(&mut other).await, Received::Notice(_)));
    }

    #[tokio::test]
    async fn a_slow_listener_gets_what_was_queued_and_is_then_told() {
        let bus = LocalBus::with_queue(2);
        let mut slow = bus.subscribe(Topic::Operators);
        for _ in 0..5 {
            bus.publish(&Topic::Operators, notice());
        }
        assert!(!bus.has_listeners(&Topic::Operators));
        assert!(matches!(next(&mut slow).await, Received::Notice(_)));
        assert!(matches!(next(&mut slow).await, Received::Notice(_)));
        assert!(matches!(next(&mut slow).await, Received::Lagged));
    }

    #[test]
    fn dropping_the_last_receiver_leaves_nothing_behind() {
        let bus = LocalBus::new();
        let (one, two) = (bus.subscribe(session("a")), bus.subscribe(session("a")));
        assert_eq!(bus.publish_to_sessions(notice()), 1);
        drop(one);
        assert!(bus.has_listeners(&session("a")));
        drop(two);
        assert!(!bus.has_listeners(&session("a")));
        assert!(bus.sessions_listened_to() == 0);
        assert_eq!(bus.publish_to_sessions(notice()), 0);
    }

    #[tokio::test]
    async fn who_subscribes_after_the_close_is_told_at_once() {
        let bus = LocalBus::new();
        bus.close();
        assert!(matches!(
            next(&mut bus.subscribe(session("a"))).await,
            Received::Closed
        ));
    }
}
