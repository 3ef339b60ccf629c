//! [`Keeper`]: the storage's thread, and what waits for it.
//!
//! Whatever waits when the thread looks goes into one commit, so that a burst of messages shares its cost.

use super::{Storage, StorageError, Stored, Write};
use pocketping_core::Value;
use pocketping_core::engine::{Input, LocalKey, PersistFailure, PersistId, StoreWrite};
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
    Now(oneshot::Sender<Result<(), PersistFailure>>),
    /// The bytes of a file are wanted.
    Read(String, oneshot::Sender<Option<Arc<[u8]>>>),
    /// Nobody does.
    Nobody,
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
                        // Whoever does not wait for it any more has dropped `jobs` too.
                        drop(loaded.send(Ok(stored)));
                        run(storage, &waiting, &answer);
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

    /// Writes what the turn has gathered, and waits until it is durable: what follows relies on it.
    pub(crate) async fn write_now(&mut self, turn: &mut Turn) {
        if turn.writes.is_empty() {
            return;
        }
        let (done, wait) = oneshot::channel();
        self.give(turn, Done::Now(done));
        // Without an answer nothing is kept: by design, or as the next `Persisted` tells.
        drop(wait.await);
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
            Given::Away => Some(wait.await.unwrap_or(Err(PersistFailure::Unavailable))),
            Given::Lost => Some(Err(PersistFailure::Unavailable)),
        }
    }

    /// Reads the bytes of a file.
    pub(crate) async fn read_file(&self, key: &str) -> Option<Arc<[u8]>> {
        let (read, wait) = oneshot::channel();
        self.give(&mut Turn::default(), Done::Read(key.to_owned(), read));
        wait.await.ok().flatten()
    }

    /// Writes what the turn has gathered; nobody waits for it.
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

fn run(mut storage: Box<dyn Storage>, jobs: &mpsc::Receiver<Job>, answer: &channel::UnboundedSender<Input>) {
    while let Ok(first) = jobs.recv() {
        let mut writes = first.writes;
        let mut done = vec![first.done];
        for job in jobs.try_iter() {
            writes.extend(job.writes);
            done.push(job.done);
        }
        let outcome = match &without_overwritten(writes)[..] {
            [] => Ok(()),
            writes => storage.commit(writes),
        };
        for done in done {
            match done {
                // Nobody listens any more when the client has ended.
                Done::Read(key, read) => drop(read.send(read_file(&mut *storage, &key))),
                done => tell(done, outcome, answer),
            }
        }
    }
}

fn read_file(storage: &mut dyn Storage, key: &str) -> Option<Arc<[u8]>> {
    match storage.read_file(key) {
        Ok(bytes) => bytes.map(Arc::from),
        Err(error) => {
            tracing::warn!(%error, "a file cannot be read from the storage");
            None
        }
    }
}

fn tell(done: Done, outcome: Result<(), PersistFailure>, answer: &channel::UnboundedSender<Input>) {
    // Nobody listens any more when the client has ended.
    match done {
        Done::Persist(id) => drop(answer.send(Input::Persisted { id, outcome })),
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
