//! Whose the entries of the database are.
//!
//! Sites forget a visitor by emptying localStorage, which leaves the database. What was written there and not sent is
//! not for the next visitor, so stored entries name theirs. Where localStorage takes nothing, the next page would be
//! somebody else after each reload, and what waits is its all the same: there entries name nobody.

use super::{Storage, Written};
use crate::engine::outbox::{Kept, Queued};
use crate::engine::{Conversation, Store, StoreWrite};
use crate::{Value, Wire};

/// The visitor in the stored form of an entry.
const VISITOR: &str = "visitor";

impl Storage {
    /// Whether this turn writes the entry.
    pub(super) fn puts(&self, id: &str) -> bool {
        let mut turn = self.turn.iter();
        turn.any(|written| matches!(written, Written::Put(known) if **known == *id))
    }
}

impl Conversation {
    /// Whether a stored entry is another visitor's than the one who is here.
    pub(super) fn is_of_another(&self, stored: &Value) -> bool {
        let owner = stored.get(VISITOR).and_then(Value::as_str);
        let visitor = self.session.visitor_id.as_ref().map(|id| id.as_str());
        owner.is_some() && owner != visitor
    }

    /// Names the visitor in the entries that this turn writes.
    pub(super) fn name_owner(&mut self) {
        let Some(visitor) = &self.session.visitor_id else {
            return;
        };
        if self.storage.forgets_visitor || self.storage.names_visitor {
            return;
        }
        for write in &mut self.out.writes {
            if let StoreWrite::Put {
                store: Store::Outbox,
                value: Value::Object(item),
                ..
            } = write
            {
                item.push(VISITOR, visitor.write());
            }
        }
    }

    /// The visitor gets a name with this turn. Whether localStorage has room for it is known after the turn: an entry
    /// that named somebody of whom nothing was written down would be nobody's.
    pub(in crate::engine) fn visitor_named(&mut self) {
        self.storage.names_visitor = true;
        self.outbox.name_visitor(self.session.visitor_id.as_ref());
    }

    /// The turn that has named the visitor is over, and was not refused.
    pub(in crate::engine) fn visitor_kept(&mut self) {
        if std::mem::take(&mut self.storage.names_visitor) {
            self.owner_changed();
        }
    }

    /// The visitor has got a name, or there is nowhere to keep it: what was written before is written anew.
    fn owner_changed(&mut self) {
        let storage = &self.storage;
        if storage.off || !self.tabs.may_write() {
            return;
        }
        let is_stored = |queued: &Queued| queued.kept != Kept::InMemory && !storage.puts(&queued.item.id);
        let items = self.outbox.items_of(&is_stored);
        for item in items {
            let kept = self.write_item(&item);
            self.outbox.written(&item.id, kept);
        }
    }

    /// localStorage takes nothing.
    pub(super) fn visitor_not_kept(&mut self) {
        self.storage.names_visitor = false;
        if !std::mem::replace(&mut self.storage.forgets_visitor, true) {
            self.owner_changed();
        }
    }
}
