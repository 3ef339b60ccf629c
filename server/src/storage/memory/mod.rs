//! [`MemoryStorage`]: everything in memory, for tests, demos and small sites that may forget.

mod attachments;
mod conversation;
mod deliveries;
mod figures;
mod limits;
pub use limits::MemoryLimits;
mod operators;
mod order;
mod people;
mod scan;
mod state;

use super::{
    Announcement, AttachmentRecord, Claimed, DeadPage, Delivery, DeliveryCounts, DeliveryQueue, Figures,
    Letters, MessagePage, MessageQuery, OperatorDirectory, PeoplePage, PeopleQuery, PersonRecord, Replay,
    SearchPage, SearchQuery, SearchWords, Seq, SessionFilter, SessionPage, SessionRecord, SessionWrite,
    Settlement, Span, Storage, StorageFuture, StoredMessage, WriteError, Written,
};
use futures_util::future::ready;
use operators::Operators;
use pocketping_core::model::CustomEvent;
use pocketping_core::{AttachmentId, MessageId, Object, PersonId, SessionId, Timestamp};
use state::{Asked, State};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps everything in memory; nothing survives a restart. Bounded by [`MemoryLimits`].
pub struct MemoryStorage {
    state: Mutex<State>,
    operators: Operators,
}

impl MemoryStorage {
    /// An empty store with the default limits.
    pub fn new() -> Self {
        Self::with_limits(MemoryLimits::default())
    }

    /// An empty store with these limits.
    pub fn with_limits(limits: MemoryLimits) -> Self {
        MemoryStorage {
            state: Mutex::new(State::new(limits)),
            operators: Operators::default(),
        }
    }

    /// The state. A rule or callback that panics does so before anything is changed or after all of it
    /// is, so the state behind a poisoned lock is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl Storage for MemoryStorage {
    fn write(&self, write: SessionWrite) -> StorageFuture<'_, Written, WriteError> {
        let mut state = self.state();
        let SessionWrite {
            target,
            messages,
            attachments,
            once,
            rule,
            committed,
        } = write;
        let asked = Asked {
            messages: &messages,
            attachments: &attachments,
            once: once.as_ref(),
        };
        let written = state.write(target, &asked, rule);
        // Under the lock, so that announcements keep the order of the numbers.
        if let Ok(written) = &written {
            committed(written);
        }
        drop(state);
        Box::pin(ready(written))
    }

    fn announce(&self, announcement: Announcement) -> StorageFuture<'_, Seq> {
        let mut state = self.state();
        let seq = state.announce(announcement.event);
        (announcement.committed)(&seq);
        drop(state);
        Box::pin(ready(Ok(seq)))
    }

    fn session(&self, id: &SessionId) -> StorageFuture<'_, Option<SessionRecord>> {
        Box::pin(ready(Ok(self.state().session(id))))
    }

    fn sessions(&self, filter: SessionFilter) -> StorageFuture<'_, SessionPage> {
        let Some(text) = filter.text.clone() else {
            return Box::pin(ready(Ok(self.state().sessions(&filter))));
        };
        Box::pin(async move {
            Ok(match SearchWords::parse(&text) {
                Some(words) => scan::sessions(self, &filter, &words).await,
                None => State::page(Vec::new(), &filter, self.head()),
            })
        })
    }

    fn search(&self, query: SearchQuery) -> StorageFuture<'_, SearchPage> {
        Box::pin(async move {
            Ok(match SearchWords::parse(&query.text) {
                Some(words) => scan::messages(self, &query, &words).await,
                None => SearchPage::default(),
            })
        })
    }

    fn idle_sessions(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<SessionId>> {
        Box::pin(ready(Ok(self.state().idle_sessions(before, limit))))
    }

    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage> {
        Box::pin(ready(Ok(self.state().messages(session, &query))))
    }

    fn session_with_messages(
        &self,
        session: &SessionId,
        query: MessageQuery,
    ) -> StorageFuture<'_, (Option<SessionRecord>, MessagePage)> {
        let state = self.state();
        let record = state.session(session);
        Box::pin(ready(Ok((record, state.messages(session, &query)))))
    }

    fn messages_by_id(
        &self,
        session: &SessionId,
        ids: Vec<MessageId>,
    ) -> StorageFuture<'_, Vec<StoredMessage>> {
        Box::pin(ready(Ok(self.state().messages_by_id(session, &ids))))
    }

    fn attachment(&self, id: &AttachmentId) -> StorageFuture<'_, Option<AttachmentRecord>> {
        Box::pin(ready(Ok(self.state().attachments.get(id).cloned())))
    }

    fn loose_attachments(&self, before: Timestamp, limit: usize) -> StorageFuture<'_, Vec<AttachmentRecord>> {
        Box::pin(ready(Ok(self.state().attachments.loose(before, limit))))
    }

    fn forget_attachments(&self, ids: Vec<AttachmentId>) -> StorageFuture<'_, ()> {
        self.state().attachments.forget(&ids);
        Box::pin(ready(Ok(())))
    }

    fn figures(&self, span: Span) -> StorageFuture<'_, Figures> {
        Box::pin(ready(Ok(self.state().figures(span))))
    }

    fn people(&self, query: PeopleQuery) -> StorageFuture<'_, PeoplePage> {
        Box::pin(ready(Ok(self.state().people(&query))))
    }

    fn person(&self, id: &PersonId) -> StorageFuture<'_, Option<PersonRecord>> {
        Box::pin(ready(Ok(self.state().person(id))))
    }

    fn set_person_attributes(&self, id: &PersonId, attributes: Object) -> StorageFuture<'_, bool> {
        Box::pin(ready(Ok(self.state().set_person_attributes(id, attributes))))
    }

    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        Box::pin(ready(Ok(self.state().session_log(session, after, limit))))
    }

    fn custom_events(&self, session: &SessionId, limit: usize) -> StorageFuture<'_, Vec<CustomEvent>> {
        let state = self.state();
        let found = state.sessions.get(session);
        let events = found.map_or(Vec::new(), |found| found.custom_events(limit));
        Box::pin(ready(Ok(events)))
    }

    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        Box::pin(ready(Ok(self.state().full_log(after, limit))))
    }

    fn deliveries(&self) -> &dyn DeliveryQueue {
        self
    }

    fn operators(&self) -> &dyn OperatorDirectory {
        &self.operators
    }

    fn head(&self) -> Seq {
        self.state().head()
    }

    fn ping(&self) -> StorageFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

impl DeliveryQueue for MemoryStorage {
    fn claim(&self, now: Timestamp, until: Timestamp, limit: usize) -> StorageFuture<'_, Claimed> {
        Box::pin(ready(Ok(self.state().deliveries.claim(now, until, limit))))
    }

    fn settle(&self, delivery: &Delivery, settlement: Settlement) -> StorageFuture<'_, ()> {
        self.state().deliveries.settle(delivery, settlement);
        Box::pin(ready(Ok(())))
    }

    fn counts(&self) -> StorageFuture<'_, DeliveryCounts> {
        Box::pin(ready(Ok(self.state().deliveries.counts())))
    }

    fn dead(&self, before: Option<String>, limit: usize) -> StorageFuture<'_, DeadPage> {
        Box::pin(ready(Ok(self.state().deliveries.dead(before.as_deref(), limit))))
    }

    fn revive(&self, letters: Letters, now: Timestamp) -> StorageFuture<'_, u64> {
        Box::pin(ready(Ok(self.state().deliveries.revive(&letters, now))))
    }

    fn forget(&self, letters: Letters) -> StorageFuture<'_, u64> {
        Box::pin(ready(Ok(self.state().deliveries.forget(&letters))))
    }
}

#[cfg(test)]
mod tests;
