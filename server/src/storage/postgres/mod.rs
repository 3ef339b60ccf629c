//! [`PostgresStorage`]: a PostgreSQL database, which several servers may share.
//!
//! One task of each server writes ([`writer`]), whatever waits when it looks in one transaction. That begins by
//! locking the one row of `head`, which has the newest number: so numbers are committed in their order over all
//! servers, and a reader that sees one sees all smaller ones. Holding the lock the task first reads what others wrote
//! since it last looked, and tells it to this server's streams ([`foreign`]), then come its own writes. Sessions in its
//! cache are good as long as `head` counts nobody else's transaction.
//!
//! A note (`NOTIFY`) with the number wakes the others ([`listen`]). It is a hint and no more: they read the log from
//! where they are, also after a lost connection, and every few seconds anyway. Readers have connections of their own
//! and never wait.

mod attachment_rows;
mod deliveries;
mod delivery_rows;
mod event_rows;
mod figures;
mod foreign;
mod listen;
mod message_rows;
mod operator_rows;
mod operators;
mod people_rows;
mod prune;
mod read;
mod schema;
mod search_rows;
mod session_rows;
mod text;
mod writer;

use super::tables::Job;
use super::{
    Announcement, AttachmentRecord, DeliveryQueue, Figures, Follower, LogLimits, MessagePage, MessageQuery,
    OperatorDirectory, PeoplePage, PeopleQuery, PersonRecord, Replay, SearchPage, SearchQuery, SearchWords,
    Seq, SessionFilter, SessionPage, SessionRecord, SessionWrite, Span, Storage, StorageError, StorageFuture,
    StoredMessage, WriteError, Written,
};
use foreign::Told;
use pocketping_core::model::CustomEvent;
use pocketping_core::{AttachmentId, MessageId, Object, PersonId, SessionId, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use writer::{Work, Writer};

/// Reads at a time; more wait.
const READERS: u32 = 8;
/// How long a call waits for a connection, so that a database that is away gives errors and no endless waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a health check waits: whoever asks wants to know now.
const PING_PATIENCE: Duration = Duration::from_secs(2);

/// Keeps everything in a PostgreSQL database (12 or later), in the schema `pocketping`. What was answered survives
/// what the database's `synchronous_commit` says: with the default a power cut.
///
/// Several servers may use one database: numbers have one order, repeats are noticed and events reach the streams of
/// all of them. It needs sessions of its own for that (`LISTEN`): a pooler in front has to work in session mode.
/// Each server has up to 10 connections.
pub struct PostgresStorage {
    work: mpsc::UnboundedSender<Work>,
    readers: PgPool,
    told: Told,
}

impl PostgresStorage {
    /// Connects to a database such as `postgres://user:password@host:5432/name` (also `?host=/folder` of a Unix
    /// socket, `sslmode=verify-full`), and brings its tables up to date. To be called in a tokio runtime, in which
    /// its tasks run then.
    ///
    /// # Errors
    /// When the address is none, the database cannot be reached, our tables cannot be made there, or a newer version
    /// has made them.
    pub async fn connect(url: &str) -> Result<Self, StorageError> {
        Self::connect_with(url, LogLimits::default()).await
    }

    /// The same with these limits of the log.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_with(url: &str, limits: LogLimits) -> Result<Self, StorageError> {
        let failed = |error: sqlx::Error| StorageError::new("connecting to the database", error);
        let options = PgConnectOptions::from_str(url).map_err(failed)?;
        // Statements have nothing secret in them, their values would; neither is for the log.
        let options = options.application_name("pocketping").disable_statement_logging();
        let pool = |most: u32| {
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(PATIENCE)
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        sqlx::raw_sql(schema::SETTINGS).execute(connection).await?;
                        Ok(())
                    })
                })
        };
        let writing = pool(1).connect_with(options.clone()).await.map_err(failed)?;
        let mut connection = writing.acquire().await.map_err(failed)?;
        schema::migrate(&mut connection).await?;
        search_rows::complete(&mut connection).await.map_err(failed)?;
        people_rows::complete(&mut connection).await.map_err(failed)?;
        let head: i64 = sqlx::query_scalar("SELECT seq FROM head")
            .fetch_one(&mut *connection)
            .await
            .map_err(failed)?;
        drop(connection);
        let told = Told::default();
        told.set_head(Seq::new(head as u64));
        let (work, waiting) = mpsc::unbounded_channel();
        let listening = pool(1).connect_lazy_with(options.clone());
        tokio::spawn(Writer::new(writing, told.clone(), limits).run(waiting));
        tokio::spawn(listen::listen(listening, work.downgrade()));
        Ok(PostgresStorage {
            work,
            readers: pool(READERS).connect_lazy_with(options),
            told,
        })
    }

    fn send(&self, job: Job) -> Result<(), StorageError> {
        self.work.send(Work::Job(job)).map_err(|_| writer_is_gone())
    }
}

impl Storage for PostgresStorage {
    fn write(&self, write: SessionWrite) -> StorageFuture<'_, Written, WriteError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Job::Write(Box::new(write), reply));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| WriteError::Storage(writer_is_gone()))?
        })
    }

    fn announce(&self, announcement: Announcement) -> StorageFuture<'_, Seq> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Job::Announce(announcement, reply));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }

    fn session(&self, id: &SessionId) -> StorageFuture<'_, Option<SessionRecord>> {
        let id = id.clone();
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                session_rows::by_id(&mut connection, &id).await
            };
            let found = read.await.map_err(failed("reading a session"))?;
            Ok(found.map(|(_, record)| record))
        })
    }

    fn sessions(&self, filter: SessionFilter) -> StorageFuture<'_, SessionPage> {
        let head = self.head();
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let page = read::sessions(&mut snapshot, &filter, head).await?;
                snapshot.commit().await.map(|()| page)
            };
            read.await.map_err(failed("listing sessions"))
        })
    }

    fn search(&self, query: SearchQuery) -> StorageFuture<'_, SearchPage> {
        Box::pin(async move {
            let Some(words) = SearchWords::parse(&query.text) else {
                return Ok(SearchPage::default());
            };
            let read = async {
                let mut connection = self.readers.acquire().await?;
                search_rows::messages(&mut connection, &query, &words).await
            };
            read.await.map_err(failed("searching"))
        })
    }

    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage> {
        let (head, session) = (self.head(), session.clone());
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let page = read::messages(&mut snapshot, &session, &query, head).await?;
                snapshot.commit().await.map(|()| page)
            };
            read.await.map_err(failed("reading messages"))
        })
    }

    fn session_with_messages(
        &self,
        session: &SessionId,
        query: MessageQuery,
    ) -> StorageFuture<'_, (Option<SessionRecord>, MessagePage)> {
        let (head, session) = (self.head(), session.clone());
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let found = read::session_with_messages(&mut snapshot, &session, &query, head).await?;
                snapshot.commit().await.map(|()| found)
            };
            read.await.map_err(failed("reading messages"))
        })
    }

    fn messages_by_id(
        &self,
        session: &SessionId,
        ids: Vec<MessageId>,
    ) -> StorageFuture<'_, Vec<StoredMessage>> {
        let session = session.clone();
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                read::messages_by_id(&mut connection, &session, &ids).await
            };
            read.await.map_err(failed("reading messages"))
        })
    }

    fn attachment(&self, id: &AttachmentId) -> StorageFuture<'_, Option<AttachmentRecord>> {
        let id = id.clone();
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                attachment_rows::by_id(&mut connection, &id).await
            };
            read.await.map_err(failed("reading an attachment"))
        })
    }

    fn loose_attachments(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<AttachmentRecord>> {
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                attachment_rows::loose(&mut connection, before, limit).await
            };
            read.await.map_err(failed("listing attachments"))
        })
    }

    fn forget_attachments(&self, ids: Vec<AttachmentId>) -> StorageFuture<'_, ()> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Job::Forget(ids, reply));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }

    fn idle_sessions(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<SessionId>> {
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                session_rows::idle(&mut connection, before, limit).await
            };
            read.await.map_err(failed("listing idle sessions"))
        })
    }

    fn figures(&self, span: Span) -> StorageFuture<'_, Figures> {
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let figures = figures::of_span(&mut snapshot, span).await?;
                snapshot.commit().await.map(|()| figures)
            };
            read.await.map_err(failed("counting"))
        })
    }

    fn people(&self, query: PeopleQuery) -> StorageFuture<'_, PeoplePage> {
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let page = people_rows::page(&mut snapshot, &query).await?;
                snapshot.commit().await.map(|()| page)
            };
            read.await.map_err(failed("listing people"))
        })
    }

    fn person(&self, id: &PersonId) -> StorageFuture<'_, Option<PersonRecord>> {
        let id = id.clone();
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let person = people_rows::by_id(&mut snapshot, &id).await?;
                snapshot.commit().await.map(|()| person)
            };
            read.await.map_err(failed("reading a person"))
        })
    }

    fn set_person_attributes(&self, id: &PersonId, attributes: Object) -> StorageFuture<'_, bool> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Job::Note(id.clone(), attributes, reply));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }

    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        let session = session.clone();
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let replay = read::session_log(&mut snapshot, &session, after, limit).await?;
                snapshot.commit().await.map(|()| replay)
            };
            read.await.map_err(failed("reading a log"))
        })
    }

    fn custom_events(&self, session: &SessionId, limit: usize) -> StorageFuture<'_, Vec<CustomEvent>> {
        let session = session.clone();
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let events = read::custom_events(&mut snapshot, &session, limit).await?;
                snapshot.commit().await.map(|()| events)
            };
            read.await.map_err(failed("reading events"))
        })
    }

    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        Box::pin(async move {
            let read = async {
                let mut snapshot = read::snapshot(&self.readers).await?;
                let replay = read::full_log(&mut snapshot, after, limit).await?;
                snapshot.commit().await.map(|()| replay)
            };
            read.await.map_err(failed("reading the log"))
        })
    }

    fn deliveries(&self) -> &dyn DeliveryQueue {
        self
    }

    fn operators(&self) -> &dyn OperatorDirectory {
        self
    }

    fn follow(&self, follower: Follower) {
        if !self.told.follow(follower) {
            tracing::warn!("a store has one follower: the second one is told nothing");
        }
    }

    fn head(&self) -> Seq {
        self.told.head()
    }

    fn ping(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move {
            let ping = sqlx::query("SELECT 1").execute(&self.readers);
            let answer = timeout(PING_PATIENCE, ping)
                .await
                .map_err(|late| StorageError::new("a health check", late))?;
            answer.map_err(failed("a health check"))?;
            Ok(())
        })
    }
}

fn failed(operation: &'static str) -> impl Fn(sqlx::Error) -> StorageError {
    move |error| StorageError::new(operation, error)
}

fn writer_is_gone() -> StorageError {
    StorageError::new("a write", "the task that writes has ended")
}
