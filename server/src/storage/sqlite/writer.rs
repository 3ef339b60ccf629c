//! The one thread that writes: it takes all waiting writes, runs their rules, and commits them together.

use super::attachment_rows;
use super::delivery_rows;
use super::event_rows::{self, EVERYONE};
use super::message_rows;
use super::people_rows;
use super::prune::{ERASED, prune, raise_mark};
use super::search_rows::Reach;
use super::session_rows::{self, Key};
use super::work::{Finished, Work};
use crate::storage::tables::{Done, Job, Pruning, Reply};
use crate::storage::{
    AttachmentQuery, Committed, Draft, Earlier, LogLimits, OnceKey, Seq, SessionRecord, SessionWrite,
    StorageError, StoredMessage, Target, WriteError, Written, session_terms,
};
use pocketping_core::{MessageId, SessionId};
use rusqlite::Connection;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

/// Most writes of one transaction: bounds what one failure undoes and how long the first one waits.
const MAX_BATCH: usize = 512;
/// Most sessions that are kept in memory between batches.
const MAX_CACHED: usize = 4_096;

pub(super) struct Writer {
    connection: Connection,
    head: Arc<AtomicU64>,
    /// The newest number given out, committed or not.
    last: Seq,
    cache: HashMap<SessionId, Cached>,
    pruning: Pruning,
    /// How far the full-text index reaches, in this transaction.
    reach: Reach,
    /// The newest key of a session that this program has made.
    newest_key: Key,
}

/// A session as of the last batch or as changed in this one.
struct Cached {
    key: Key,
    record: SessionRecord,
    /// Number of the last message, where this batch changed it.
    last_message: Option<i64>,
    dirty: bool,
}

impl Writer {
    pub(super) fn new(connection: Connection, head: Arc<AtomicU64>, reach: Reach, limits: LogLimits) -> Self {
        let last = Seq::new(head.load(Ordering::Acquire));
        Writer {
            connection,
            head,
            last,
            cache: HashMap::new(),
            pruning: Pruning::new(limits),
            reach,
            newest_key: 0,
        }
    }

    /// Works until all senders are gone.
    pub(super) fn run(mut self, jobs: &mpsc::Receiver<Work>) {
        let mut batch = VecDeque::new();
        while let Ok(job) = jobs.recv() {
            batch.push_back(job);
            batch.extend(jobs.try_iter().take(MAX_BATCH - 1));
            self.commit(&mut batch);
        }
    }

    fn commit(&mut self, batch: &mut VecDeque<Work>) {
        if self.cache.len() > MAX_CACHED {
            self.cache.clear();
        }
        let mut done = Vec::with_capacity(batch.len());
        let reach = self.reach;
        let outcome = self.transact(batch, &mut done);
        match outcome {
            Ok(()) => {
                self.head.store(self.last.get(), Ordering::Release);
                done.into_iter().for_each(Finished::answer);
            }
            Err(error) => {
                tracing::error!(%error, "the database refused a transaction");
                // An error of ROLLBACK says that there is no transaction any more: what it is for.
                if let Err(error) = self.connection.execute_batch("ROLLBACK") {
                    tracing::debug!(%error, "no transaction to roll back");
                }
                self.last = Seq::new(self.head.load(Ordering::Acquire));
                self.cache.clear();
                self.reach = reach;
                batch.drain(..).for_each(|work| work.fail(&error));
                done.into_iter().for_each(|finished| finished.fail(&error));
            }
        }
    }

    fn transact(&mut self, batch: &mut VecDeque<Work>, done: &mut Vec<Finished>) -> rusqlite::Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        while let Some(work) = batch.pop_front() {
            // What breaks the transaction is answered here, the rest by the caller.
            match work {
                Work::Job(job) => done.push(Finished::Job(self.job(job)?)),
                Work::Chore(mut chore) => {
                    if let Err(error) = chore.run(&self.connection) {
                        chore.failed(&error);
                        return Err(error);
                    }
                    done.push(Finished::Chore(chore));
                }
            }
        }
        for cached in self.cache.values_mut().filter(|cached| cached.dirty) {
            session_rows::update(&self.connection, cached.key, &cached.record, cached.last_message)?;
            cached.dirty = false;
            cached.last_message = None;
        }
        self.reach
            .extend_when_due(&self.connection, self.last, self.newest_key)?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn job(&mut self, job: Job) -> rusqlite::Result<Done> {
        match job {
            Job::Write(write, reply) => match self.write(*write) {
                Ok((written, committed)) => Ok(Done::Written(Box::new(written), committed, reply)),
                Err(Failure::Own(error)) => Ok(Done::Refused(error, reply)),
                Err(Failure::Database(error)) => {
                    Reply::Write(reply).fail("a write", &error);
                    Err(error)
                }
            },
            Job::Announce(announcement, reply) => {
                let seq = self.last.next();
                let event = &announcement.event;
                let added = event_rows::insert(&self.connection, EVERYONE, seq, event).and_then(|()| {
                    let due = self.pruning.added(EVERYONE, seq, event.at.as_micros());
                    prune(&self.connection, EVERYONE, &due)
                });
                if let Err(error) = added {
                    Reply::Announce(reply).fail("an announcement", &error);
                    return Err(error);
                }
                self.last = seq;
                Ok(Done::Announced(seq, announcement.committed, reply))
            }
            Job::Note(person, attributes, reply) => {
                match people_rows::set_attributes(&self.connection, &person, attributes) {
                    Ok(there) => Ok(Done::Noted(there, reply)),
                    Err(error) => {
                        Reply::Note(reply).fail("noting something about a person", &error);
                        Err(error)
                    }
                }
            }
            Job::Forget(ids, reply) => {
                let forgotten = ids
                    .iter()
                    .try_for_each(|id| attachment_rows::forget(&self.connection, id));
                if let Err(error) = forgotten {
                    Reply::Forget(reply).fail("forgetting attachments", &error);
                    return Err(error);
                }
                Ok(Done::Forgotten(reply))
            }
        }
    }

    fn write(&mut self, write: SessionWrite) -> Result<(Written, Committed<Written>), Failure> {
        let SessionWrite {
            target,
            messages,
            attachments,
            once,
            rule,
            committed,
        } = write;
        let (id, new) = self.find(target)?;
        let mut draft = match new {
            Some(record) => Draft::new(record, true, Vec::new(), None),
            None => self.draft(&id, &messages, &attachments, once.as_ref())?,
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
        Ok((self.save(draft)?, committed))
    }

    /// The session that is meant, in the cache; or the one to make.
    fn find(&mut self, target: Target) -> Result<(SessionId, Option<SessionRecord>), Failure> {
        let (asked, new) = match target {
            Target::Existing(id) => {
                return if self.load(&id)? {
                    Ok((id, None))
                } else {
                    Err(WriteError::SessionNotFound.into())
                };
            }
            Target::Open { asked, new } => (asked, new),
        };
        if let Some(id) = asked
            && self.load(&id)?
            && self
                .cache
                .get(&id)
                .is_some_and(|cached| cached.record.visitor_id == new.visitor_id)
        {
            return Ok((id, None));
        }
        match session_rows::latest_of(&self.connection, &new.visitor_id)? {
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
    fn load(&mut self, id: &SessionId) -> rusqlite::Result<bool> {
        if self.cache.contains_key(id) {
            return Ok(true);
        }
        let Some((key, record)) = session_rows::by_id(&self.connection, id)? else {
            return Ok(false);
        };
        self.cache.insert(id.clone(), Cached::new(key, record));
        Ok(true)
    }

    fn draft(
        &self,
        id: &SessionId,
        messages: &[MessageId],
        attachments: &AttachmentQuery,
        once: Option<&OnceKey>,
    ) -> Result<Draft, Failure> {
        let cached = self.cache.get(id).ok_or(WriteError::SessionNotFound)?;
        let connection = &self.connection;
        let mut found = Vec::with_capacity(messages.len());
        for message in messages {
            found.extend(message_rows::by_id(connection, cached.key, id, message)?);
        }
        let earlier = match once {
            None => None,
            Some(OnceKey::Message(client_id)) => {
                message_rows::by_client_id(connection, cached.key, id, client_id)?.map(Earlier::Message)
            }
            Some(OnceKey::Event(event_id)) => {
                event_rows::by_event_id(connection, cached.key, event_id)?.map(Earlier::Event)
            }
        };
        let attachments = attachment_rows::wanted(connection, cached.key, id, attachments)?;
        Ok(Draft::new(cached.record.clone(), false, found, earlier).with_attachments(attachments))
    }

    fn save(&mut self, draft: Draft) -> rusqlite::Result<Written> {
        let created = draft.is_new();
        let (session, earlier, changes) = draft.finish();
        let connection = &self.connection;
        if changes.erase {
            if let Some(cached) = self.cache.remove(&session.id) {
                session_rows::erase(connection, cached.key, session.profile.person_id().as_ref())?;
                raise_mark(connection, ERASED, self.last.get() as i64)?;
            }
            return Ok(Written::erasure(session, earlier, self.last));
        }
        if created {
            let key = session_rows::insert(connection, &session)?;
            self.newest_key = key;
            self.cache
                .insert(session.id.clone(), Cached::new(key, session.clone()));
        }
        let cached = self
            .cache
            .get_mut(&session.id)
            .expect("the draft's session is in the cache");
        if changes.profile {
            let before = cached.record.profile.person_id().filter(|_| !created);
            people_rows::save_profile(connection, cached.key, &session, before.as_ref())?;
        }
        if created || (changes.profile && session_terms(&session) != session_terms(&cached.record)) {
            self.reach.session_changed(connection, cached.key, &session)?;
        }
        for stored in &changes.changed {
            message_rows::update(connection, stored)?;
            self.reach.message_changed(connection, stored)?;
        }
        for record in &changes.attachments {
            attachment_rows::put(connection, cached.key, record)?;
        }
        for delivery in &changes.deliveries {
            delivery_rows::insert(connection, cached.key, delivery)?;
        }
        let mut message = None;
        if let Some(new) = changes.message {
            self.last = self.last.next();
            let stored = StoredMessage {
                seq: self.last,
                message: new,
            };
            message_rows::insert(connection, cached.key, &stored)?;
            if !stored.message.private {
                cached.last_message = Some(self.last.get() as i64);
            }
            message = Some(stored);
        }
        let mut events = Vec::with_capacity(changes.events.len());
        for event in changes.events {
            self.last = self.last.next();
            event_rows::insert(connection, cached.key, self.last, &event)?;
            let due = self.pruning.added(cached.key, self.last, event.at.as_micros());
            prune(connection, cached.key, &due)?;
            events.push((self.last, event));
        }
        cached.dirty |= changes.session || cached.last_message.is_some();
        cached.record = session.clone();
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
}

impl Cached {
    fn new(key: Key, record: SessionRecord) -> Self {
        Cached {
            key,
            record,
            last_message: None,
            dirty: false,
        }
    }
}

/// Why a write failed: on its own account, or with the whole transaction.
enum Failure {
    Own(WriteError),
    Database(rusqlite::Error),
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Failure::Own(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Database(error)
    }
}
