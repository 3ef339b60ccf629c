//! Whom sessions name.

use super::order::Order;
use super::state::State;
use crate::storage::{PeoplePage, PeopleQuery, PersonRecord};
use pocketping_core::{Object, PersonId, SessionId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The people of a store.
#[derive(Default)]
pub(super) struct People {
    by_id: HashMap<PersonId, Known>,
    /// In the order in which they became known.
    order: BTreeMap<u64, PersonId>,
    last: u64,
}

/// What is known of one.
pub(super) struct Known {
    number: u64,
    first_seen: Timestamp,
    attributes: Object,
    pub(super) sessions: BTreeSet<SessionId>,
}

impl People {
    pub(super) fn get(&self, id: &PersonId) -> Option<&Known> {
        self.by_id.get(id)
    }

    fn get_mut(&mut self, id: &PersonId) -> Option<&mut Known> {
        self.by_id.get_mut(id)
    }

    /// Those from before a number, the latest known first.
    fn before(&self, number: u64) -> impl Iterator<Item = (u64, &PersonId)> {
        self.order.range(..number).rev().map(|(number, id)| (*number, id))
    }

    /// A session names a person.
    pub(super) fn name(&mut self, id: &PersonId, session: &SessionId, began: Timestamp) {
        let known = self.by_id.entry(id.clone()).or_insert_with(|| {
            self.last += 1;
            self.order.insert(self.last, id.clone());
            Known {
                number: self.last,
                first_seen: began,
                attributes: Object::new(),
                sessions: BTreeSet::new(),
            }
        });
        known.first_seen = known.first_seen.min(began);
        known.sessions.insert(session.clone());
    }

    /// A session names a person no more; the last one takes what is known of them along.
    pub(super) fn unname(&mut self, id: &PersonId, session: &SessionId) {
        let Some(known) = self.by_id.get_mut(id) else {
            return;
        };
        known.sessions.remove(session);
        if known.sessions.is_empty() {
            let number = known.number;
            self.by_id.remove(id);
            self.order.remove(&number);
        }
    }
}

impl State {
    pub(super) fn people(&self, query: &PeopleQuery) -> PeoplePage {
        let before = query
            .before
            .as_deref()
            .and_then(|text| text.parse().ok())
            .unwrap_or(u64::MAX);
        let mut found: Vec<_> = self.people.before(before).take(query.limit + 1).collect();
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        PeoplePage {
            next: found
                .last()
                .filter(|_| more)
                .map(|(number, _)| number.to_string()),
            people: found.iter().filter_map(|(_, id)| self.person(id)).collect(),
        }
    }

    pub(super) fn person(&self, id: &PersonId) -> Option<PersonRecord> {
        let known = self.people.get(id)?;
        let sessions = known.sessions.iter().filter_map(|id| self.sessions.get(id));
        let newest = sessions
            .map(|found| &found.record)
            .max_by_key(|record| Order::place(record))?;
        Some(PersonRecord {
            id: id.clone(),
            first_seen: known.first_seen,
            sessions: known.sessions.len() as u64,
            newest: newest.clone(),
            attributes: known.attributes.clone(),
        })
    }

    pub(super) fn set_person_attributes(&mut self, id: &PersonId, attributes: Object) -> bool {
        let known = self.people.get_mut(id);
        known.map(|known| known.attributes = attributes).is_some()
    }
}
