//! [`History`]: the newest stored messages, kept to be shown at once on the next page.

use super::sorted::SortedMap;
use super::{Conversation, Store, StoreWrite};
use crate::model::Message;
use crate::value::Fields;
use crate::{MessageId, Object, Value, Wire};

/// How many messages are kept.
const KEPT: usize = 200;
/// How many more may gather before the oldest are removed.
const SLACK: usize = 50;
const FORMAT: i64 = 1;

/// What the history store holds, and what of it has changed.
#[derive(Default)]
pub(super) struct History {
    off: bool,
    held: SortedMap<MessageId, ()>,
    touched: SortedMap<MessageId, ()>,
}

impl History {
    /// A message has changed.
    pub(super) fn touch(&mut self, id: &MessageId) {
        self.touched.insert(id.clone(), ());
    }

    /// Any message may have gone.
    pub(super) fn touch_all(&mut self) {
        for id in self.held.keys() {
            self.touched.insert(id.clone(), ());
        }
    }

    /// Nothing is held any more.
    pub(super) fn clear(&mut self) {
        self.held.clear();
        self.touched.clear();
    }

    /// There is no room for a history.
    pub(super) fn give_up(&mut self) {
        self.clear();
        self.off = true;
    }
}

impl Conversation {
    /// Shows what was kept of this session; gives the number of unreadable entries.
    pub(super) fn restore_history(&mut self, values: &[Value], keys: &[String]) -> usize {
        let mut unreadable = 0;
        for (at, value) in values.iter().enumerate() {
            match read(value) {
                Some(message) if Some(&message.session_id) == self.session.id.as_ref() => {
                    self.history.held.insert(message.id.clone(), ());
                    let id = message.client_message_id.as_ref();
                    let ends = id.is_some_and(|id| self.outbox.get(id.as_str()).is_some());
                    // A list of the last leader's is newer, but for what this page has slept through.
                    if ends || !self.tabs.is_mirrored() {
                        self.timeline.absorb(message, 0);
                    }
                }
                // Of a session that is over.
                Some(message) => self.out.writes.push(delete(&message.id)),
                None => {
                    unreadable += 1;
                    if let Some(key) = keys.get(at) {
                        self.set_aside(Some(Store::History), key.clone(), value.clone());
                    }
                }
            }
        }
        let newest = self.timeline.stored().iter().rev().take(KEPT);
        for entry in newest.filter(|_| self.tabs.is_mirrored()) {
            self.history.touched.insert(entry.message.id.clone(), ());
        }
        unreadable
    }

    /// Writes what has changed.
    pub(super) fn write_history(&mut self) {
        let touched = std::mem::take(&mut self.history.touched);
        if !self.tabs.may_write() {
            // A new leader looks at the whole list.
            return;
        }
        if self.history.off || touched.len() == 0 {
            return;
        }
        let stored = self.timeline.stored();
        let newest = &stored[stored.len().saturating_sub(KEPT)..];
        let oldest = newest.first().map(|entry| entry.message.timestamp);
        for id in touched.keys() {
            let entry = self.timeline.get(id.as_str());
            match entry.map(|entry| &entry.message) {
                Some(message) if Some(message.timestamp) >= oldest => {
                    self.out.writes.push(StoreWrite::Put {
                        store: Store::History,
                        key: id.as_str().to_owned(),
                        value: write(message),
                    });
                    self.history.held.insert(id.clone(), ());
                }
                Some(_) => {}
                None => {
                    if self.history.held.remove(id.as_str()) {
                        self.out.writes.push(delete(id));
                    }
                }
            }
        }
        if self.history.held.len() > KEPT + SLACK {
            let mut kept = SortedMap::default();
            for entry in newest {
                kept.insert(entry.message.id.clone(), ());
            }
            let old: Vec<MessageId> = self
                .history
                .held
                .keys()
                .filter(|id| kept.get(id.as_str()).is_none())
                .cloned()
                .collect();
            for id in old {
                self.history.held.remove(id.as_str());
                self.out.writes.push(delete(&id));
            }
        }
    }
}

fn delete(id: &MessageId) -> StoreWrite {
    StoreWrite::Delete {
        store: Store::History,
        key: id.as_str().to_owned(),
    }
}

fn write(message: &Message) -> Value {
    Object::new()
        .with("v", FORMAT)
        .with("message", message.write())
        .into()
}

fn read(value: &Value) -> Option<Message> {
    let fields = Fields::of(value).ok()?;
    if !matches!(fields.get("v"), Ok(1..=FORMAT)) {
        return None;
    }
    fields.get("message").ok()
}
