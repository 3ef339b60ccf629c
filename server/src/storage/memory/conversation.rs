//! One session's messages and log in memory.

use crate::storage::{
    Earlier, LogEntry, LogEvent, LogLimits, MessagePage, MessageQuery, OnceKey, PageFrom, Seq, SessionRecord,
    StoredMessage,
};
use pocketping_core::MessageId;
use pocketping_core::model::CustomEvent;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// A session with its messages and log, both in order of their numbers.
pub(super) struct Conversation {
    pub(super) record: SessionRecord,
    messages: Vec<StoredMessage>,
    by_id: HashMap<MessageId, usize>,
    by_client_id: HashMap<Arc<str>, usize>,
    events: VecDeque<(Seq, LogEvent)>,
    /// The newest dropped log entry.
    pub(super) dropped: Seq,
}

impl Conversation {
    pub(super) fn new(record: SessionRecord) -> Self {
        Conversation {
            record,
            messages: Vec::new(),
            by_id: HashMap::new(),
            by_client_id: HashMap::new(),
            events: VecDeque::new(),
            dropped: Seq::START,
        }
    }

    pub(super) fn message(&self, id: &MessageId) -> Option<&StoredMessage> {
        self.by_id.get(id).map(|&at| &self.messages[at])
    }

    pub(super) fn message_count(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn messages(&self) -> &[StoredMessage] {
        &self.messages
    }

    pub(super) fn earlier(&self, key: &OnceKey) -> Option<Earlier> {
        match key {
            OnceKey::Message(id) => {
                let at = *self.by_client_id.get(id.as_str())?;
                Some(Earlier::Message(self.messages[at].clone()))
            }
            OnceKey::Event(id) => {
                let mut events = self.events.iter().map(|(_, event)| event);
                events
                    .find(|event| event.event_id.as_ref() == Some(id))
                    .cloned()
                    .map(Earlier::Event)
            }
        }
    }

    pub(super) fn append(&mut self, stored: StoredMessage) {
        let at = self.messages.len();
        self.by_id.insert(stored.message.id.clone(), at);
        if let Some(id) = &stored.message.client_message_id {
            self.by_client_id.insert(id.as_str().into(), at);
        }
        self.messages.push(stored);
    }

    pub(super) fn replace(&mut self, stored: &StoredMessage) {
        if let Some(&at) = self.by_id.get(&stored.message.id) {
            self.messages[at] = stored.clone();
        }
    }

    /// Adds a log entry; gives the newest one that had to go for it.
    pub(super) fn log(&mut self, seq: Seq, event: LogEvent, limits: &LogLimits) -> Option<Seq> {
        push_bounded(&mut self.events, seq, event, limits).inspect(|dropped| self.dropped = *dropped)
    }

    /// Messages and log entries after `after`, at most `limit` of each.
    pub(super) fn entries_after(&self, after: Seq, limit: usize) -> impl Iterator<Item = LogEntry> + '_ {
        let start = self.messages.partition_point(|stored| stored.seq <= after);
        let messages = self.messages[start..].iter().take(limit);
        let first = self.events.partition_point(|(seq, _)| *seq <= after);
        let events = self.events.range(first..).take(limit);
        messages
            .map(|stored| LogEntry::Message(stored.clone()))
            .chain(events.map(|(seq, event)| LogEntry::Event {
                seq: *seq,
                session: Some(self.record.id.clone()),
                event: event.clone(),
            }))
    }

    /// The newest custom events, oldest first.
    pub(super) fn custom_events(&self, limit: usize) -> Vec<CustomEvent> {
        let newest = self.events.iter().rev();
        let custom = newest.filter_map(|(_, event)| event.fact.clone().into_custom());
        let mut custom: Vec<_> = custom.take(limit).collect();
        custom.reverse();
        custom
    }

    pub(super) fn page(&self, query: &MessageQuery, head: Seq) -> MessagePage {
        let wanted = |stored: &&StoredMessage| query.notes || !stored.message.private;
        let position = |id: &MessageId| self.by_id.get(id).copied();
        let forward = |start: usize| {
            let page = self.messages[start..].iter().filter(wanted).take(query.limit + 1);
            page.cloned().collect::<Vec<_>>()
        };
        let backward = |end: usize| {
            let page = self.messages[..end]
                .iter()
                .rev()
                .filter(wanted)
                .take(query.limit + 1);
            page.cloned().collect::<Vec<_>>()
        };
        let (mut messages, reversed) = match &query.from {
            PageFrom::Start => (forward(0), false),
            PageFrom::After(seq) => (
                forward(self.messages.partition_point(|stored| stored.seq <= *seq)),
                false,
            ),
            PageFrom::AfterMessage(id) => (forward(position(id).map_or(0, |at| at + 1)), false),
            PageFrom::ChangedAfter(moment) => {
                let changed = self.messages.iter().filter(wanted);
                let changed = changed.filter(|stored| stored.message.last_change() > *moment);
                (changed.take(query.limit + 1).cloned().collect(), false)
            }
            PageFrom::End => (backward(self.messages.len()), true),
            PageFrom::BeforeMessage(id) => (backward(position(id).unwrap_or(self.messages.len())), true),
        };
        let has_more = messages.len() > query.limit;
        messages.truncate(query.limit);
        if reversed {
            messages.reverse();
        }
        MessagePage {
            messages,
            has_more,
            head,
        }
    }
}

/// Appends an entry and drops what is beyond the limits; gives the newest one dropped.
pub(super) fn push_bounded(
    events: &mut VecDeque<(Seq, LogEvent)>,
    seq: Seq,
    event: LogEvent,
    limits: &LogLimits,
) -> Option<Seq> {
    let newest = event.at;
    if events.capacity() == 0 {
        // Most sessions have one entry, and room for four is a quarter of what such a session takes.
        events.reserve_exact(1);
    }
    events.push_back((seq, event));
    let mut dropped = None;
    while let Some((seq, oldest)) = events.front() {
        if events.len() <= limits.per_session && newest.since(oldest.at) <= limits.age {
            break;
        }
        dropped = Some(*seq);
        events.pop_front();
    }
    dropped
}
