//! [`Keeper`]: the storage's thread, and what waits for it.
//!
//! Whatever waits when the thread looks goes into one commit, so that a burst of messages shares its cost. What the storage
//! does not take of the short keys goes along with the next commit, and the engine hears of it.

use super::held::Held;
use super::{Storage, StorageError, Stored, Write};
use pocketping_core::Value;
use pocketping_core::engine::{
    HttpAnswer, Input, LocalKey, PersistFailure, PersistId, RequestId, StoreWrite,
};
use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use tokio::sync::mpsc as channel;
use tokio::sync::oneshot;

/// Makes the storage on its own thread, as opening may block too.
pub(crate) type Opener = Box<dyn FnOnce() -> Result<Box<dyn Storage>, StorageError> + Send>;

/// The writes of one turn, gathered in their order.
#[derive(Default)]
pub(crate) struct Turn {
    writes: Vec<Write>,
}

impl Turn {
    pub(crate) fn local(&mut self, key: LocalKey, value: Option<Value>) {
        self.writes.push(Write::Local { key, value });
    }
}

struct Job {
    writes: Vec<Write>,
    done: Done,
}

enum Done {
    /// The engine waits for it.
    Persist(PersistId),
    /// The turn waits for it.
    Now(oneshot::Sender<Result<(), NotKept>>),
    /// The bytes of a file are wanted.
    Read(String, oneshot::Sender<Result<Option<Arc<[u8]>>, PersistFailure>>),
    /// Nobody does.
    Nobody,
}

/// The storage has not taken something.
#[derive(Clone, Debug)]
pub(crate) struct NotKept {
    failure: PersistFailure,
    /// Entries that the next client would find, and would not know to have been tried.
    tries: Vec<String>,
}

impl NotKept {
    /// Whether the entry could be stored twice if it was sent now.
    pub(crate) fn may_double(&self, id: &str) -> bool {
        self.tries.iter().any(|tried| tried == id)
    }
}

/// Where a job went.
enum Given {
    /// To the thread, which answers.
    Away,
    /// There is no storage.
    Nowhere,
    /// The thread is gone.
    Lost,
}

/// Where the client's writes go: to a thread with a storage, or nowhere, when memory has to do.
#[derive(Default)]
pub(crate) struct Keeper {
    thread: Option<Thread>,
    /// Answers that need no thread.
    answered: VecDeque<Input>,
}

struct Thread {
    jobs: mpsc::Sender<Job>,
    persisted: channel::UnboundedReceiver<Input>,
    ended: oneshot::Receiver<()>,
}

impl Keeper {
    /// Starts the thread, opens the storage there, and reads it.
    pub(crate) async fn open(open: Opener) -> Result<(Self, Stored), StorageError> {
        let (jobs, waiting) = mpsc::channel();
        let (answer, persisted) = channel::unbounded_channel();
        let (loaded, load) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("pocketping-storage".to_owned())
            .spawn(move || {
                match open().and_then(|mut storage| Ok((storage.load()?, storage))) {
                    Ok((stored, storage)) => {
                        let held = Held::of(&stored);
                        // Whoever does not wait for it any more has dropped `jobs` too.
                        drop(loaded.send(Ok(stored)));
                        run(storage, held, &waiting, &answer);
                    }
                    Err(error) => drop(loaded.send(Err(error))),
                }
                // Closed by now: another client may open it.
                drop(end);
            })
            .map_err(|error| StorageError::Failed(Box::new(error)))?;
        let stored = load.await.map_err(|_| gone())??;
        let thread = Thread {
            jobs,
            persisted,
            ended,
        };
        let keeper = Keeper {
            thread: Some(thread),
            answered: VecDeque::new(),
        };
        Ok((keeper, stored))
    }

    /// Writes what the turn has gathered and these, in one commit that [`Self::persisted`] tells of.
    pub(crate) fn persist(&mut self, turn: &mut Turn, id: PersistId, writes: Vec<StoreWrite>) {
        turn.writes.extend(writes.into_iter().map(Write::Store));
        let outcome = match self.give(turn, Done::Persist(id)) {
            Given::Away => return,
            Given::Nowhere => Ok(()),
            Given::Lost => Err(PersistFailure::Unavailable),
        };
        self.answered.push_back(Input::Persisted { id, outcome });
    }

    /// Writes what the turn has gathered, and waits until it is durable: what follows relies on it. The engine is told of a
    /// failure besides.
    pub(crate) async fn write_now(&mut self, turn: &mut Turn) -> Result<(), NotKept> {
        if turn.writes.is_empty() {
            return Ok(());
        }
        let (done, wait) = oneshot::channel();
        match self.give(turn, Done::Now(done)) {
            // A storage that has panicked takes nothing more, and nobody knows what it holds.
            Given::Away => wait.await.unwrap_or(Ok(())),
            Given::Lost => {
                self.answered.push_back(Input::JournalRefused);
                Ok(())
            }
            Given::Nowhere => Ok(()),
        }
    }

    /// A request that is not made now, as the storage does not work: the engine tries again.
    pub(crate) fn later(&mut self, id: RequestId) {
        // What a server says whom a request does not reach in time: nothing was done.
        let outcome = Ok(HttpAnswer {
            status: 408,
            body: Value::Null,
            retry_after: None,
            version: None,
        });
        self.answered.push_back(Input::Response { id, outcome });
    }

    /// Writes the bytes of a file, in a commit of their own or of what waits; `None` without a storage.
    pub(crate) async fn keep_file(&self, key: &str, bytes: &Arc<[u8]>) -> Option<Result<(), PersistFailure>> {
        let mut turn = Turn::default();
        turn.writes.push(Write::File {
            key: key.to_owned(),
            bytes: Arc::clone(bytes),
        });
        let (done, wait) = oneshot::channel();
        match self.give(&mut turn, Done::Now(done)) {
            Given::Nowhere => None,
            Given::Away => Some(match wait.await {
                Ok(outcome) => outcome.map_err(|not_kept| not_kept.failure),
                Err(_) => Err(PersistFailure::Unavailable),
            }),
            Given::Lost => Some(Err(PersistFailure::Unavailable)),
        }
    }

    /// Reads the bytes of a file; `None` when they are not there.
    ///
    /// # Errors
    /// When they may be there and cannot be read now.
    pub(crate) async fn read_file(&self, key: &str) -> Result<Option<Arc<[u8]>>, PersistFailure> {
        let (read, wait) = oneshot::channel();
        self.give(&mut Turn::default(), Done::Read(key.to_owned(), read));
        // Without a thread there is nothing to read from any more.
        wait.await.unwrap_or(Ok(None))
    }

    /// Writes what the turn has gathered; nobody waits for it, and the engine is told of a failure.
    pub(crate) fn write(&mut self, turn: &mut Turn) {
        if !turn.writes.is_empty() {
            self.give(turn, Done::Nobody);
        }
    }

    /// Hands a job over, if there is somebody to do it.
    fn give(&self, turn: &mut Turn, done: Done) -> Given {
        let writes = std::mem::take(&mut turn.writes);
        match &self.thread {
            None => Given::Nowhere,
            Some(thread) if thread.jobs.send(Job { writes, done }).is_ok() => Given::Away,
            Some(_) => {
                tracing::error!("the storage's thread is gone: the storage has panicked");
                Given::Lost
            }
        }
    }

    /// An answer to [`Self::persist`] that is there already.
    pub(crate) fn persisted_by_now(&mut self) -> Option<Input> {
        self.answered
            .pop_front()
            .or_else(|| self.thread.as_mut()?.persisted.try_recv().ok())
    }

    /// The next answer to [`Self::persist`]. Waits for ever when none is due.
    pub(crate) async fn persisted(&mut self) -> Input {
        if let Some(input) = self.answered.pop_front() {
            return input;
        }
        if let Some(thread) = &mut self.thread
            && let Some(input) = thread.persisted.recv().await
        {
            return input;
        }
        std::future::pending().await
    }

    /// Waits until everything is written and the storage is closed.
    pub(crate) async fn close(self) {
        if let Some(Thread { jobs, ended, .. }) = self.thread {
            drop(jobs);
            // It ends in any case, also by a panic of the storage's.
            drop(ended.await);
        }
    }
}

fn run(
    mut storage: Box<dyn Storage>,
    mut held: Held,
    jobs: &mpsc::Receiver<Job>,
    answer: &channel::UnboundedSender<Input>,
) {
    while let Ok(first) = jobs.recv() {
        let mut writes = first.writes;
        let mut done = vec![first.done];
        for job in jobs.try_iter() {
            writes.extend(job.writes);
            done.push(job.done);
        }
        let outcome = commit(&mut *storage, &mut held, without_overwritten(writes));
        if outcome.is_err() && held.misses_the_journal() {
            // Nobody listens any more when the client has ended.
            drop(answer.send(Input::JournalRefused));
        }
        for done in done {
            match done {
                // Nobody listens any more when the client has ended.
                Done::Read(key, read) => drop(read.send(read_file(&mut *storage, &key))),
                done => tell(done, outcome.clone(), answer),
            }
        }
    }
}

/// Writes these, with what was refused before if there is room for that now.
fn commit(storage: &mut dyn Storage, held: &mut Held, writes: Vec<Write>) -> Result<(), NotKept> {
    if writes.is_empty() {
        return Ok(());
    }
    let refused = held.unwritten();
    if !refused.is_empty() {
        let all = without_overwritten([&refused[..], &writes[..]].concat());
        if storage.commit(&all).is_ok() {
            held.took(&all);
            return Ok(());
        }
    }
    match storage.commit(&writes) {
        Ok(()) => {
            held.took(&writes);
            held.refused(without(refused, &writes));
            Ok(())
        }
        Err(failure) => {
            let tries = held.refused(without_overwritten([refused, writes].concat()));
            Err(NotKept { failure, tries })
        }
    }
}

/// Writes to short keys but for those that have been overwritten since.
fn without(mut refused: Vec<Write>, since: &[Write]) -> Vec<Write> {
    let key = |write: &Write| match write {
        Write::Local { key, .. } => Some(*key),
        _ => None,
    };
    refused.retain(|write| !since.iter().any(|later| key(later) == key(write)));
    refused
}

fn read_file(storage: &mut dyn Storage, key: &str) -> Result<Option<Arc<[u8]>>, PersistFailure> {
    let read = storage.read_file(key).map_err(|error| {
        tracing::warn!(%error, "a file cannot be read from the storage");
        PersistFailure::Broken
    });
    Ok(read?.map(Arc::from))
}

fn tell(done: Done, outcome: Result<(), NotKept>, answer: &channel::UnboundedSender<Input>) {
    // Nobody listens any more when the client has ended.
    match done {
        Done::Persist(id) => {
            let outcome = outcome.map_err(|not_kept| not_kept.failure);
            drop(answer.send(Input::Persisted { id, outcome }));
        }
        Done::Now(done) => drop(done.send(outcome)),
        Done::Nobody | Done::Read(..) => {}
    }
}

/// Of several writes to one short key only the last counts; the journal is written often, and whole.
fn without_overwritten(mut writes: Vec<Write>) -> Vec<Write> {
    let mut seen: Vec<LocalKey> = Vec::new();
    let mut kept: Vec<Write> = Vec::with_capacity(writes.len());
    while let Some(write) = writes.pop() {
        if let Write::Local { key, .. } = &write {
            if seen.contains(key) {
                continue;
            }
            seen.push(*key);
        }
        kept.push(write);
    }
    kept.reverse();
    kept
}

fn gone() -> StorageError {
    StorageError::Failed("the storage's thread has ended".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::engine::Store;

    #[test]
    fn of_one_short_keys_writes_the_last_counts_and_the_order_stays() {
        let local = |key, text: &str| Write::Local {
            key,
            value: Some(Value::from(text)),
        };
        let clear = Write::Store(StoreWrite::Clear(Store::Outbox));
        let writes = vec![
            local(LocalKey::Outbox, "first"),
            clear.clone(),
            local(LocalKey::VisitorId, "v"),
            Write::Local {
                key: LocalKey::Outbox,
                value: None,
            },
            clear.clone(),
            local(LocalKey::Outbox, "last"),
        ];
        let kept = vec![
            clear.clone(),
            local(LocalKey::VisitorId, "v"),
            clear,
            local(LocalKey::Outbox, "last"),
        ];
        assert_eq!(without_overwritten(writes), kept);
    }
}
