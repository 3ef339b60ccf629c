//! The one task that writes: it takes all waiting writes, runs their rules, and commits them together.
//!
//! Numbers have one order over all servers of a database, as each transaction locks the row of `head` before it
//! reads or gives out any. What other servers have written before is told first, so that this server's streams see
//! everything in the order of the numbers, too.

mod change;

use super::event_rows::EVERYONE;
use super::foreign::{self, Told};
use super::session_rows::{self, Key};
use super::{attachment_rows, delivery_rows, message_rows, people_rows};
use crate::storage::tables::{Done, Job, Pruning, Reply, announce};
use crate::storage::{LogLimits, NewDelivery, OnceKey, Seq, SessionRecord, StoredMessage, Target};
use change::Failure;
use pocketping_core::{ClientMessageId, SessionId};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::collections::{HashMap, HashSet, VecDeque};
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
    /// Other servers may have written, up to this number; or whatever there is.
    CatchUp(Option<Seq>),
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
    /// Deliveries of this batch: they get their rows together, too.
    undelivered: Vec<(Key, NewDelivery)>,
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
            undelivered: Vec::new(),
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
                    // Our own writes are heard of too.
                    Work::CatchUp(until) => behind |= until.is_none_or(|until| until > self.told.head()),
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
                self.undelivered.clear();
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
                Job::Note(person, attributes, reply) => {
                    match people_rows::set_attributes(connection, &person, attributes).await {
                        Ok(there) => done.push(Done::Noted(there, reply)),
                        Err(error) => {
                            Reply::Note(reply).fail("noting something about a person", &error);
                            return Err(error);
                        }
                    }
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
        self.save_deliveries(connection).await?;
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

    /// Gives its deliveries theirs.
    async fn save_deliveries(&mut self, connection: &mut PgConnection) -> sqlx::Result<()> {
        delivery_rows::insert(connection, &self.undelivered).await?;
        self.undelivered.clear();
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
