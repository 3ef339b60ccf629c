//! The one task that writes: it takes all waiting writes, runs their rules, and commits them together.
//!
//! Numbers have one order over all servers of a database, as each transaction locks the row of `head` before it
//! reads or gives out any. What other servers have written before is told first, so that this server's streams see
//! everything in the order of the numbers, too.

use super::event_rows::{self, EVERYONE};
use super::foreign::{self, Told};
use super::prune::prune;
use super::session_rows::{self, Key};
use super::{attachment_rows, message_rows};
use crate::storage::tables::{Done, Job, Pruning, Reply, announce};
use crate::storage::{
    AttachmentQuery, Committed, Draft, Earlier, LogLimits, OnceKey, Seq, SessionRecord, SessionWrite,
    StorageError, StoredMessage, Target, WriteError, Written, session_terms,
};
use pocketping_core::{ClientMessageId, MessageId, SessionId};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::mpsc;

/// Most writes of one transaction: bounds what one failure undoes and how long the first one waits.
const MAX_BATCH: usize = 512;
/// Most sessions that are kept in memory between batches.
const MAX_CACHED: usize = 4_096;
/// Where servers tell each other that there is something new; the number is in the note, what it is in the tables.
pub(super) const CHANNEL: &str = "pocketping";

/// Something to do for the writer.
pub(super) enum Work {
    /// A call of the storage.
    Job(Job),
    /// Other servers may have written: tell of it.
    CatchUp,
}

pub(super) struct Writer {
    pool: PgPool,
    told: Told,
    /// The newest number given out, committed or not.
    last: Seq,
    /// The count of writing transactions that `cache` belongs to.
    commits: i64,
    cache: HashMap<SessionId, Cached>,
    /// Messages of this batch that have no rows yet: they get them together, or when somebody asks for messages.
    unsaved: Vec<(Key, StoredMessage)>,
    /// Of the client ids that this batch asks for those that a message has.
    known: HashSet<ClientMessageId>,
    pruning: Pruning,
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
    pub(super) fn new(pool: PgPool, told: Told, limits: LogLimits) -> Self {
        Writer {
            pool,
            last: told.head(),
            told,
            commits: -1,
            cache: HashMap::new(),
            unsaved: Vec::new(),
            known: HashSet::new(),
            pruning: Pruning::new(limits),
        }
    }

    /// Works until all senders are gone.
    pub(super) async fn run(mut self, mut work: mpsc::UnboundedReceiver<Work>) {
        let mut waiting = Vec::new();
        while work.recv_many(&mut waiting, MAX_BATCH).await > 0 {
            let mut batch = VecDeque::with_capacity(waiting.len());
            let mut behind = false;
            for work in waiting.drain(..) {
                match work {
                    Work::Job(job) => batch.push_back(job),
                    Work::CatchUp => behind = true,
                }
            }
            if !batch.is_empty() {
                self.commit(&mut batch).await;
            } else if behind && let Err(error) = foreign::catch_up(&self.pool, &self.told).await {
                tracing::warn!(%error, "what other servers wrote cannot be read yet");
            }
        }
    }

    async fn commit(&mut self, batch: &mut VecDeque<Job>) {
        if self.cache.len() > MAX_CACHED {
            self.cache.clear();
        }
        let mut done = Vec::with_capacity(batch.len());
        match self.transact(batch, &mut done).await {
            Ok(()) => {
                self.told.set_head(self.last);
                done.into_iter().for_each(announce);
            }
            Err(error) => {
                tracing::error!(%error, "the database refused a transaction");
                self.cache.clear();
                self.unsaved.clear();
                self.commits = -1;
                let jobs = batch.drain(..).map(Job::into_reply);
                let replies = jobs.chain(done.into_iter().map(Done::into_reply));
                replies.for_each(|reply| reply.fail("the transaction of this write", &error));
            }
        }
    }

    async fn transact(&mut self, batch: &mut VecDeque<Job>, done: &mut Vec<Done>) -> sqlx::Result<()> {
        let (mut transaction, before) = self.begin().await?;
        let connection = &mut *transaction;
        self.last = before;
        let (sessions, ids) = self.wanted(batch);
        self.prefetch(connection, &sessions, &ids).await?;
        while let Some(job) = batch.pop_front() {
            // A job that breaks the transaction is answered here, the others by the caller.
            match job {
                Job::Write(write, reply) => match self.write(connection, *write).await {
                    Ok((written, committed)) => done.push(Done::Written(Box::new(written), committed, reply)),
                    Err(Failure::Own(error)) => done.push(Done::Refused(error, reply)),
                    Err(Failure::Database(error)) => {
                        Reply::Write(reply).fail("a write", &error);
                        return Err(error);
                    }
                },
                Job::Announce(announcement, reply) => {
                    let seq = self.last.next();
                    if let Err(error) = self.log(connection, EVERYONE, seq, &announcement.event).await {
                        Reply::Announce(reply).fail("an announcement", &error);
                        return Err(error);
                    }
                    self.last = seq;
                    done.push(Done::Announced(seq, announcement.committed, reply));
                }
                Job::Forget(ids, reply) => {
                    if let Err(error) = attachment_rows::forget(connection, &ids).await {
                        Reply::Forget(reply).fail("forgetting attachments", &error);
                        return Err(error);
                    }
                    done.push(Done::Forgotten(reply));
                }
            }
        }
        self.save_messages(connection).await?;
        let dirty = self.cache.values().filter(|cached| cached.dirty);
        let rows: Vec<_> = dirty
            .map(|cached| (cached.key, &cached.record, cached.last_message))
            .collect();
        session_rows::update(connection, &rows).await?;
        for cached in self.cache.values_mut() {
            cached.dirty = false;
            cached.last_message = None;
        }
        self.end(transaction, before).await
    }

    /// What most writes of a batch need: sessions that are not in the cache, and client ids.
    fn wanted(&self, batch: &VecDeque<Job>) -> (Vec<SessionId>, Vec<ClientMessageId>) {
        let (mut sessions, mut ids) = (Vec::new(), Vec::new());
        for job in batch {
            let Job::Write(write, _) = job else { continue };
            if let Target::Existing(id) = &write.target
                && !self.cache.contains_key(id)
            {
                sessions.push(id.clone());
            }
            if let Some(OnceKey::Message(id)) = &write.once {
                ids.push(id.clone());
            }
        }
        (sessions, ids)
    }

    /// Loads it by one query of each kind.
    async fn prefetch(
        &mut self,
        connection: &mut PgConnection,
        sessions: &[SessionId],
        ids: &[ClientMessageId],
    ) -> sqlx::Result<()> {
        for (key, record) in session_rows::by_ids(connection, sessions).await? {
            self.cache.insert(record.id.clone(), Cached::new(key, record));
        }
        self.known = message_rows::known_client_ids(connection, ids).await?;
        Ok(())
    }

    /// Gives this batch's messages their rows.
    async fn save_messages(&mut self, connection: &mut PgConnection) -> sqlx::Result<()> {
        message_rows::insert(connection, &self.unsaved).await?;
        self.unsaved.clear();
        Ok(())
    }

    /// Locks `head`: until the commit no other server writes. Gives the newest number.
    async fn begin(&mut self) -> sqlx::Result<(Transaction<'static, Postgres>, Seq)> {
        let mut transaction = self.pool.begin().await?;
        let (seq, commits): (i64, i64) = sqlx::query_as("SELECT seq, commits FROM head FOR UPDATE")
            .fetch_one(&mut *transaction)
            .await?;
        if commits != self.commits {
            self.cache.clear();
            self.commits = commits;
        }
        let before = Seq::new(seq as u64);
        foreign::tell_until(&mut transaction, &self.told, before).await?;
        Ok((transaction, before))
    }

    async fn end(
        &mut self,
        mut transaction: Transaction<'static, Postgres>,
        before: Seq,
    ) -> sqlx::Result<()> {
        // Nobody has to look when there is nothing new.
        let sql = "UPDATE head SET seq = $1, commits = $2 \
             RETURNING CASE WHEN $1 > $3 THEN pg_notify($4, $1::TEXT)::TEXT END";
        sqlx::query(sql)
            .bind(self.last.get() as i64)
            .bind(self.commits.wrapping_add(1))
            .bind(before.get() as i64)
            .bind(CHANNEL)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.commits = self.commits.wrapping_add(1);
        Ok(())
    }

    async fn write(
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
            if let Some(cached) = self.cache.remove(&session.id) {
                session_rows::erase(connection, cached.key).await?;
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
            session_rows::save_profile(connection, key, &session.profile).await?;
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
    async fn log(
        &mut self,
        connection: &mut PgConnection,
        key: Key,
        seq: Seq,
        event: &crate::storage::LogEvent,
    ) -> sqlx::Result<()> {
        event_rows::insert(connection, key, seq, event).await?;
        let due = self.pruning.added(key, seq, event.at.as_micros());
        prune(connection, key, &due).await
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
