//! Copies of the list in other pages: which entries have changed, and entries with their places as values.

use super::list::{Place, Slot, Timeline};
use super::{Delivery, Entry, EntryKey, merge};
use crate::engine::Change;
use crate::engine::Revision;
use crate::engine::tabs::{reason, reason_code};
use crate::model::Message;
use crate::{SessionId, Value, Wire};
use std::sync::Arc;

/// Stands for the session of messages that were written before there was one: readers take no empty ids.
const NO_SESSION: &str = "-";

impl Timeline {
    /// Keys of entries that were put, changed or taken since this was last asked.
    pub(in crate::engine) fn take_changes(&mut self) -> Vec<EntryKey> {
        let changed = std::mem::take(&mut self.changed);
        changed.keys().cloned().map(EntryKey).collect()
    }

    /// Nobody wants to know what has changed.
    pub(in crate::engine) fn forget_changes(&mut self) {
        self.changed.clear();
    }

    /// Entries that the server has not stored, with their numbers in the outbox.
    pub(in crate::engine) fn unsent(&self) -> Vec<(Entry, u64)> {
        let from = self.stored().len();
        let unsent = self.entries[from..].iter().zip(&self.slots[from..]);
        let numbered =
            unsent.map(|(entry, slot)| (entry.clone(), u64::try_from(slot.place.major).unwrap_or(0)));
        numbered.collect()
    }

    /// An entry with its place, for [`Timeline::put_written`] of another page.
    pub(in crate::engine) fn written(&self, key: &EntryKey) -> Option<Value> {
        let at = self.find_key(key)?;
        let (entry, place) = (&self.entries[at], self.slots[at].place);
        let mut message = entry.message.clone();
        if message.session_id.as_str().is_empty() {
            message.session_id = SessionId::new(NO_SESSION);
        }
        let reason = match entry.delivery {
            Delivery::Failed(reason) => Some(reason),
            _ => None,
        };
        Some(Value::List(vec![
            Value::from(&*entry.key.0),
            message.write(),
            Value::Bool(place.unsent),
            Value::Int(place.major),
            place.minor.write(),
            reason_code(reason),
            entry
                .revision
                .as_ref()
                .map_or(Value::Null, |revision| revision.write()),
        ]))
    }

    /// Puts an entry of another page's list at its place, for the one of the same key; what there is to tell.
    pub(in crate::engine) fn put_written(&mut self, written: &Value) -> Option<Change> {
        let [key, message, unsent, major, minor, failed, revision] = written.as_list()? else {
            return None;
        };
        let key = EntryKey(key.as_str()?.into());
        let mut message = Message::read(message).ok()?;
        if message.session_id.as_str() == NO_SESSION {
            message.session_id = SessionId::new("");
        }
        let place = Place {
            unsent: unsent.as_bool()?,
            major: major.as_int()?,
            minor: u64::read(minor).ok()?,
        };
        let delivery = match reason(Some(failed)) {
            Some(reason) => Delivery::Failed(reason),
            None if place.unsent => Delivery::Sending,
            None => merge::delivery(&message),
        };
        match Revision::read(revision) {
            Ok(revision) => self.mirrored.insert(key.0.clone(), Arc::new(revision)),
            Err(_) => drop(self.mirrored.remove(&key.0)),
        }
        let known = self.find_key(&key);
        let place = self.free_place(place, &key);
        let change = match known.map(|at| self.slots[at].place) {
            None => Change::Added(key.clone()),
            Some(known) if known == place => Change::Updated(key.clone()),
            Some(_) => Change::Timeline,
        };
        if let Some(at) = known {
            self.take(at);
        }
        // The same message may stand here by another name.
        if let Some(at) = self.find(message.id.as_str()) {
            self.take(at);
        }
        self.last_rank = self.last_rank.max(place.minor);
        let met = self.clock;
        let entry = Entry {
            key,
            message,
            delivery,
            revision: None,
        };
        self.insert(entry, Slot { place, met });
        Some(change)
    }

    /// The leader's outbox is this page's from now on: what it holds is known by [`Timeline::revise`].
    pub(in crate::engine) fn end_mirror(&mut self) {
        let mirrored = std::mem::take(&mut self.mirrored);
        for key in mirrored.keys() {
            // Told of with what the database holds.
            drop(self.revise(key, None));
        }
    }

    /// Takes out the entry of exactly this key; whether there was one.
    pub(in crate::engine) fn remove_key(&mut self, key: &EntryKey) -> bool {
        let at = self.find_key(key);
        at.is_some_and(|at| {
            self.take(at);
            true
        })
    }

    fn find_key(&self, key: &EntryKey) -> Option<usize> {
        self.find(&key.0).filter(|at| self.entries[*at].key == *key)
    }

    /// The place, or the next one that no other entry has: pages number theirs alike.
    fn free_place(&self, mut place: Place, key: &EntryKey) -> Place {
        while self.at(place).is_some_and(|at| self.entries[at].key != *key) {
            place.minor += 1;
        }
        place
    }
}
