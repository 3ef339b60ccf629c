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
    /// Those that nobody ever wrote in.
    empty: BTreeSet<Place>,
    /// The others that are closed.
    closed: BTreeSet<Place>,
}

impl Order {
    pub(super) fn place(record: &SessionRecord) -> Place {
        (record.last_activity.as_micros(), record.id.clone())
    }

    /// A session is new or has changed.
    pub(super) fn put(&mut self, before: Option<&SessionRecord>, now: &SessionRecord) {
        let same = before
            .is_some_and(|before| before.last_activity == now.last_activity && use_of(before) == use_of(now));
        if same {
            return;
        }
        if let Some(before) = before {
            self.remove(before);
        }
        match use_of(now) {
            Use::Empty => self.empty.insert(Order::place(now)),
            Use::Closed => self.closed.insert(Order::place(now)),
            Use::Open => false,
        };
        self.all.insert(Order::place(now));
    }

    pub(super) fn remove(&mut self, record: &SessionRecord) {
        let place = Order::place(record);
        self.all.remove(&place);
        self.empty.remove(&place);
        self.closed.remove(&place);
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

    /// The session that goes for another one: of the closed and the empty ones that which has been silent longest.
    pub(super) fn first_for_a_session(&self, but: &SessionId) -> Option<&SessionId> {
        let other = |place: &&Place| place.1 != *but;
        let empty = self.empty.iter().find(other);
        let closed = self.closed.iter().find(other);
        let first = match (empty, closed) {
            (Some(empty), Some(closed)) => Some(empty.min(closed)),
            (empty, closed) => empty.or(closed),
        };
        first.map(|(_, id)| id)
    }

    /// The session whose messages go for another one: of the closed ones that which has been silent longest.
    pub(super) fn first_for_a_message(&self, but: &SessionId) -> Option<&SessionId> {
        let mut ids = self.closed.iter().map(|(_, id)| id);
        ids.find(|id| *id != but)
    }
}

#[derive(PartialEq, Eq)]
enum Use {
    Empty,
    Closed,
    Open,
}

fn use_of(record: &SessionRecord) -> Use {
    match (&record.last_message, record.state) {
        (None, _) => Use::Empty,
        (_, SessionState::Resolved) => Use::Closed,
        _ => Use::Open,
    }
}
