//! One write within a transaction: load, run the rule, save.

use super::{Cached, Writer};
use crate::storage::postgres::prune::prune;
use crate::storage::postgres::session_rows::{self, Key};
use crate::storage::postgres::{attachment_rows, event_rows, message_rows, people_rows};
use crate::storage::{
    AttachmentQuery, Committed, Draft, Earlier, LogEvent, OnceKey, Seq, SessionRecord, SessionWrite,
    StorageError, StoredMessage, Target, WriteError, Written, session_terms,
};
use pocketping_core::{MessageId, SessionId};
use sqlx::PgConnection;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Writer {
    pub(super) async fn write(
        &mut self,
        connection: &mut PgConnection,
        write: SessionWrite,
    ) -> Result<(Written, Committed<Written>), Failure> {
        let SessionWrite {
            target,
            messages,
            attachments,
            once,
            rule,
            committed,
        } = write;
        let (id, new) = self.find(connection, target).await?;
        let mut draft = match new {
            Some(record) => Draft::new(record, true, Vec::new(), None),
            None => {
                self.draft(connection, &id, &messages, &attachments, once.as_ref())
                    .await?
            }
        };
        let ruled = catch_unwind(AssertUnwindSafe(|| rule(&mut draft)));
        match ruled {
            Ok(Ok(())) => {}
            Ok(Err(refusal)) => return Err(Failure::Own(refusal.into())),
            Err(_) => {
                let error = StorageError::new("a rule", "it panicked");
                return Err(Failure::Own(WriteError::Storage(error)));
            }
        }
        Ok((self.save(connection, draft).await?, committed))
    }

    /// The session that is meant, in the cache; or the one to make.
    async fn find(
        &mut self,
        connection: &mut PgConnection,
        target: Target,
    ) -> Result<(SessionId, Option<SessionRecord>), Failure> {
        let (asked, new) = match target {
            Target::Existing(id) => {
                return if self.load(connection, &id).await? {
                    Ok((id, None))
                } else {
                    Err(WriteError::SessionNotFound.into())
                };
            }
            Target::Open { asked, new } => (asked, new),
        };
        if let Some(id) = asked
            && self.load(connection, &id).await?
            && self
                .cache
                .get(&id)
                .is_some_and(|cached| cached.record.visitor_id == new.visitor_id)
        {
            return Ok((id, None));
        }
        match session_rows::latest_of(connection, &new.visitor_id).await? {
            Some((key, record)) => {
                let id = record.id.clone();
                // What this batch changed already is newer than the row.
                self.cache
                    .entry(id.clone())
                    .or_insert_with(|| Cached::new(key, record));
                Ok((id, None))
            }
            None => Ok((new.id.clone(), Some(*new))),
        }
    }

    /// Puts a session into the cache; false when there is none.
    async fn load(&mut self, connection: &mut PgConnection, id: &SessionId) -> sqlx::Result<bool> {
        if self.cache.contains_key(id) {
            return Ok(true);
        }
        let Some((key, record)) = session_rows::by_id(connection, id).await? else {
            return Ok(false);
        };
        self.cache.insert(id.clone(), Cached::new(key, record));
        Ok(true)
    }

    async fn draft(
        &mut self,
        connection: &mut PgConnection,
        id: &SessionId,
        messages: &[MessageId],
        attachments: &AttachmentQuery,
        once: Option<&OnceKey>,
    ) -> Result<Draft, Failure> {
        let repeats = matches!(once, Some(OnceKey::Message(client_id)) if self.known.contains(client_id));
        if repeats || !messages.is_empty() {
            self.save_messages(connection).await?;
        }
        let cached = self.cache.get(id).ok_or(WriteError::SessionNotFound)?;
        let found = message_rows::by_ids(connection, cached.key, id, messages).await?;
        let earlier = match once {
            None => None,
            Some(OnceKey::Message(_)) if !repeats => None,
            Some(OnceKey::Message(client_id)) => {
                message_rows::by_client_id(connection, cached.key, id, client_id)
                    .await?
                    .map(Earlier::Message)
            }
            Some(OnceKey::Event(event_id)) => event_rows::by_event_id(connection, cached.key, event_id)
                .await?
                .map(Earlier::Event),
        };
        let attachments = attachment_rows::wanted(connection, cached.key, attachments).await?;
        Ok(Draft::new(cached.record.clone(), false, found, earlier).with_attachments(attachments))
    }

    async fn save(&mut self, connection: &mut PgConnection, draft: Draft) -> sqlx::Result<Written> {
        let created = draft.is_new();
        let (session, earlier, changes) = draft.finish();
        if changes.erase {
            self.save_messages(connection).await?;
            self.save_deliveries(connection).await?;
            if let Some(cached) = self.cache.remove(&session.id) {
                session_rows::erase(connection, cached.key, session.profile.person_id().as_ref()).await?;
            }
            return Ok(Written::erasure(session, earlier, self.last));
        }
        if created {
            let key = session_rows::insert(connection, &session).await?;
            self.cache
                .insert(session.id.clone(), Cached::new(key, session.clone()));
        }
        let cached = self
            .cache
            .get_mut(&session.id)
            .expect("the draft's session is in the cache");
        let key = cached.key;
        if changes.profile {
            let before = cached.record.profile.person_id().filter(|_| !created);
            people_rows::save_profile(connection, key, &session, before.as_ref()).await?;
            let terms = session_terms(&session);
            if created || terms != session_terms(&cached.record) {
                session_rows::save_terms(connection, key, &terms).await?;
            }
        }
        for stored in &changes.changed {
            message_rows::update(connection, stored).await?;
        }
        for record in &changes.attachments {
            attachment_rows::put(connection, key, record).await?;
        }
        let deliveries = changes.deliveries.into_iter();
        self.undelivered
            .extend(deliveries.map(|delivery| (key, delivery)));
        let mut message = None;
        if let Some(new) = changes.message {
            self.last = self.last.next();
            let stored = StoredMessage {
                seq: self.last,
                message: new,
            };
            self.known.extend(stored.message.client_message_id.clone());
            self.unsaved.push((key, stored.clone()));
            if !stored.message.private {
                cached.last_message = Some(self.last.get() as i64);
            }
            message = Some(stored);
        }
        cached.dirty |= changes.session || cached.last_message.is_some();
        cached.record = session.clone();
        let mut events = Vec::with_capacity(changes.events.len());
        for event in changes.events {
            self.last = self.last.next();
            self.log(connection, key, self.last, &event).await?;
            events.push((self.last, event));
        }
        Ok(Written {
            session,
            created,
            erased: false,
            earlier,
            message,
            changed: changes.changed,
            attachments: changes.attachments,
            events,
            head: self.last,
        })
    }

    /// Adds an entry to a log, and drops what is beyond the limits.
    pub(super) async fn log(
        &mut self,
        connection: &mut PgConnection,
        key: Key,
        seq: Seq,
        event: &LogEvent,
    ) -> sqlx::Result<()> {
        event_rows::insert(connection, key, seq, event).await?;
        let due = self.pruning.added(key, seq, event.at.as_micros());
        prune(connection, key, &due).await
    }
}

/// Why a write failed: on its own account, or with the whole transaction.
pub(super) enum Failure {
    Own(WriteError),
    Database(sqlx::Error),
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Failure::Own(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Failure::Database(error)
    }
}
