//! What stands in a conversation: messages, custom events, and what else happened.

use super::Mark;
use pocketping_core::Timestamp;
use pocketping_core::engine::{Delivery, Entry, EntryKey};
use pocketping_core::model::{CustomEvent, Message, MessageStatus};
use pocketping_widget::view::{Group, Item};

/// One thing in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Line {
    /// A message.
    Message(Box<Entry>),
    /// A custom event.
    Event(EventLine),
    /// Something that happened beside the messages.
    Mark(Mark),
}

/// A custom event with its name in the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EventLine {
    key: EntryKey,
    /// The event.
    pub(crate) event: CustomEvent,
}

impl EventLine {
    /// `number` counts the events that this inbox has seen.
    pub(super) fn new(event: CustomEvent, number: u32) -> Self {
        let key = match &event.event_id {
            Some(id) => ["event-", id.as_str()].concat(),
            None => ["event-", &number.to_string()].concat(),
        };
        EventLine {
            key: EntryKey(key.into()),
            event,
        }
    }

    /// Whether it is this event's.
    pub(super) fn is_of(&self, event: &CustomEvent) -> bool {
        let known = &self.event;
        known.event_id == event.event_id
            && known.timestamp == event.timestamp
            && known.name == event.name
            && known.data == event.data
    }
}

impl Line {
    /// A message as the server has it.
    pub(super) fn stored(message: Message) -> Self {
        let delivery = match message.status {
            Some(MessageStatus::Read) => Delivery::Read,
            Some(MessageStatus::Delivered) => Delivery::Delivered,
            _ => Delivery::Sent,
        };
        Line::Message(Box::new(Entry {
            key: key_of(&message),
            message,
            delivery,
            revision: None,
        }))
    }

    /// The message, if this is one.
    pub(crate) fn message(&self) -> Option<&Entry> {
        match self {
            Line::Message(entry) => Some(entry),
            Line::Event(_) | Line::Mark(_) => None,
        }
    }

    /// The custom event, if this is one.
    pub(super) fn event(&self) -> Option<&EventLine> {
        match self {
            Line::Event(line) => Some(line),
            Line::Message(_) | Line::Mark(_) => None,
        }
    }

    /// Where it belongs: what the server has not got stands at the end.
    pub(super) fn order(&self) -> (bool, Timestamp) {
        let waiting = self
            .message()
            .is_some_and(|entry| matches!(entry.delivery, Delivery::Sending | Delivery::Failed(_)));
        (waiting, self.at())
    }
}

/// The sender's own id where there is one, so that a bubble stays the same when the server has stored it.
fn key_of(message: &Message) -> EntryKey {
    let own = message.client_message_id.as_ref().map(|id| id.as_str());
    EntryKey(own.unwrap_or(message.id.as_str()).into())
}

impl Item for Line {
    fn key(&self) -> &EntryKey {
        match self {
            Line::Message(entry) => &entry.key,
            Line::Event(line) => &line.key,
            Line::Mark(mark) => &mark.key,
        }
    }
    fn at(&self) -> Timestamp {
        match self {
            Line::Message(entry) => entry.message.timestamp,
            Line::Event(line) => line.event.timestamp,
            Line::Mark(mark) => mark.at,
        }
    }
    fn element_id(&self) -> String {
        match self {
            Line::Message(entry) => entry.element_id(),
            Line::Event(_) | Line::Mark(_) => String::new(),
        }
    }
    fn group(&self) -> Group {
        match self {
            // A note stands for itself: its look is another one than its neighbours'.
            Line::Message(entry) if entry.message.private => Group::Alone,
            Line::Message(entry) => entry.group(),
            Line::Event(_) | Line::Mark(_) => Group::Alone,
        }
    }
}
