//! The sessions in the order of their activity, and which of them may go when there is no room.

use crate::storage::SessionRecord;
use pocketping_core::SessionId;
use pocketping_core::model::SessionState;
use std::collections::BTreeSet;

/// When something last happened, in microseconds, and to which session.
pub(super) type Place = (i64, SessionId);

#[derive(Default)]
pub(super) struct Order {
    all: BTreeSet<Place>,
    /// Those that are closed, or that nobody ever wrote in.
    dispensable: BTreeSet<Place>,
}

impl Order {
    pub(super) fn place(record: &SessionRecord) -> Place {
        (record.last_activity.as_micros(), record.id.clone())
    }

    /// A session is new or has changed.
    pub(super) fn put(&mut self, before: Option<&SessionRecord>, now: &SessionRecord) {
        let same = before.is_some_and(|before| {
            before.last_activity == now.last_activity && is_dispensable(before) == is_dispensable(now)
        });
        if same {
            return;
        }
        if let Some(before) = before {
            self.remove(before);
        }
        if is_dispensable(now) {
            self.dispensable.insert(Order::place(now));
        }
        self.all.insert(Order::place(now));
    }

    pub(super) fn remove(&mut self, record: &SessionRecord) {
        let place = Order::place(record);
        self.all.remove(&place);
        self.dispensable.remove(&place);
    }

    /// Sessions from before this place, newest activity first.
    pub(super) fn before(&self, place: Option<&Place>) -> impl Iterator<Item = &Place> {
        let range = match place {
            Some(place) => self.all.range(..place.clone()),
            None => self.all.range::<Place, _>(..),
        };
        range.rev()
    }

    /// Sessions from after this place, oldest activity first.
    pub(super) fn after(&self, place: Option<&Place>) -> impl Iterator<Item = &Place> {
        let beyond = move |found: &&Place| Some(*found) != place;
        let range = match place {
            Some(place) => self.all.range(place.clone()..),
            None => self.all.range::<Place, _>(..),
        };
        range.filter(beyond)
    }

    /// The one that can go: of the closed and the empty ones that which has been silent longest.
    pub(super) fn first_to_go(&self, but: &SessionId) -> Option<&SessionId> {
        let mut ids = self.dispensable.iter().map(|(_, id)| id);
        ids.find(|id| *id != but)
    }
}

fn is_dispensable(record: &SessionRecord) -> bool {
    record.state == SessionState::Resolved || record.last_message.is_none()
}
