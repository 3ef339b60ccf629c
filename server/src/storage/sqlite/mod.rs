//! [`SqliteStorage`]: one file, durable at each answer.
//!
//! One thread writes ([`writer`]): whatever waits when it looks goes into one transaction, so that many
//! writers share the cost of one commit. Readers have connections of their own and never wait for it (WAL).

mod attachment_rows;
mod chore;
mod copy;
mod deliveries;
mod delivery_rows;
mod event_rows;
mod figures;
mod message_rows;
mod operator_rows;
mod operators;
mod people_rows;
mod prune;
mod readers;
mod schema;
mod search_rows;
mod session_rows;
mod work;
mod writer;

pub use copy::{ClaimedDatabase, DatabaseCopy};
pub use operators::SqliteOperators;

use super::tables::Job;
use super::{
    Announcement, AttachmentRecord, DeliveryQueue, Figures, LogLimits, MessagePage, MessageQuery,
    OperatorDirectory, PeoplePage, PeopleQuery, PersonRecord, Replay, SearchPage, SearchQuery, Seq,
    SessionFilter, SessionPage, SessionRecord, SessionWrite, Span, Storage, StorageError, StorageFuture,
    StoredMessage, WriteError, Written,
};
use pocketping_core::model::CustomEvent;
use pocketping_core::{AttachmentId, MessageId, Object, PersonId, SessionId, Timestamp};
use readers::Readers;
use rusqlite::Connection;
use schema::Durability;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use work::Work;
use writer::Writer;

/// Keeps everything in one SQLite file. What was answered survives a power cut (`synchronous=FULL`).
///
/// Only one process may have the file open; a lock beside it (`<file>.lock`) sees to that.
pub struct SqliteStorage {
    jobs: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    readers: Arc<Readers>,
    head: Arc<AtomicU64>,
    _lock: File,
}

impl SqliteStorage {
    /// Opens a file, which is made when it does not exist, with the default limits of the log.
    ///
    /// # Errors
    /// When the file cannot be opened, is in use by another server, or was made by a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        Self::open_with(path, LogLimits::default())
    }

    /// Opens a file with these limits of the log.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, limits: LogLimits) -> Result<Self, StorageError> {
        Self::open_as(path.as_ref(), limits, Durability::PowerCut)
    }

    /// Opens a file without ever waiting for the disk (`synchronous=OFF`): **unsafe for data**. A power cut loses
    /// what was answered, and may leave a file that cannot be opened. Nothing but tests need it, to show that what
    /// [`open`](Self::open) promises is not kept by chance.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_without_sync(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        Self::open_as(path.as_ref(), LogLimits::default(), Durability::ProcessEnd)
    }

    fn open_as(path: &Path, limits: LogLimits, durability: Durability) -> Result<Self, StorageError> {
        let lock = lock(path)?;
        let failed = |error: rusqlite::Error| StorageError::new("opening the database", error);
        let mut connection = Connection::open(path).map_err(failed)?;
        schema::prepare_writer(&connection, durability).map_err(failed)?;
        schema::migrate(&mut connection)?;
        delivery_rows::release(&connection).map_err(failed)?;
        let newest = schema::newest(&connection).map_err(failed)?;
        let last = Seq::new(u64::try_from(newest).unwrap_or(0));
        let reach = search_rows::complete(&mut connection, last).map_err(failed)?;
        people_rows::complete(&mut connection).map_err(failed)?;
        let head = Arc::new(AtomicU64::new(last.get()));
        let readers = Arc::new(Readers::open(path).map_err(failed)?);
        let (jobs, waiting) = mpsc::channel();
        let writer = Writer::new(connection, Arc::clone(&head), reach, limits);
        let thread = std::thread::Builder::new()
            .name("pocketping-sqlite".to_owned())
            .spawn(move || writer.run(&waiting))
            .map_err(|error| StorageError::new("starting the writer thread", error))?;
        Ok(SqliteStorage {
            jobs: Some(jobs),
            thread: Some(thread),
            readers,
            head,
            _lock: lock,
        })
    }

    fn send(&self, work: Work) -> Result<(), StorageError> {
        let jobs = self.jobs.as_ref().ok_or_else(writer_is_gone)?;
        jobs.send(work).map_err(|_| writer_is_gone())
    }
}

impl Drop for SqliteStorage {
    /// Waits until what was asked for is written.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A writer that dropped the store itself (in a callback) cannot wait for itself.
            let itself = thread.thread().id() == std::thread::current().id();
            if !itself && thread.join().is_err() {
                tracing::error!("the writer thread panicked");
            }
        }
    }
}

impl Storage for SqliteStorage {
    fn write(&self, write: SessionWrite) -> StorageFuture<'_, Written, WriteError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Work::Job(Job::Write(Box::new(write), reply)));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| WriteError::Storage(writer_is_gone()))?
        })
    }

    fn announce(&self, announcement: Announcement) -> StorageFuture<'_, Seq> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Work::Job(Job::Announce(announcement, reply)));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }

    fn session(&self, id: &SessionId) -> StorageFuture<'_, Option<SessionRecord>> {
        let id = id.clone();
        Box::pin(self.readers.read("reading a session", move |connection| {
            Ok(session_rows::by_id(connection, &id)?.map(|(_, record)| record))
        }))
    }

    fn sessions(&self, filter: SessionFilter) -> StorageFuture<'_, SessionPage> {
        let head = self.head();
        Box::pin(self.readers.read("listing sessions", move |connection| {
            readers::sessions(connection, &filter, head)
        }))
    }

    fn search(&self, query: SearchQuery) -> StorageFuture<'_, SearchPage> {
        Box::pin(
            self.readers
                .read("searching", move |connection| readers::search(connection, &query)),
        )
    }

    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage> {
        let (head, session) = (self.head(), session.clone());
        Box::pin(self.readers.read("reading messages", move |connection| {
            readers::messages(connection, &session, &query, head)
        }))
    }

    fn session_with_messages(
        &self,
        session: &SessionId,
        query: MessageQuery,
    ) -> StorageFuture<'_, (Option<SessionRecord>, MessagePage)> {
        let (head, session) = (self.head(), session.clone());
        Box::pin(self.readers.read("reading messages", move |connection| {
            readers::session_with_messages(connection, &session, &query, head)
        }))
    }

    fn messages_by_id(
        &self,
        session: &SessionId,
        ids: Vec<MessageId>,
    ) -> StorageFuture<'_, Vec<StoredMessage>> {
        let session = session.clone();
        Box::pin(self.readers.read("reading messages", move |connection| {
            readers::messages_by_id(connection, &session, &ids)
        }))
    }

    fn attachment(&self, id: &AttachmentId) -> StorageFuture<'_, Option<AttachmentRecord>> {
        let id = id.clone();
        Box::pin(self.readers.read("reading an attachment", move |connection| {
            attachment_rows::by_id(connection, &id)
        }))
    }

    fn loose_attachments(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<AttachmentRecord>> {
        Box::pin(self.readers.read("listing attachments", move |connection| {
            attachment_rows::loose(connection, before, limit)
        }))
    }

    fn forget_attachments(&self, ids: Vec<AttachmentId>) -> StorageFuture<'_, ()> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Work::Job(Job::Forget(ids, reply)));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }

    fn idle_sessions(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<SessionId>> {
        Box::pin(self.readers.read("listing idle sessions", move |connection| {
            session_rows::idle(connection, before, limit)
        }))
    }

    fn figures(&self, span: Span) -> StorageFuture<'_, Figures> {
        Box::pin(
            self.readers
                .read("counting", move |connection| figures::of_span(connection, span)),
        )
    }

    fn people(&self, query: PeopleQuery) -> StorageFuture<'_, PeoplePage> {
        Box::pin(self.readers.read("listing people", move |connection| {
            people_rows::page(connection, &query)
        }))
    }

    fn person(&self, id: &PersonId) -> StorageFuture<'_, Option<PersonRecord>> {
        let id = id.clone();
        Box::pin(self.readers.read("reading a person", move |connection| {
            people_rows::by_id(connection, &id)
        }))
    }

    fn set_person_attributes(&self, id: &PersonId, attributes: Object) -> StorageFuture<'_, bool> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Work::Job(Job::Note(id.clone(), attributes, reply)));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }

    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        let session = session.clone();
        Box::pin(self.readers.read("reading a log", move |connection| {
            readers::session_log(connection, &session, after, limit)
        }))
    }

    fn custom_events(&self, session: &SessionId, limit: usize) -> StorageFuture<'_, Vec<CustomEvent>> {
        let session = session.clone();
        Box::pin(self.readers.read("reading events", move |connection| {
            readers::custom_events(connection, &session, limit)
        }))
    }

    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        Box::pin(self.readers.read("reading the log", move |connection| {
            readers::full_log(connection, after, limit)
        }))
    }

    fn deliveries(&self) -> &dyn DeliveryQueue {
        self
    }

    fn operators(&self) -> &dyn OperatorDirectory {
        self
    }

    fn head(&self) -> Seq {
        Seq::new(self.head.load(Ordering::Acquire))
    }

    fn ping(&self) -> StorageFuture<'_, ()> {
        Box::pin(self.readers.read("a health check", |connection| {
            connection.query_row("SELECT 1", [], |_| Ok(()))
        }))
    }
}

fn writer_is_gone() -> StorageError {
    StorageError::new("a write", "the writer thread has ended")
}

/// Takes the lock beside the file; the operating system lets go of it when the process ends, however.
fn lock(path: &Path) -> Result<File, StorageError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error: std::io::Error| StorageError::new("locking the database", error);
    let file = File::create(name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StorageError::new(
            "locking the database",
            "another server has the file open",
        )),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests;
