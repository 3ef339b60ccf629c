//! [`Timeline`]: the ordered list, and finding entries in it.

use super::merge::{self, Patch, Tie};
use super::{Delivery, Entry, EntryKey, FailureReason, Revision};
use crate::engine::sorted::SortedMap;
use crate::model::{Message, Sender};
use crate::{ClientMessageId, MessageId, Timestamp};
use std::sync::Arc;

/// Where an entry stands: what the server has stored by its time, then what it has not, in send order.
///
/// `major` is the time or the place in the outbox; equal ones (tabs count for themselves) are ordered by `minor`:
/// first come first, until a list of the server's says otherwise ([`Timeline::align`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) unsent: bool,
    pub(super) major: i64,
    pub(super) minor: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) place: Place,
    /// [`Timeline::clock`] when the server last told of it.
    pub(super) met: u64,
}

/// What became of a message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) enum News {
    /// It was not known.
    New(EntryKey),
    /// It was known, and has changed.
    Changed(EntryKey),
    /// Nothing new.
    Same,
}

/// Most changes that are kept for messages that have not come yet.
const MOST_EARLY: usize = 500;

/// The ordered list of messages. One message has one entry, whatever names it is known by.
#[derive(Default)]
pub(in crate::engine) struct Timeline {
    pub(super) entries: Vec<Entry>,
    /// Of each entry, in the same order.
    pub(super) slots: Vec<Slot>,
    /// Places of entries by their keys, message ids and client ids.
    names: SortedMap<Arc<str>, Place>,
    early: Vec<(MessageId, Patch)>,
    /// What waits to change messages, by any of their names.
    revisions: SortedMap<Arc<str>, Arc<Revision>>,
    /// What waits in the leader's outbox, by their keys.
    pub(super) mirrored: SortedMap<Arc<str>, Arc<Revision>>,
    /// Messages of one time that the stream has brought, in its order.
    run: (Timestamp, Vec<MessageId>),
    unread: usize,
    pub(super) last_rank: u64,
    pub(super) clock: u64,
    /// Keys of entries that were put, changed or taken since that was last asked for.
    pub(super) changed: SortedMap<Arc<str>, ()>,
}

impl Timeline {
    pub(in crate::engine) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Messages of the other side that have not been seen.
    pub(in crate::engine) fn unread(&self) -> usize {
        self.unread
    }

    /// Counts what the server has told; to be given to [`Timeline::drop_unmet`] later.
    pub(in crate::engine) fn clock(&self) -> u64 {
        self.clock
    }

    /// The entry of a key, message id or client id.
    pub(in crate::engine) fn get(&self, name: &str) -> Option<&Entry> {
        self.find(name).map(|at| &self.entries[at])
    }

    /// Whether the server has stored the entry of this name.
    pub(in crate::engine) fn is_stored(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|place| !place.unsent)
    }

    /// The number of an entry that the server has not stored.
    pub(in crate::engine) fn unsent_seq(&self, name: &str) -> Option<u64> {
        let place = self.names.get(name).filter(|place| place.unsent)?;
        u64::try_from(place.major).ok()
    }

    /// Entries that the server has stored, in order.
    pub(in crate::engine) fn stored(&self) -> &[Entry] {
        &self.entries[..self.slots.partition_point(|slot| !slot.place.unsent)]
    }

    /// Adds an entry that the server has not stored; `seq` orders it among its like.
    pub(in crate::engine) fn add_unsent(
        &mut self,
        message: Message,
        delivery: Delivery,
        seq: u64,
    ) -> EntryKey {
        let name = match &message.client_message_id {
            Some(id) => Arc::from(id.as_str()),
            None => Arc::from(message.id.as_str()),
        };
        let key = EntryKey(name);
        self.last_rank += 1;
        let place = Place {
            unsent: true,
            major: i64::try_from(seq).unwrap_or(i64::MAX),
            minor: self.last_rank,
        };
        let entry = Entry {
            key: key.clone(),
            message,
            delivery,
            revision: None,
        };
        self.insert(entry, Slot { place, met: 0 });
        key
    }

    /// Takes a message as the server tells it; `asked` is [`Timeline::clock`] when it was asked to. An edit that was heard
    /// of since is not undone by another one of the same time.
    pub(in crate::engine) fn absorb(&mut self, message: Message, asked: u64) -> News {
        let known = self
            .find(message.id.as_str())
            .or_else(|| self.find(message.client_message_id.as_ref()?.as_str()));
        let Some(at) = known else {
            return News::New(self.insert_stored(message));
        };
        if self.slots[at].place.unsent {
            let key = self.entries[at].key.clone();
            self.acknowledge(&key, message);
            return News::Changed(key);
        }
        let tie = if self.slots[at].met <= asked {
            Tie::Other
        } else {
            Tie::Known
        };
        if self.join(at, message, tie) {
            News::Changed(self.entries[at].key.clone())
        } else {
            News::Same
        }
    }

    /// Joins what the server tells of a stored message with what is known of it.
    fn join(&mut self, at: usize, message: Message, tie: Tie) -> bool {
        self.meet(at);
        self.change(at, |known| merge::join(known, message, tie))
    }

    /// The server has just told of an entry.
    fn meet(&mut self, at: usize) {
        self.clock += 1;
        self.slots[at].met = self.clock;
    }

    /// The server has stored our entry `key` as this message. Gives the key of another entry that turned
    /// out to be the same message and is gone.
    pub(in crate::engine) fn acknowledge(
        &mut self,
        key: &EntryKey,
        mut message: Message,
    ) -> Option<EntryKey> {
        message.client_message_id = Some(ClientMessageId::new(key.0.clone()));
        let known = self.find(message.id.as_str());
        if let Some(at) = known.filter(|at| self.entries[*at].key == *key) {
            self.join(at, message, Tie::Known);
            return None;
        }
        let gone = known.map(|at| self.take(at).0).map(|twin| {
            merge::join(&mut message, twin.message, Tie::Known);
            twin.key
        });
        if let Some(at) = self.find(&key.0) {
            self.take(at);
        }
        self.insert_keyed(key.clone(), message);
        gone
    }

    /// Applies a change to the message of this id, or keeps it until the message comes.
    pub(in crate::engine) fn patch(&mut self, id: &MessageId, patch: Patch) -> Option<EntryKey> {
        let Some(at) = self.find(id.as_str()) else {
            if self.early.len() >= MOST_EARLY {
                self.early.remove(0);
            }
            self.early.push((id.clone(), patch));
            return None;
        };
        if patch.is_edit() {
            self.meet(at);
        }
        let changed = self.change(at, |message| patch.apply(message, Tie::Other));
        changed.then(|| self.entries[at].key.clone())
    }

    /// Sets how far an entry has come that is not stored; whether that changed it.
    pub(in crate::engine) fn set_unsent(
        &mut self,
        key: &str,
        failed: Option<FailureReason>,
    ) -> Option<EntryKey> {
        let at = self.find(key).filter(|at| self.slots[*at].place.unsent)?;
        let delivery = failed.map_or(Delivery::Sending, Delivery::Failed);
        let entry = &mut self.entries[at];
        let changed = entry.delivery != delivery;
        entry.delivery = delivery;
        if changed {
            self.changed.insert(entry.key.0.clone(), ());
        }
        changed.then(|| entry.key.clone())
    }

    /// Forgets what waited to change the message of this name; what is left of it comes by [`Timeline::revise`].
    pub(in crate::engine) fn forget_revision(&mut self, name: &str) {
        self.revisions.remove(name);
    }

    /// Takes what waits to change the message of this name, whether or not that is here, unless a later change is
    /// known. Gives its key if it is shown otherwise now.
    pub(in crate::engine) fn revise(
        &mut self,
        name: &str,
        revision: Option<Arc<Revision>>,
    ) -> Option<EntryKey> {
        if let Some(revision) = revision
            && self
                .revisions
                .get(name)
                .is_none_or(|known| known.seq < revision.seq)
        {
            self.revisions.insert(name.into(), revision);
        }
        let at = self.find(name)?;
        let revision = self.last_revision(&self.entries[at]);
        let entry = &mut self.entries[at];
        if entry.revision == revision {
            return None;
        }
        entry.revision = revision;
        self.changed.insert(entry.key.0.clone(), ());
        Some(entry.key.clone())
    }

    /// The last change that waits under any of an entry's names.
    fn last_revision(&self, entry: &Entry) -> Option<Arc<Revision>> {
        if self.revisions.len() + self.mirrored.len() == 0 {
            return None;
        }
        let all = names(entry).into_iter();
        let all = all.filter_map(|name| self.revisions.get(name));
        let all = all.chain(self.mirrored.get(&entry.key.0));
        all.max_by_key(|revision| revision.seq).cloned()
    }

    /// Takes an entry out.
    pub(in crate::engine) fn remove(&mut self, name: &str) -> Option<Entry> {
        let at = self.find(name)?;
        Some(self.take(at).0)
    }

    /// Drops all that the server has stored; what it has not stays.
    pub(in crate::engine) fn drop_stored(&mut self) {
        while self.slots.first().is_some_and(|slot| !slot.place.unsent) {
            let last = self.stored().len() - 1;
            self.take(last);
        }
        self.early.clear();
        self.run.1.clear();
    }

    /// Drops stored entries later than `from` that the server has not told of since `clock`: they
    /// are not in a list of its that covers them. Gives their number.
    pub(in crate::engine) fn drop_unmet(&mut self, from: Option<Timestamp>, clock: u64) -> usize {
        let mut dropped = 0;
        let mut at = self.stored().len();
        while at > 0 {
            at -= 1;
            let slot = self.slots[at];
            if from.is_some_and(|from| slot.place.major <= from.as_micros()) {
                break;
            }
            if slot.met <= clock {
                self.take(at);
                dropped += 1;
            }
        }
        dropped
    }

    /// Changes the text of an entry that is not stored; whether there is one.
    pub(in crate::engine) fn rewrite_unsent(&mut self, key: &str, content: &str) -> bool {
        let at = self.find(key).filter(|at| self.slots[*at].place.unsent);
        if let Some(at) = at {
            let entry = &mut self.entries[at];
            entry.message.content = content.to_owned();
            self.changed.insert(entry.key.0.clone(), ());
        }
        at.is_some()
    }

    /// Whether nothing stands before this message.
    pub(in crate::engine) fn is_first(&self, id: &MessageId) -> bool {
        self.entries.first().is_none_or(|entry| entry.message.id == *id)
    }

    /// Drops what stands before this message. Gives its number.
    pub(in crate::engine) fn drop_before(&mut self, id: &MessageId) -> usize {
        let before = self.find(id.as_str()).unwrap_or(0);
        for _ in 0..before {
            self.take(0);
        }
        before
    }

    /// Orders messages of equal times as a list of the server's has them; whether that moved any.
    pub(in crate::engine) fn align(&mut self, ids: &[MessageId]) -> bool {
        let mut moved = false;
        let mut run: Vec<Place> = Vec::new();
        for id in ids {
            let place = self.names.get(id.as_str()).copied();
            let Some(place) = place.filter(|place| !place.unsent && !run.contains(place)) else {
                continue;
            };
            if run.last().is_some_and(|last| last.major != place.major) {
                moved |= self.align_run(&run);
                run.clear();
            }
            run.push(place);
        }
        moved | self.align_run(&run)
    }

    /// [`Timeline::align`] for messages that come one by one over a stream.
    pub(in crate::engine) fn align_next(&mut self, id: &MessageId, timestamp: Timestamp) -> bool {
        if self.run.0 != timestamp {
            self.run = (timestamp, Vec::new());
        }
        self.run.1.push(id.clone());
        let run = std::mem::take(&mut self.run.1);
        let moved = run.len() > 1 && self.align(&run);
        self.run.1 = run;
        moved
    }

    fn align_run(&mut self, run: &[Place]) -> bool {
        if run.is_sorted() {
            return false;
        }
        // One by one, as a sort would cost the widget more than these few are worth.
        let mut places: Vec<Place> = Vec::new();
        for place in run {
            let at = places.partition_point(|other| other < place);
            places.insert(at, *place);
        }
        let taken: Vec<(Entry, Slot)> = run
            .iter()
            .filter_map(|place| Some(self.take(self.at(*place)?)))
            .collect();
        for ((entry, slot), place) in taken.into_iter().zip(places) {
            self.insert(entry, Slot { place, ..slot });
        }
        true
    }

    fn insert_stored(&mut self, message: Message) -> EntryKey {
        let key = match &message.client_message_id {
            Some(id) => EntryKey(id.as_str().into()),
            None => EntryKey(message.id.as_str().into()),
        };
        self.insert_keyed(key.clone(), message);
        key
    }

    fn insert_keyed(&mut self, key: EntryKey, mut message: Message) {
        self.early.retain(|(id, patch)| {
            let about_it = *id == message.id;
            if about_it {
                patch.clone().apply(&mut message, Tie::Known);
            }
            !about_it
        });
        // For what came deleted already.
        Patch::default().apply(&mut message, Tie::Known);
        self.last_rank += 1;
        self.clock += 1;
        let place = Place {
            unsent: false,
            major: message.timestamp.as_micros(),
            minor: self.last_rank,
        };
        let delivery = merge::delivery(&message);
        let entry = Entry {
            key,
            message,
            delivery,
            revision: None,
        };
        let met = self.clock;
        self.insert(entry, Slot { place, met });
    }

    /// Changes a stored message in place.
    fn change(&mut self, at: usize, change: impl FnOnce(&mut Message) -> bool) -> bool {
        let entry = &mut self.entries[at];
        let before = is_unread(entry);
        let changed = change(&mut entry.message);
        if changed {
            self.changed.insert(entry.key.0.clone(), ());
        }
        if !self.slots[at].place.unsent {
            entry.delivery = merge::delivery(&entry.message);
        }
        self.unread = self.unread - usize::from(before) + usize::from(is_unread(entry));
        changed
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.at(*self.names.get(name)?)
    }

    pub(super) fn at(&self, place: Place) -> Option<usize> {
        self.slots.binary_search_by_key(&place, |slot| slot.place).ok()
    }

    pub(super) fn insert(&mut self, mut entry: Entry, slot: Slot) {
        entry.revision = self.last_revision(&entry);
        self.changed.insert(entry.key.0.clone(), ());
        for name in names(&entry) {
            self.names.insert(name.into(), slot.place);
        }
        self.unread += usize::from(is_unread(&entry));
        let at = self.slots.partition_point(|other| other.place < slot.place);
        self.slots.insert(at, slot);
        self.entries.insert(at, entry);
    }

    pub(super) fn take(&mut self, at: usize) -> (Entry, Slot) {
        let slot = self.slots.remove(at);
        let entry = self.entries.remove(at);
        self.changed.insert(entry.key.0.clone(), ());
        for name in names(&entry) {
            self.names.remove(name);
        }
        self.unread -= usize::from(is_unread(&entry));
        (entry, slot)
    }
}

/// What an entry is known by; a name may come twice.
fn names(entry: &Entry) -> [&str; 3] {
    let (key, message) = (&*entry.key.0, &entry.message);
    let client = message.client_message_id.as_ref();
    [
        key,
        message.id.as_str(),
        client.map_or(key, ClientMessageId::as_str),
    ]
}

fn is_unread(entry: &Entry) -> bool {
    let message = &entry.message;
    message.sender != Sender::Visitor && message.deleted_at.is_none() && entry.delivery != Delivery::Read
}
