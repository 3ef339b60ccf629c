//! [`MemoryStorage`]: everything in memory, for tests, demos and small sites that may forget.

mod attachments;
mod conversation;
mod state;

use super::{
    Announcement, AttachmentRecord, LogLimits, MessagePage, MessageQuery, Replay, Seq, SessionFilter,
    SessionPage, SessionRecord, SessionWrite, Storage, StorageFuture, StoredMessage, WriteError, Written,
};
use futures_util::future::ready;
use pocketping_core::{AttachmentId, MessageId, SessionId, Timestamp};
use state::{Asked, State};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps everything in memory; nothing survives a restart.
///
/// Bounded: beyond [`max_sessions`](Self::with_max_sessions) the session that began first is dropped.
pub struct MemoryStorage {
    state: Mutex<State>,
}

impl MemoryStorage {
    /// Sessions that are kept unless said otherwise; an idle one takes about 1 KB.
    const DEFAULT_MAX_SESSIONS: usize = 1_000_000;

    /// An empty store with the default limits.
    pub fn new() -> Self {
        Self::with_limits(Self::DEFAULT_MAX_SESSIONS, LogLimits::default())
    }

    /// An empty store that keeps this many sessions (at least one).
    pub fn with_max_sessions(max_sessions: usize) -> Self {
        Self::with_limits(max_sessions, LogLimits::default())
    }

    /// An empty store with these limits.
    pub fn with_limits(max_sessions: usize, log: LogLimits) -> Self {
        MemoryStorage {
            state: Mutex::new(State::new(max_sessions.max(1), log)),
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
        Box::pin(ready(Ok(self.state().sessions(&filter))))
    }

    fn messages(&self, session: &SessionId, query: MessageQuery) -> StorageFuture<'_, MessagePage> {
        Box::pin(ready(Ok(self.state().messages(session, &query))))
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

    fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        Box::pin(ready(Ok(self.state().session_log(session, after, limit))))
    }

    fn full_log(&self, after: Seq, limit: usize) -> StorageFuture<'_, Replay> {
        Box::pin(ready(Ok(self.state().full_log(after, limit))))
    }

    fn head(&self) -> Seq {
        self.state().head()
    }

    fn ping(&self) -> StorageFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::conformance::limits;

    crate::storage_conformance!(Box::new(MemoryStorage::with_limits(1_000, limits())));
}
