//! A storage of your own: `cargo run -p pocketping-server --example custom_storage`.
//!
//! This one keeps a trail of who did what when, and leaves the keeping to another: the shortest storage that does anything.
//! One that keeps rows itself has the same methods; `MemoryStorage` is an example of that. The promises of the trait are
//! checked by the suite in the feature `conformance`: `storage_conformance!(Box::new(Audited::new(open_empty())))`.

use pocketping_core::model::CustomEvent;
use pocketping_core::route::{ConnectRequest, SendMessageRequest};
use pocketping_core::{AttachmentId, MessageId, Object, PersonId, SessionId, Timestamp};
use pocketping_server::storage::{
    Announcement, AttachmentRecord, DeliveryQueue, Figures, Follower, MemoryStorage, MessagePage,
    MessageQuery, OperatorDirectory, PeoplePage, PeopleQuery, PersonRecord, Replay, SearchPage, SearchQuery,
    Seq, SessionPage, SessionRecord, SessionWrite, Span, Storage, StorageFuture, StoredMessage, WriteError,
    Written,
};
use pocketping_server::{Client, PocketPing, SessionFilter};
use std::sync::{Arc, Mutex, PoisonError};

/// What was written, a line each.
#[derive(Clone, Default)]
pub(crate) struct Trail(Arc<Mutex<Vec<String>>>);

impl Trail {
    /// It runs in the storage's turn, so that it must not block: a real one hands the line to a task.
    fn note(&self, written: &Written) {
        let what = match (&written.message, written.created, written.erased) {
            (_, _, true) => "a session was erased".to_owned(),
            (_, true, _) => "a session began".to_owned(),
            (Some(stored), ..) => format!("a message of the {}", stored.message.sender.as_str()),
            _ => "a change".to_owned(),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// The lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A storage with a trail of its writes.
pub(crate) struct Audited<S> {
    kept: S,
    trail: Trail,
}

impl<S: Storage> Audited<S> {
    /// Keeps a trail of what is written to `kept`.
    pub(crate) fn new(kept: S) -> Self {
        Audited {
            kept,
            trail: Trail::default(),
        }
    }
}

impl<S: Storage> Storage for Audited<S> {
    /// The one method with something of its own: `committed` runs once, after the commit, in the order of the writes.
    fn write(&self, mut write: SessionWrite) -> StorageFuture<'_, Written, WriteError> {
        let (tell, trail) = (write.committed, self.trail.clone());
        write.committed = Box::new(move |written| {
            trail.note(written);
            tell(written);
        });
        self.kept.write(write)
    }

    fn announce(&self, announcement: Announcement) -> StorageFuture<'_, Seq> {
        self.kept.announce(announcement)
    }

    fn session(&self, id: &SessionId) -> StorageFuture<'_, Option<SessionRecord>> {
        self.kept.session(id)
    }

    fn sessions(&self, filter: SessionFilter) -> StorageFuture<'_, SessionPage> {
        self.kept.sessions(filter)
    }

    fn search(&self, query: SearchQuery) -> StorageFuture<'_, SearchPage> {
        self.kept.search(query)
    }

    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage> {
        self.kept.messages(session, query)
    }

    fn session_with_messages(
        &self,
        session: &SessionId,
        query: MessageQuery,
    ) -> StorageFuture<'_, (Option<SessionRecord>, MessagePage)> {
        self.kept.session_with_messages(session, query)
    }

    fn messages_by_id(
        &self,
        session: &SessionId,
        ids: Vec<MessageId>,
    ) -> StorageFuture<'_, Vec<StoredMessage>> {
        self.kept.messages_by_id(session, ids)
    }

    fn attachment(&self, id: &AttachmentId) -> StorageFuture<'_, Option<AttachmentRecord>> {
        self.kept.attachment(id)
    }

    fn loose_attachments(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<AttachmentRecord>> {
        self.kept.loose_attachments(before, limit)
    }

    fn forget_attachments(&self, ids: Vec<AttachmentId>) -> StorageFuture<'_, ()> {
        self.kept.forget_attachments(ids)
    }

    fn idle_sessions(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<SessionId>> {
        self.kept.idle_sessions(before, limit)
    }

    fn figures(&self, span: Span) -> StorageFuture<'_, Figures> {
        self.kept.figures(span)
    }

    fn people(&self, query: PeopleQuery) -> StorageFuture<'_, PeoplePage> {
        self.kept.people(query)
    }

    fn person(&self, id: &PersonId) -> StorageFuture<'_, Option<PersonRecord>> {
        self.kept.person(id)
    }

    fn set_person_attributes(&self, id: &PersonId, attributes: Object) -> StorageFuture<'_, bool> {
        self.kept.set_person_attributes(id, attributes)
    }

    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        self.kept.session_log(session, after, limit)
    }

    fn custom_events(&self, session: &SessionId, limit: usize) -> StorageFuture<'_, Vec<CustomEvent>> {
        self.kept.custom_events(session, limit)
    }

    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        self.kept.full_log(after, limit)
    }

    fn deliveries(&self) -> &dyn DeliveryQueue {
        self.kept.deliveries()
    }

    fn operators(&self) -> &dyn OperatorDirectory {
        self.kept.operators()
    }

    fn follow(&self, follower: Follower) {
        self.kept.follow(follower);
    }

    fn head(&self) -> Seq {
        self.kept.head()
    }

    fn ping(&self) -> StorageFuture<'_, ()> {
        self.kept.ping()
    }
}

/// A conversation, and its trail.
pub(crate) async fn run() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let storage = Audited::new(MemoryStorage::new());
    let trail = storage.trail.clone();
    let pp = PocketPing::builder().storage(storage).build()?;
    let session = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;
    pp.visitor_message(SendMessageRequest::new(session.clone(), "Is it in stock?"))
        .await?;
    pp.send_message(&session, "Yes, two of them.").await?;
    pp.close_session(&session).await?;
    Ok(trail.lines())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in run().await? {
        println!("{line}");
    }
    Ok(())
}
