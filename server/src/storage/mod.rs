//! The port [`Storage`]: sessions, their messages, their uploads and their log, and what webhooks are to be told of them.
//!
//! Everything that happens to a conversation is a *write*: an atomic change of one session, decided by a
//! rule of the service ([`Draft`]) and numbered by the store ([`Seq`]). Messages and log entries share one
//! increasing number, so "after this cursor" means the same for lists, streams and polling, and the log
//! needs no second copy of a message.

mod attachment;
pub use attachment::{AttachmentQuery, AttachmentRecord, UploadStage};
mod delivery;
pub use delivery::{
    Claimed, DeadLetter, DeadPage, Delivery, DeliveryCounts, DeliveryQueue, HOLDING_ATTEMPTS, Letters,
    NewDelivery, Settlement,
};
mod draft;
pub use draft::{Draft, Earlier, Rule};
mod error;
pub use error::{StorageError, WriteError};
mod foreign;
pub use foreign::{Follower, Foreign};
mod log;
pub use log::{Audience, LogEntry, LogEvent, LogFact, LogLimits, Replay};
mod memory;
pub use memory::{MemoryLimits, MemoryStorage};
mod operator;
pub use operator::{OperatorChange, OperatorDirectory, OperatorRecord, TokenHash};
mod person;
pub use person::{PeoplePage, PeopleQuery, PersonRecord, person_id};
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStorage;
mod profile;
pub use profile::Profile;
mod query;
pub use query::{MessagePage, MessageQuery, PageFrom, SessionFilter, SessionPage};
mod record;
pub use record::{SessionRecord, StoredMessage};
mod screenshot;
pub use screenshot::AskedScreenshot;
mod search;
pub use search::{SearchPage, SearchQuery, SearchWords, index_terms, message_terms, session_terms};
mod seq;
pub use seq::Seq;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
pub use sqlite::{ClaimedDatabase, DatabaseCopy, SqliteOperators, SqliteStorage};
mod stats;
pub use stats::{Figures, MAX_COUNTED_MESSAGES, Span};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod tables;
mod write;
pub use write::{Announcement, Committed, OnceKey, SessionWrite, Target, Written};

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;

use futures_util::future::BoxFuture;
use pocketping_core::model::CustomEvent;
use pocketping_core::{AttachmentId, MessageId, Object, PersonId, SessionId, Timestamp};

/// A call of the storage under way.
pub type StorageFuture<'a, T, E = StorageError> = BoxFuture<'a, Result<T, E>>;

/// Where conversations are kept.
///
/// What every store promises, and the suite `conformance` (a feature of this crate) checks:
///
/// - **Durable when answered.** A write that answers `Ok` survives what the store claims to survive (a
///   power cut for SQLite, nothing for memory). One that answers an error, or whose caller has gone, is
///   either stored whole or not at all.
/// - **One order.** Each write gets numbers greater than all before it. A reader that sees a number also
///   sees all smaller ones.
/// - **Announced in order.** [`SessionWrite::committed`] runs once, after the commit and before the answer,
///   for one write after the other in the order of their numbers. It runs even when the caller has gone.
/// - **Rules run alone.** While a [`Rule`] runs, nobody else changes that session. It may run on any
///   thread and must not block.
/// - **Shared.** Where several processes use one store, all this holds for them together, and each is told what the
///   others write ([`follow`](Self::follow)).
/// - **Retries.** [`StorageError`]s may be retried; a write with a [`OnceKey`] is then harmless.
///
/// Stores hold no rules of the chat: they load, run the rule, save what it left.
pub trait Storage: Send + Sync + 'static {
    /// Changes one session.
    fn write(&self, write: SessionWrite) -> StorageFuture<'_, Written, WriteError>;

    /// Adds an entry to the logs of all sessions, present and future.
    fn announce(&self, announcement: Announcement) -> StorageFuture<'_, Seq>;

    /// The session with this id.
    fn session(&self, id: &SessionId) -> StorageFuture<'_, Option<SessionRecord>>;

    /// Sessions, newest activity first; with a text in the filter those that have its words in [`session_terms`] or in
    /// [`message_terms`] of one message.
    fn sessions(&self, filter: SessionFilter) -> StorageFuture<'_, SessionPage>;

    /// Messages that have the words of a text ([`SearchWords`]) in their [`message_terms`], as they are now.
    fn search(&self, query: SearchQuery) -> StorageFuture<'_, SearchPage>;

    /// A page of a session's messages, oldest first; an unknown session has none.
    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage>;

    /// The session and a page of its messages ([`messages`](Self::messages)) in one visit: the question of every reader
    /// who has to be let in first. The default asks for one after the other.
    fn session_with_messages(
        &self,
        session: &SessionId,
        query: MessageQuery,
    ) -> StorageFuture<'_, (Option<SessionRecord>, MessagePage)> {
        let session = session.clone();
        Box::pin(async move {
            let record = self.session(&session).await?;
            Ok((record, self.messages(&session, query).await?))
        })
    }

    /// Those of these messages that belong to the session, in no particular order.
    fn messages_by_id(
        &self,
        session: &SessionId,
        ids: Vec<MessageId>,
    ) -> StorageFuture<'_, Vec<StoredMessage>>;

    /// The attachment with this id, whosever it is.
    fn attachment(&self, id: &AttachmentId) -> StorageFuture<'_, Option<AttachmentRecord>>;

    /// Attachments that no message carries and that were announced before `before`, and all discarded ones;
    /// oldest first, at most `limit`.
    fn loose_attachments(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<AttachmentRecord>>;

    /// Drops the records of those that are discarded; the others of the ids stay.
    fn forget_attachments(&self, ids: Vec<AttachmentId>) -> StorageFuture<'_, ()>;

    /// Sessions in which nothing has happened since `before`, the longest silent first, at most `limit`.
    fn idle_sessions(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<SessionId>>;

    /// Figures about the sessions that began in a span of time, and about the ratings that were given in it. Stores count
    /// where the rows are: there may be millions.
    fn figures(&self, span: Span) -> StorageFuture<'_, Figures>;

    /// People whom sessions name. They come in the order in which they became known, the latest first.
    fn people(&self, query: PeopleQuery) -> StorageFuture<'_, PeoplePage>;

    /// The person with this id; `None` when no session names them.
    fn person(&self, id: &PersonId) -> StorageFuture<'_, Option<PersonRecord>>;

    /// Replaces what was noted about a person; whether there is one.
    fn set_person_attributes(&self, id: &PersonId, attributes: Object) -> StorageFuture<'_, bool>;

    /// What happened to a session after `after`, oldest first, at most `limit` entries; announcements
    /// included.
    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay>;

    /// The newest custom events of a session that its log still has, oldest first, at most `limit`; of announcements none.
    fn custom_events(&self, session: &SessionId, limit: usize) -> StorageFuture<'_, Vec<CustomEvent>>;

    /// What happened to any session after `after`, oldest first, at most `limit` entries.
    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay>;

    /// The deliveries that its writes have asked for.
    fn deliveries(&self) -> &dyn DeliveryQueue;

    /// Who may sign in.
    fn operators(&self) -> &dyn OperatorDirectory;

    /// Has `follower` told of each write of other processes to the same store, from now on, once, after its commit,
    /// in turn with the callbacks of this process's own writes: all in the order of their numbers. Called once, by the
    /// server. The default does nothing: it is for stores that belong to one process.
    fn follow(&self, follower: Follower) {
        drop(follower);
    }

    /// The newest number whose write is committed and told of ([`SessionWrite::committed`], [`follow`](Self::follow)
    /// come right after); whoever reads afterwards sees all up to it.
    fn head(&self) -> Seq;

    /// Whether the store can be reached.
    fn ping(&self) -> StorageFuture<'_, ()>;
}
