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
//! while the first cannot be sent, all wait. Only two things are passed over: what the server has refused
//! for good, which waits for the visitor's retry or removal, and a custom event that this server takes by
//! socket only, while no socket is open.
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
pub(super) mod delivery;
pub(super) mod item;
pub(super) mod journal;
mod outcome;
mod settle;

pub(super) use settle::Settling;

use super::backoff::Backoff;
use crate::model::Message;
use item::{Item, Kind};
use journal::{Journal, Tried};
use std::sync::Arc;

/// Most entries; more are refused, and nothing queued is dropped.
const MOST_ITEMS: usize = 10_000;
/// Most bytes of text in all entries together.
const MOST_TEXT_BYTES: usize = 5 * 1024 * 1024;
/// Most bytes of text in the journal when the database does not take the entries: localStorage is small.
const MOST_JOURNAL_BYTES: usize = 256 * 1024;

/// Most entries that are remembered as done while the database does not confirm it.
const MOST_DONE: usize = 500;

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
    /// A try that a server without idempotent sends may have taken.
    pub(super) tried: Option<Tried>,
    /// A message of the stream or of a list that seems to be this one, before the answer says so.
    pub(super) adopted: Option<Box<Message>>,
    /// How often the server did not know the session.
    pub(super) lost_sessions: u8,
    /// The identity goes with `/connect`, as the server has no route for it.
    pub(super) with_connect: bool,
}

/// The queue.
#[derive(Default)]
pub(super) struct Outbox {
    queue: Vec<Queued>,
    last_seq: u64,
    /// Entries up to this number were dropped by a reset that the database has not confirmed.
    void_seq: u64,
    /// The entry whose request is under way.
    pub(super) in_flight: Option<Arc<str>>,
    pub(super) backoff: Backoff,
    pub(super) settling: Option<Settling>,
    /// Entries that are done, whose removal is not confirmed.
    done: Vec<Arc<str>>,
    /// Tries of the page before, of entries that the database has not given back yet.
    pub(super) earlier_tried: Vec<Tried>,
    journal_dirty: bool,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Queued> {
        self.queue.iter()
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Queued> {
        self.queue.iter_mut().find(|queued| *queued.item.id == *id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Queued> {
        self.queue.iter().find(|queued| *queued.item.id == *id)
    }

    /// Whether one more entry of so much text fits.
    pub(super) fn has_room(&self, text_bytes: usize) -> bool {
        // Summed anew each time, as entries change while they wait; it is asked once per entry.
        let kept: usize = self.queue.iter().map(|queued| queued.item.text_bytes()).sum();
        self.queue.len() < MOST_ITEMS && kept + text_bytes <= MOST_TEXT_BYTES
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
        let tried = self.earlier_tried.iter().position(|tried| *tried.id == *item.id);
        let tried = tried.map(|at| self.earlier_tried.swap_remove(at));
        let queued = Queued {
            item,
            kept,
            tried,
            adopted: None,
            lost_sessions: 0,
            with_connect: false,
        };
        self.queue.insert(at, queued);
        self.journal_dirty |= kept != Kept::Durably;
        true
    }

    /// Numbers up to this one were given on the page before.
    pub(super) fn go_on_after(&mut self, seq: u64) {
        self.last_seq = self.last_seq.max(seq);
    }

    /// Entries up to this one were dropped on the page before; the database may still have them.
    pub(super) fn void_up_to(&mut self, seq: u64) {
        self.void_seq = seq;
        self.go_on_after(seq);
    }

    /// Whether a reset has dropped the entry.
    pub(super) fn is_void(&self, item: &Item) -> bool {
        item.seq <= self.void_seq
    }

    /// The database has none of the dropped entries any more.
    pub(super) fn voided(&mut self) {
        self.void_seq = 0;
        self.journal_dirty = true;
    }

    /// Takes an entry out; it stays in the journal as done until [`Outbox::removed`].
    pub(super) fn take(&mut self, id: &str) -> Option<Queued> {
        let at = self.queue.iter().position(|queued| *queued.item.id == *id)?;
        let queued = self.queue.remove(at);
        if self.in_flight.as_deref() == Some(id) {
            self.in_flight = None;
        }
        if self.settling.as_ref().is_some_and(|settling| *settling.id == *id) {
            self.settling = None;
        }
        self.keep_done(&queued.item.id.clone());
        Some(queued)
    }

    /// Whether an entry is done already.
    pub(super) fn is_done(&self, id: &str) -> bool {
        self.done.iter().any(|done| **done == *id)
    }

    /// Keeps an entry that is done in the journal.
    pub(super) fn keep_done(&mut self, id: &str) {
        if self.done.len() >= MOST_DONE {
            self.done.remove(0);
        }
        self.done.push(id.into());
        self.journal_dirty = true;
    }

    /// Forgets entries that are done, but for these.
    pub(super) fn forget_done(&mut self, keep: impl Fn(&str) -> bool) {
        self.done.retain(|id| keep(id));
        // Also when nothing is left of what the page before wrote.
        self.journal_dirty = true;
    }

    /// The write of an entry was answered.
    pub(super) fn written(&mut self, id: &str, kept: Kept) {
        if let Some(queued) = self.get_mut(id) {
            queued.kept = kept;
        }
        self.journal_dirty = true;
    }

    /// The removal of an entry is durable.
    pub(super) fn removed(&mut self, id: &str) {
        self.done.retain(|done| **done != *id);
        self.journal_dirty = true;
    }

    /// A try begins that may be taken without our hearing of it.
    pub(super) fn mark_tried(&mut self, id: &str, tried: Option<Tried>) {
        if let Some(queued) = self.get_mut(id) {
            queued.tried = tried;
            self.journal_dirty = true;
        }
    }

    /// Adds receipts to an entry that waits with the same kind of them; gives that entry.
    pub(super) fn join_receipts(&mut self, draft: &item::ReceiptDraft) -> Option<Item> {
        let in_flight = self.in_flight.clone();
        let mut waiting = self.queue.iter_mut().map(|queued| &mut queued.item);
        let item = waiting.find(|item| {
            Some(&item.id) != in_flight.as_ref()
                && matches!(&item.kind, Kind::Receipt(other)
                    if other.status == draft.status
                        && other.session_id == draft.session_id
                        && other.message_ids.len() < MOST_JOINED)
        })?;
        if let Kind::Receipt(waiting) = &mut item.kind {
            waiting.message_ids.extend(draft.message_ids.iter().cloned());
        }
        Some(item.clone())
    }

    /// When an unanswered write must be given up.
    pub(super) fn write_deadline(&self) -> Option<u64> {
        let waiting = self.queue.iter().filter_map(|queued| match queued.kept {
            Kept::Writing { until } => Some(until),
            Kept::Durably | Kept::InMemory => None,
        });
        waiting.min()
    }

    /// The journal to be written, if it has changed.
    pub(super) fn journal(&mut self) -> Option<Journal> {
        if !std::mem::take(&mut self.journal_dirty) {
            return None;
        }
        let mut room = MOST_JOURNAL_BYTES;
        let unsaved = self.queue.iter().filter(|queued| queued.kept != Kept::Durably);
        let items = unsaved.map(|queued| &queued.item).take_while(|item| {
            let fits = item.text_bytes() <= room;
            room = room.saturating_sub(item.text_bytes());
            fits
        });
        let tried = self.queue.iter().filter_map(|queued| queued.tried.as_ref());
        Some(Journal {
            seq: if self.queue.is_empty() { 0 } else { self.last_seq },
            void: self.void_seq,
            items: items.cloned().collect(),
            tried: tried.chain(&self.earlier_tried).cloned().collect(),
            done: self.done.iter().map(|id| String::from(&**id)).collect(),
            unreadable: 0,
        })
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        let last_seq = self.last_seq;
        *self = Outbox {
            last_seq,
            void_seq: last_seq,
            journal_dirty: true,
            ..Outbox::default()
        };
    }
}
