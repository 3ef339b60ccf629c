//! [`TabMessage`]: what pages of one browser say to each other.

use crate::engine::outbox::item::Item;
use crate::engine::outbox::journal::Tried;
use crate::value::wire_object;
use crate::{Object, Value, Wire};
use std::sync::Arc;

wire_object! {
    /// One message. All parts may come together; an absent one says nothing. One type for all, as each type costs the
    /// widget its reader, writer and clean-up.
    #[allow(unreachable_pub)]
    #[derive(Default)]
    pub struct TabMessage {
        /// The name of the page that says it.
        pub from: String => "from";
        /// For this page only.
        pub to: Option<String> => "to";
        /// The leader's, if it is the leader who says it.
        pub epoch: Option<u64> => "epoch";
        /// The number of the leader's last entry: those of the others come after it.
        pub seq: Option<u64> => "seq";
        /// The number of the last reset that the page knows; greater ones are later.
        pub reset: u64 => "reset", optional;

        /// A leader has begun: followers say `hello`.
        pub lead: bool => "lead", optional;
        /// The leader is there.
        pub pong: bool => "pong", optional;
        /// The list is told as a whole.
        pub whole: bool => "whole", optional;
        /// Entries that are new or have changed.
        pub entries: Vec<Value> => "entries", optional;
        /// Keys of entries that are gone.
        pub gone: Vec<String> => "gone", optional;
        /// What is not in the list, as [`super::mirror::TabState`] writes it.
        pub state: Value => "state";
        /// Changes that pages want to hear of.
        pub told: Vec<Value> => "told", optional;
        /// Ids of followers' entries that are kept.
        pub have: Vec<String> => "have", optional;

        /// A follower asks for everything.
        pub hello: bool => "hello", optional;
        /// It wants a connection.
        pub connect: bool => "connect", optional;
        /// The page leaves.
        pub bye: bool => "bye", optional;
        /// A follower asks whether the leader is there.
        pub ping: bool => "ping", optional;
        /// It is in view.
        pub in_view: bool => "inView", optional;
        /// It is not any more.
        pub hidden: bool => "hidden", optional;
        /// It wants the page before the oldest message.
        pub older: bool => "older", optional;
        /// Its visitor types, or has stopped.
        pub typing: Option<bool> => "typing";
        /// It has gone to another address: `url`, `title`, `referrer`.
        pub page: Option<Object> => "page";
        /// What its visitor did.
        pub items: Vec<Item> => "items", optional;
        /// Entries that it knows to be delivered, from when it led; of a leader: entries that have come to their end.
        pub done: Vec<String> => "done", optional;
        /// Tries that it has begun then.
        pub tried: Vec<Tried> => "tried", optional;

        /// The window was opened or closed there.
        pub open: Option<bool> => "open";
    }
}

/// Takes out of a list the names that are like this, as a message names them.
pub(super) fn take_ids(ids: &mut Vec<Arc<str>>, fits: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut taken = Vec::new();
    ids.retain(|id| {
        let fits = fits(id);
        if fits {
            taken.push(String::from(&**id));
        }
        !fits
    });
    taken
}

impl TabMessage {
    /// Whether it says nothing. Comparing messages would cost the widget code for each type in them.
    pub(super) fn is_empty(&self) -> bool {
        // Its sender's name is always there.
        matches!(self.write(), Value::Object(parts) if parts.len() <= 1)
    }
}
