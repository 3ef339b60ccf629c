//! The outbox: what the server has to be told, kept until it has said that it knows.
//!
//! # The life of an entry
//!
//! A message that the visitor sends becomes an [`Item`] with an id of its own (its `clientMessageId`) and
//! shows at once. In the same turn it is written twice: into the [`journal`] (localStorage, at once, so
//! that Enter-then-close loses nothing) and by [`Effect::Persist`](super::Effect) into the database. Only when
//! [`Input::Persisted`](super::Input) has come back is the network used; where the database fails, the entry
//! goes on in memory and in the journal, and the visitor is told ([`super::Notice::StorageDegraded`]).
//!
//! Entries leave in order, one in flight ([`delivery`]). A message's place is never taken by a later one:
//! while the first cannot be sent, all wait. Only three things are passed over: what the server has refused
//! for good, which waits for the visitor's retry or removal; a custom event that this server takes by
//! socket only, while no socket is open; and anything but messages and files that the server has failed at (5xx), with
//! what has to come after it.
//!
//! An entry leaves on acknowledgement alone: the server's answer, or the message itself coming back by the
//! stream. Its removal goes into the database together with the stored message (one transaction), and into
//! the journal until that is confirmed, so that a crash in between does not send it again.
//!
//! Whatever else happens is judged in [`outcome`] and handled in [`answer`]: the same entry is sent again with the same id. Servers with
//! the feature `idempotent-send` store it once. Others are asked first what they have ([`settle`]).
//!
//! On the next page the entries of journal and database are joined by their ids, and it goes on where it was.

mod answer;
mod call;
pub(super) mod delivery;
mod done;
mod doubt;
pub(super) mod item;
pub(super) mod journal;
mod outcome;
mod pages;
pub(super) mod room;
mod settle;
mod upload;

pub(super) use settle::Settling;

use super::backoff::Backoff;
use super::revision::Revision;
use super::sorted::SortedMap;
use crate::model::Message;
use item::{Item, Kind};
use journal::{Journal, Tried};
use std::sync::Arc;
use upload::Uploads;

/// Most bytes of text in the journal when the database does not take the entries: localStorage is small.
const MOST_JOURNAL_BYTES: usize = 256 * 1024;

/// Most messages of one receipt entry before another is begun.
const MOST_JOINED: usize = 200;

/// Where an entry is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Its write has not been answered; must be by then (mono ms).
    Writing { until: u64 },
    /// In the database.
    Durably,
    /// Only here, and in the journal as far as that reaches.
    InMemory,
}

/// An entry with what is known of its way.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) item: Item,
    pub(super) kept: Kept,
    /// The database or another page's journal has it, or may have it: once done it has to be remembered as that.
    is_elsewhere: bool,
    /// A page had it that did not lead: what the database has of it is no older.
    pub(super) is_left: bool,
    /// The database has had it once, whatever is being written now: its page may count on that.
    was_durable: bool,
    /// Another page has handed it over, and this one may not be the leader any more: it is not written down.
    pub(super) is_in_doubt: bool,
    /// A message of the stream or of a list that seems to be this one, before the answer says so.
    pub(super) adopted: Option<Box<Message>>,
    /// How often the server did not know the session.
    pub(super) lost_sessions: u8,
    /// Tries that may have been taken without our hearing of it, those of an earlier page included.
    pub(super) doubtful_tries: u32,
    /// How often the server has answered with a failure of its own, where others may go first then.
    pub(super) failures: u32,
    /// What its file's failures weigh together ([`upload`]).
    pub(super) weight: u8,
    /// The identity goes with `/connect`, as the server has no route for it.
    pub(super) with_connect: bool,
    /// The last reset that its page knew of: that one does not drop it, whenever it comes here.
    pub(super) after: u64,
}

/// The queue.
#[derive(Default)]
pub(super) struct Outbox {
    /// A list, as a ring makes the widget walk two of them wherever this one is walked.
    queue: Vec<Queued>,
    /// The numbers of the entries by their ids: with thousands of entries each turn would search through all.
    seqs: SortedMap<Arc<str>, u64>,
    /// How many entries the database does not have.
    unsaved: usize,
    last_seq: u64,
    /// Entries up to this number were dropped by a reset that the database has not confirmed.
    void_seq: u64,
    /// The number of the last reset.
    pub(super) reset: u64,
    /// The entry whose request is under way.
    pub(super) in_flight: Option<Arc<str>>,
    pub(super) backoff: Backoff,
    /// The last failure was of an entry that others need not wait for.
    passed_over: bool,
    pub(super) settling: Option<Settling>,
    pub(super) uploads: Uploads,
    /// Entries that are done, whose removal is not confirmed: what still has them would bring them back. None is
    /// forgotten, as it would be sent again; they take room instead ([`room`]), so that no more gather while the database
    /// does not answer than may wait.
    done: SortedMap<Arc<str>, ()>,
    /// Tries that a server without idempotent sends may have taken; those of the page before too, of entries that
    /// the database has not given back yet.
    pub(super) tried: Vec<Tried>,
    journal_dirty: bool,
    /// The database has entries that are the next leader's, and behind which that has to go on.
    has_left: bool,
    /// Changes of messages that have come, and names of messages that one has gone of.
    pub(super) revised: Vec<(Arc<str>, Option<Arc<Revision>>)>,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Queued> {
        self.queue.iter()
    }

    /// Copies of the entries that are like this. One loop for all, as a chain of iterators is compiled for each use.
    pub(super) fn items_of(&self, fits: &dyn Fn(&Queued) -> bool) -> Vec<Item> {
        let mut items = Vec::new();
        for queued in &self.queue {
            if fits(queued) {
                items.push(queued.item.clone());
            }
        }
        items
    }

    /// The names of the entries that are like this.
    pub(super) fn ids_of(&self, fits: &dyn Fn(&Queued) -> bool) -> Vec<Arc<str>> {
        let mut ids = Vec::new();
        for queued in &self.queue {
            if fits(queued) {
                ids.push(queued.item.id.clone());
            }
        }
        ids
    }

    /// Whether an entry is like this.
    pub(super) fn has(&self, fits: &dyn Fn(&Queued) -> bool) -> bool {
        self.queue.iter().any(fits)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Queued> {
        let at = self.find(id)?;
        self.queue.get_mut(at)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Queued> {
        self.queue.get(self.find(id)?)
    }

    fn find(&self, id: &str) -> Option<usize> {
        let seq = *self.seqs.get(id)?;
        let from = self.queue.partition_point(|queued| queued.item.seq < seq);
        // Tabs number theirs alike.
        let rest = self.queue[from..].iter();
        Some(from + rest.take_while(|queued| *queued.item.id != *id).count())
    }

    /// The number of the next entry.
    pub(super) fn next_seq(&mut self, wall_millis: i64) -> u64 {
        self.last_seq = (self.last_seq + 1).max(u64::try_from(wall_millis).unwrap_or(0));
        self.last_seq
    }

    /// Adds an entry at its place; one with a known id is passed over.
    pub(super) fn add(&mut self, item: Item, kept: Kept) -> bool {
        if self.get(&item.id).is_some() {
            return false;
        }
        self.last_seq = self.last_seq.max(item.seq);
        let at = self.queue.partition_point(|queued| queued.item.seq <= item.seq);
        let queued = Queued {
            item,
            kept,
            is_elsewhere: false,
            is_left: false,
            was_durable: kept == Kept::Durably,
            is_in_doubt: false,
            adopted: None,
            lost_sessions: 0,
            doubtful_tries: 0,
            failures: 0,
            weight: 0,
            with_connect: false,
            after: self.reset,
        };
        self.seqs.insert(queued.item.id.clone(), queued.item.seq);
        let revision = Revision::of(&queued.item);
        self.revised
            .extend(revision.map(|(name, revision)| (name.into(), Some(revision))));
        self.queue.insert(at, queued);
        if kept != Kept::Durably {
            self.unsaved += 1;
            self.journal_dirty = true;
        }
        true
    }

    /// Numbers up to this one were given on the page before.
    pub(super) fn go_on_after(&mut self, seq: u64) {
        self.last_seq = self.last_seq.max(seq);
    }

    /// Whether nothing is lost of it when this page ends: the database has it, or it is not here any more.
    pub(super) fn is_durable(&self, id: &str) -> bool {
        self.get(id).is_none_or(|queued| queued.kept == Kept::Durably)
    }

    /// Takes an entry out; where it may come back from, it stays in the journal as done until [`Outbox::removed`].
    pub(super) fn take(&mut self, id: &str) -> Option<Queued> {
        let at = self.find(id).filter(|at| *at < self.queue.len())?;
        let queued = self.queue.remove(at);
        self.seqs.remove(id);
        self.unsaved -= usize::from(queued.kept != Kept::Durably);
        self.tried.retain(|tried| *tried.id != *id);
        if self.in_flight.as_deref() == Some(id) {
            self.in_flight = None;
        }
        if self.settling.as_ref().is_some_and(|settling| *settling.id == *id) {
            self.settling = None;
        }
        self.journal_dirty = true;
        if queued.is_elsewhere || queued.kept != Kept::InMemory {
            self.keep_done(&queued.item.id);
        }
        let revision = Revision::of(&queued.item);
        self.revised.extend(revision.map(|(name, _)| (name.into(), None)));
        Some(queued)
    }

    /// The write of an entry was answered.
    pub(super) fn written(&mut self, id: &str, kept: Kept) {
        let Some(queued) = self.get_mut(id) else { return };
        let before = std::mem::replace(&mut queued.kept, kept);
        queued.is_elsewhere |= kept == Kept::Durably;
        queued.was_durable |= kept == Kept::Durably;
        self.unsaved += usize::from(kept != Kept::Durably);
        self.unsaved -= usize::from(before != Kept::Durably);
        self.journal_dirty = true;
    }

    /// The server has failed at an entry: others go first.
    fn pass_over(&mut self, id: &str) {
        if let Some(queued) = self.get_mut(id) {
            queued.failures += 1;
            self.passed_over = true;
        }
    }

    /// Adds receipts to an entry that waits with the same kind of them; gives that entry.
    pub(super) fn join_receipts(&mut self, draft: &item::ReceiptDraft) -> Option<Item> {
        let queued = self.queue.iter_mut().find(|queued| {
            // What is under way, or was handed over, may have been taken as it is.
            queued.doubtful_tries <= queued.failures
                && matches!(&queued.item.kind, Kind::Receipt(other)
                    if other.status == draft.status
                        && other.session_id == draft.session_id
                        && other.message_ids.len() < MOST_JOINED)
        })?;
        if let Kind::Receipt(waiting) = &mut queued.item.kind {
            waiting.message_ids.extend(draft.message_ids.iter().cloned());
        }
        Some(queued.item.clone())
    }

    /// When an unanswered write must be given up.
    pub(super) fn write_deadline(&self) -> Option<u64> {
        let waiting = self.unsaved().filter_map(|queued| match queued.kept {
            Kept::Writing { until } => Some(until),
            Kept::Durably | Kept::InMemory => None,
        });
        waiting.min()
    }

    /// Entries that the database does not have.
    fn unsaved(&self) -> impl Iterator<Item = &Queued> {
        let unsaved = self.queue.iter().filter(|queued| queued.kept != Kept::Durably);
        unsaved.take(self.unsaved)
    }

    /// The journal to be written, if it has changed.
    pub(super) fn journal(&mut self, led: bool) -> Option<Journal> {
        if !std::mem::take(&mut self.journal_dirty) {
            return None;
        }
        debug_assert_eq!(self.seqs.len(), self.queue.len());
        let mut room = MOST_JOURNAL_BYTES;
        let known = self.unsaved().filter(|queued| !queued.is_in_doubt);
        let items = known.map(|queued| &queued.item).take_while(|item| {
            let fits = item.text_bytes() <= room;
            room = room.saturating_sub(item.text_bytes());
            fits
        });
        Some(Journal {
            seq: if self.queue.is_empty() && !self.has_left {
                0
            } else {
                self.last_seq
            },
            led: led || self.has_left,
            synced: false,
            void: self.void_seq,
            reset: self.reset,
            items: items.cloned().collect(),
            tried: self.tried.clone(),
            done: self.done_ids(),
            unreadable: Vec::new(),
        })
    }

    /// Whether an identity waits to be told.
    pub(super) fn has_identity(&self) -> bool {
        self.has(&|queued| matches!(queued.item.kind, Kind::Identify(_)))
    }

    /// The last number that was given.
    pub(super) fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Moves an entry to the place of this number, whatever is under way for it.
    pub(super) fn renumber(&mut self, id: &str, seq: u64) {
        let Some(at) = self.find(id).filter(|at| *at < self.queue.len()) else {
            return;
        };
        let mut queued = self.queue.remove(at);
        queued.item.seq = seq;
        self.seqs.insert(queued.item.id.clone(), seq);
        self.go_on_after(seq);
        let at = self.queue.partition_point(|queued| queued.item.seq <= seq);
        self.queue.insert(at, queued);
        self.journal_dirty = true;
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        let (last_seq, reset) = (self.last_seq, self.reset);
        *self = Outbox {
            last_seq,
            reset,
            void_seq: last_seq,
            journal_dirty: true,
            ..Outbox::default()
        };
    }
}
