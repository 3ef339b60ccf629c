//! The journal: what must be known synchronously, in localStorage.
//!
//! The database answers late, and a page can go away at any time. So three short lists are written at once,
//! before the network is used: entries whose database write is not confirmed; entries that a server without
//! idempotent sends may have stored already; entries that are done, but whose removal from the database is
//! not confirmed. With them stands the last entry's number: the next page sends after what the database holds,
//! also before that has answered, and whatever the clock says. And the number up to which a reset has dropped all
//! entries, until the database has confirmed that: what was somebody else's must not come back.

use super::item::Item;
use crate::value::{Fields, ReadError, wire_object};
use crate::{MessageId, Object, Timestamp, Value, Wire};

const FORMAT: i64 = 1;

wire_object! {
    /// A try whose outcome is not known, to send a message to a server without idempotent sends.
    #[allow(unreachable_pub)]
    pub struct Tried {
        pub id: String => "id";
        /// The newest message that was known then, and its time by the server's clock.
        pub base: Option<MessageId> => "base";
        pub base_at: Option<Timestamp> => "baseAt";
    }
}

/// What the journal holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::engine) struct Journal {
    /// The number of the last entry, while there are any.
    pub(in crate::engine) seq: u64,
    /// Whether its page led: then entries of the database come between these.
    pub(in crate::engine) led: bool,
    /// Whether its page had heard of a leader, or had led: then its numbers are behind all that there was.
    pub(in crate::engine) synced: bool,
    /// The number up to which entries were dropped.
    pub(in crate::engine) void: u64,
    /// The number of the reset that has dropped them, or of the last one that its page knows.
    pub(in crate::engine) reset: u64,
    pub(in crate::engine) items: Vec<Item>,
    pub(in crate::engine) tried: Vec<Tried>,
    /// Ids of entries that are done.
    pub(in crate::engine) done: Vec<String>,
    /// Entries that could not be read.
    pub(in crate::engine) unreadable: Vec<Value>,
}

impl Journal {
    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.seq == 0
            && self.void == 0
            && self.items.is_empty()
            && self.tried.is_empty()
            && self.done.is_empty()
    }

    /// Reads what can be read; the rest is kept apart.
    pub(in crate::engine) fn read(value: &Value) -> Self {
        fn list<T: Wire>(value: &Value, key: &str, unreadable: &mut Vec<Value>) -> Vec<T> {
            let mut read = Vec::new();
            for item in value.get(key).and_then(Value::as_list).unwrap_or_default() {
                match T::read(item) {
                    Ok(item) => read.push(item),
                    Err(_) => unreadable.push(item.clone()),
                }
            }
            read
        }
        if *value == Value::Null {
            // It was removed.
            return Journal::default();
        }
        let version = Fields::of(value).and_then(|fields| fields.get::<i64>("v"));
        if !matches!(version, Ok(1..=FORMAT)) {
            return Journal {
                unreadable: vec![value.clone()],
                ..Journal::default()
            };
        }
        let mut unreadable = Vec::new();
        // Journals of before had no numbers.
        let number = |key| {
            value
                .get(key)
                .and_then(Value::as_int)
                .and_then(|seq| u64::try_from(seq).ok())
        };
        let led = value.get("led").and_then(Value::as_bool).unwrap_or(true);
        Journal {
            synced: value.get("synced").and_then(Value::as_bool).unwrap_or(led),
            seq: number("seq").unwrap_or(0),
            void: number("void").unwrap_or(0),
            led,
            reset: number("reset").unwrap_or(0),
            items: list(value, "items", &mut unreadable),
            tried: list(value, "tried", &mut unreadable),
            done: list(value, "done", &mut unreadable),
            unreadable,
        }
    }
}

impl Wire for Journal {
    fn read(value: &Value) -> Result<Self, ReadError> {
        Ok(Journal::read(value))
    }

    fn write(&self) -> Value {
        let mut object = Object::new();
        object.push("v", Value::Int(FORMAT));
        object.push("seq", self.seq.write());
        object.push("void", self.void.write());
        object.push("reset", self.reset.write());
        object.push("led", Value::Bool(self.led));
        object.push("synced", Value::Bool(self.synced));
        object.push("items", self.items.write());
        object.push("tried", self.tried.write());
        object.push("done", self.done.write());
        Value::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_journal_is_read_as_far_as_it_goes() {
        assert_eq!(Journal::read(&Value::from("x")).unreadable.len(), 1);
        let object = Object::new()
            .with("v", 1)
            .with("done", vec![Value::from("a"), Value::Int(3)])
            .with("items", vec![Value::from("junk")]);
        let journal = Journal::read(&object.into());
        assert_eq!(journal.done, ["a"]);
        assert_eq!(journal.unreadable.len(), 2);
    }
}
