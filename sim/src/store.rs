//! [`Store`]: the server's memory storage behind a disk that takes its time, fails and survives crashes.
//!
//! Writes wait in a queue, as for SQLite's writer thread, and are committed in order. Reads answer later too, with
//! what is committed by then. What the queue holds when the process dies is lost, but for a part that was
//! committed just before: nobody was told of that.

use crate::chance::Chance;
use crate::clock::Clock;
use futures_util::FutureExt;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::CustomEvent;
use pocketping_core::{AttachmentId, MessageId, Object, PersonId, SessionId, Timestamp};
use pocketping_server::storage::{
    Announcement, AttachmentRecord, DeliveryQueue, Figures, LogFact, LogLimits, MemoryLimits, MemoryStorage,
    MessagePage, MessageQuery, OperatorDirectory, PeoplePage, PeopleQuery, PersonRecord, Replay, SearchPage,
    SearchQuery, Seq, SessionFilter, SessionPage, SessionRecord, SessionWrite, Span, Storage, StorageError,
    StorageFuture, StoredMessage, WriteError, Written,
};
use std::collections::{BTreeSet, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use tokio::sync::oneshot;

/// Sessions that are kept; more than any scenario has.
const SESSIONS: usize = 1_000;

/// The disk.
pub(crate) struct Store {
    memory: MemoryStorage,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    chance: Chance,
    /// Chances of 1,000 that a read or write takes up to three seconds.
    slowness: u64,
    fails: bool,
    queue: VecDeque<Queued>,
    /// When readers go on.
    wakes: BTreeSet<u64>,
    event_ids: Vec<String>,
}

struct Queued {
    due: u64,
    job: Job,
}

enum Job {
    Write(SessionWrite, oneshot::Sender<Result<Written, WriteError>>),
    Announce(Announcement, oneshot::Sender<Result<Seq, StorageError>>),
}

impl Store {
    pub(crate) fn new(clock: &Clock, chance: Chance, slowness: u64, log: LogLimits) -> Arc<Self> {
        Arc::new(Store {
            memory: MemoryStorage::with_limits(MemoryLimits {
                sessions: SESSIONS,
                log,
                ..MemoryLimits::default()
            }),
            clock: clock.clone(),
            state: Mutex::new(State {
                chance,
                slowness,
                fails: false,
                queue: VecDeque::new(),
                wakes: BTreeSet::new(),
                event_ids: Vec::new(),
            }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn fail(&self, fails: bool) {
        self.state().fails = fails;
    }

    pub(crate) fn heal(&self) {
        self.state().slowness = 0;
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let state = self.state();
        let write = state.queue.front().map(|queued| queued.due);
        let read = state.wakes.first().copied();
        [write, read].into_iter().flatten().min()
    }

    /// Commits what is due.
    pub(crate) fn run(&self) {
        let now = self.clock.now();
        loop {
            let mut state = self.state();
            state.wakes.retain(|at| *at > now);
            if state.queue.front().is_none_or(|queued| queued.due > now) {
                return;
            }
            let Some(queued) = state.queue.pop_front() else {
                return;
            };
            let fails = state.fails;
            let outcome = match fails {
                false => Outcome::Committed,
                true if state.chance.permille(500) => Outcome::CommittedAndFailed,
                true => Outcome::Failed,
            };
            drop(state);
            self.perform(queued.job, outcome);
        }
    }

    fn perform(&self, job: Job, outcome: Outcome) {
        // Whoever asked may be gone; what was committed stays committed.
        match job {
            Job::Write(write, done) => {
                let answer = match outcome {
                    Outcome::Failed => Err(broken().into()),
                    _ => self.commit(write),
                };
                let answer = match outcome {
                    Outcome::CommittedAndFailed => answer.and(Err(broken().into())),
                    _ => answer,
                };
                done.send(answer).ok();
            }
            Job::Announce(announcement, done) => {
                let answer = match outcome {
                    Outcome::Failed => Err(broken()),
                    _ => ready(self.memory.announce(announcement)),
                };
                done.send(answer).ok();
            }
        }
    }

    fn commit(&self, write: SessionWrite) -> Result<Written, WriteError> {
        let written = ready(self.memory.write(write))?;
        let mut state = self.state();
        for (_, event) in &written.events {
            if let (LogFact::Event(ServerEvent::Custom(_)), Some(id)) = (&event.fact, &event.event_id) {
                state.event_ids.push(id.to_string());
            }
        }
        Ok(written)
    }

    /// The process dies: a part of the queue was committed just before. Gives how many writes were lost.
    pub(crate) fn crash(&self) -> usize {
        let mut state = self.state();
        state.wakes.clear();
        let mut queue = std::mem::take(&mut state.queue);
        let survivors = state.chance.of(0..=queue.len() as u64);
        drop(state);
        for _ in 0..survivors {
            if let Some(queued) = queue.pop_front() {
                self.perform(queued.job, Outcome::Committed);
            }
        }
        queue.len()
    }

    /// What is stored of a session, in order.
    pub(crate) fn messages_of(&self, session: &SessionId) -> Vec<StoredMessage> {
        let query = MessageQuery {
            from: pocketping_server::storage::PageFrom::Start,
            limit: 100_000,
            notes: false,
        };
        ready(self.memory.messages(session, query)).map_or_else(|_| Vec::new(), |page| page.messages)
    }

    pub(crate) fn event_ids(&self) -> Vec<String> {
        self.state().event_ids.clone()
    }

    fn enqueue(&self, job: impl FnOnce() -> Job) {
        let mut state = self.state();
        let last = state.queue.back().map_or(0, |queued| queued.due);
        let due = (self.clock.now() + state.delay()).max(last);
        state.queue.push_back(Queued { due, job: job() });
    }

    /// Waits as long as a read takes.
    async fn read(&self) -> Result<(), StorageError> {
        let due = {
            let mut state = self.state();
            if state.fails && state.chance.permille(500) {
                return Err(broken());
            }
            let due = self.clock.now() + state.delay();
            if due > self.clock.now() {
                state.wakes.insert(due);
            }
            due
        };
        poll_fn(|_| match self.clock.now() >= due {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Outcome {
    Committed,
    Failed,
    CommittedAndFailed,
}

impl State {
    fn delay(&mut self) -> u64 {
        if self.chance.permille(self.slowness) {
            self.chance.of(1..=3_000)
        } else if self.chance.permille(700) {
            0
        } else {
            self.chance.of(1..=8)
        }
    }
}

fn broken() -> StorageError {
    StorageError::new("the simulated disk", "it is broken for a while")
}

/// The memory storage answers at once.
fn ready<T, E>(future: StorageFuture<'_, T, E>) -> Result<T, E> {
    future.now_or_never().expect("the memory storage never waits")
}

impl Storage for Store {
    fn write(&self, write: SessionWrite) -> StorageFuture<'_, Written, WriteError> {
        let (done, answer) = oneshot::channel();
        self.enqueue(|| Job::Write(write, done));
        async move { answer.await.unwrap_or_else(|_| Err(broken().into())) }.boxed()
    }

    fn announce(&self, announcement: Announcement) -> StorageFuture<'_, Seq> {
        let (done, answer) = oneshot::channel();
        self.enqueue(|| Job::Announce(announcement, done));
        async move { answer.await.unwrap_or_else(|_| Err(broken())) }.boxed()
    }

    fn session(&self, id: &SessionId) -> StorageFuture<'_, Option<SessionRecord>> {
        let id = id.clone();
        async move {
            self.read().await?;
            self.memory.session(&id).await
        }
        .boxed()
    }

    fn sessions(&self, filter: SessionFilter) -> StorageFuture<'_, SessionPage> {
        async move {
            self.read().await?;
            self.memory.sessions(filter).await
        }
        .boxed()
    }

    fn search(&self, query: SearchQuery) -> StorageFuture<'_, SearchPage> {
        async move {
            self.read().await?;
            self.memory.search(query).await
        }
        .boxed()
    }

    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage> {
        let session = session.clone();
        async move {
            self.read().await?;
            self.memory.messages(&session, query).await
        }
        .boxed()
    }

    fn messages_by_id(
        &self,
        session: &SessionId,
        ids: Vec<MessageId>,
    ) -> StorageFuture<'_, Vec<StoredMessage>> {
        let session = session.clone();
        async move {
            self.read().await?;
            self.memory.messages_by_id(&session, ids).await
        }
        .boxed()
    }

    fn attachment(&self, id: &AttachmentId) -> StorageFuture<'_, Option<AttachmentRecord>> {
        let id = id.clone();
        async move {
            self.read().await?;
            self.memory.attachment(&id).await
        }
        .boxed()
    }

    fn loose_attachments(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<AttachmentRecord>> {
        async move {
            self.read().await?;
            self.memory.loose_attachments(before, limit).await
        }
        .boxed()
    }

    fn forget_attachments(&self, ids: Vec<AttachmentId>) -> StorageFuture<'_, ()> {
        async move {
            self.read().await?;
            self.memory.forget_attachments(ids).await
        }
        .boxed()
    }

    fn idle_sessions(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<SessionId>> {
        async move {
            self.read().await?;
            self.memory.idle_sessions(before, limit).await
        }
        .boxed()
    }

    fn figures(&self, span: Span) -> StorageFuture<'_, Figures> {
        async move {
            self.read().await?;
            self.memory.figures(span).await
        }
        .boxed()
    }

    fn people(&self, query: PeopleQuery) -> StorageFuture<'_, PeoplePage> {
        async move {
            self.read().await?;
            self.memory.people(query).await
        }
        .boxed()
    }

    fn person(&self, id: &PersonId) -> StorageFuture<'_, Option<PersonRecord>> {
        let id = id.clone();
        async move {
            self.read().await?;
            self.memory.person(&id).await
        }
        .boxed()
    }

    fn set_person_attributes(&self, id: &PersonId, attributes: Object) -> StorageFuture<'_, bool> {
        let id = id.clone();
        async move {
            self.read().await?;
            self.memory.set_person_attributes(&id, attributes).await
        }
        .boxed()
    }

    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        let session = session.clone();
        async move {
            self.read().await?;
            self.memory.session_log(&session, after, limit).await
        }
        .boxed()
    }

    fn custom_events(&self, session: &SessionId, limit: usize) -> StorageFuture<'_, Vec<CustomEvent>> {
        let session = session.clone();
        async move {
            self.read().await?;
            self.memory.custom_events(&session, limit).await
        }
        .boxed()
    }

    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        async move {
            self.read().await?;
            self.memory.full_log(after, limit).await
        }
        .boxed()
    }

    fn deliveries(&self) -> &dyn DeliveryQueue {
        self.memory.deliveries()
    }

    fn operators(&self) -> &dyn OperatorDirectory {
        self.memory.operators()
    }

    fn head(&self) -> Seq {
        self.memory.head()
    }

    fn ping(&self) -> StorageFuture<'_, ()> {
        self.memory.ping()
    }
}
