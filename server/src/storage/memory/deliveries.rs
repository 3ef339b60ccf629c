//! The queue of deliveries in memory.

use crate::storage::{
    Claimed, DeadLetter, DeadPage, Delivery, DeliveryCounts, HOLDING_ATTEMPTS, Letters, NewDelivery,
    Settlement,
};
use pocketping_core::{DeliveryId, SessionId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A delivery's place in the order in which all were queued.
type Key = u64;

#[derive(Default)]
pub(super) struct Deliveries {
    last: Key,
    rows: BTreeMap<Key, Row>,
    by_id: HashMap<DeliveryId, Key>,
    of_session: HashMap<SessionId, Line>,
    /// When the next attempt of each is due, or its lease ends; those that wait for an earlier one are not in it.
    due: BTreeSet<(Timestamp, Key)>,
    dead: BTreeSet<(Timestamp, Key)>,
}

/// What is not dead of a session.
#[derive(Default)]
struct Line {
    /// Those that have their turn.
    scheduled: BTreeSet<Key>,
    /// Those that wait for them.
    held: BTreeSet<Key>,
}

struct Row {
    delivery: Delivery,
    due: Option<Timestamp>,
    /// Since when it is dead, and why.
    died: Option<(Timestamp, String)>,
}

impl Deliveries {
    /// Queues a delivery. When there are `most` already, one goes for it: the oldest dead one, else the oldest.
    pub(super) fn push(&mut self, session_id: &SessionId, new: NewDelivery, most: usize) {
        while self.rows.len() >= most.max(1) {
            let oldest = self.dead.first().map(|(_, key)| *key);
            let Some(key) = oldest.or_else(|| self.rows.first_key_value().map(|(key, _)| *key)) else {
                break;
            };
            tracing::warn!(
                most,
                "the memory has no room for more deliveries: the oldest one is dropped"
            );
            if let Some(session) = self.remove(key) {
                self.go_on(&session);
            }
        }
        self.last += 1;
        let key = self.last;
        let delivery = Delivery {
            id: new.id,
            session_id: session_id.clone(),
            kind: new.kind,
            body: new.body,
            queued_at: new.queued_at,
            attempts: 0,
        };
        self.by_id.insert(delivery.id.clone(), key);
        let row = Row {
            delivery,
            due: None,
            died: None,
        };
        self.rows.insert(key, row);
        self.hold(session_id, key);
        self.go_on(session_id);
    }

    pub(super) fn claim(&mut self, now: Timestamp, until: Timestamp, limit: usize) -> Claimed {
        let due = self.due.iter().take_while(|(due, _)| *due <= now).take(limit);
        let keys: Vec<Key> = due.map(|(_, key)| *key).collect();
        let mut deliveries = Vec::with_capacity(keys.len());
        for key in keys {
            self.set_due(key, Some(until));
            if let Some(row) = self.rows.get_mut(&key) {
                row.delivery.attempts += 1;
                deliveries.push(row.delivery.clone());
            }
        }
        Claimed {
            deliveries,
            next: self.due.first().map(|(due, _)| *due),
        }
    }

    pub(super) fn settle(&mut self, delivery: &Delivery, settlement: Settlement) {
        let Some(&key) = self.by_id.get(&delivery.id) else {
            return;
        };
        let claimed = self
            .rows
            .get(&key)
            .map(|row| (row.delivery.attempts, row.died.is_some()));
        if claimed != Some((delivery.attempts, false)) {
            return;
        }
        match settlement {
            Settlement::Delivered => {
                self.remove(key);
            }
            Settlement::Again { at } => self.set_due(key, Some(at)),
            Settlement::Dead { at, problem } => {
                self.set_due(key, None);
                if let Some(row) = self.rows.get_mut(&key) {
                    row.died = Some((at, problem));
                }
                self.dead.insert((at, key));
                self.leave_session(&delivery.session_id, key);
            }
        }
        self.go_on(&delivery.session_id);
    }

    pub(super) fn counts(&self) -> DeliveryCounts {
        DeliveryCounts {
            waiting: (self.rows.len() - self.dead.len()) as u64,
            dead: self.dead.len() as u64,
            next: self.due.first().map(|(due, _)| *due),
        }
    }

    pub(super) fn dead(&self, before: Option<&str>, limit: usize) -> DeadPage {
        let place = before.and_then(|text| {
            let (micros, key) = text.split_once('.')?;
            Some((Timestamp::from_micros(micros.parse().ok()?), key.parse().ok()?))
        });
        let places = self.dead.iter().rev();
        let mut places = places
            .filter(|found| place.is_none_or(|place| **found < place))
            .peekable();
        let mut page = DeadPage::default();
        while page.letters.len() < limit
            && let Some((died_at, key)) = places.next()
        {
            let Some(Row {
                delivery,
                died: Some((_, problem)),
                ..
            }) = self.rows.get(key)
            else {
                continue;
            };
            page.letters.push(DeadLetter {
                delivery: delivery.clone(),
                died_at: *died_at,
                problem: problem.clone(),
            });
            page.next = places.peek().map(|_| format!("{}.{key}", died_at.as_micros()));
        }
        page
    }

    pub(super) fn revive(&mut self, letters: &Letters, now: Timestamp) -> u64 {
        let places = self.chosen(letters);
        for (died_at, key) in &places {
            self.dead.remove(&(*died_at, *key));
            let Some(row) = self.rows.get_mut(key) else {
                continue;
            };
            row.died = None;
            row.delivery.attempts = 0;
            row.delivery.queued_at = now;
            let session = row.delivery.session_id.clone();
            self.hold(&session, *key);
            self.go_on(&session);
        }
        places.len() as u64
    }

    pub(super) fn forget(&mut self, letters: &Letters) -> u64 {
        let places = self.chosen(letters);
        for (_, key) in &places {
            self.remove(*key);
        }
        places.len() as u64
    }

    pub(super) fn drop_session(&mut self, session: &SessionId) {
        let line = self.of_session.remove(session).unwrap_or_default();
        let dead = self.dead.iter().map(|(_, key)| *key);
        let dead = dead.filter(|key| {
            self.rows
                .get(key)
                .is_some_and(|row| row.delivery.session_id == *session)
        });
        let keys: Vec<Key> = line.scheduled.into_iter().chain(line.held).chain(dead).collect();
        for key in keys {
            self.remove(key);
        }
    }

    /// Dead ones in the order in which they were queued.
    fn chosen(&self, letters: &Letters) -> Vec<(Timestamp, Key)> {
        let is_chosen = |place: &(Timestamp, Key)| match letters {
            Letters::One(id) => self.by_id.get(id) == Some(&place.1),
            Letters::All => true,
            Letters::Before(moment) => place.0 < *moment,
        };
        let mut places: Vec<_> = self.dead.iter().copied().filter(is_chosen).collect();
        places.sort_unstable_by_key(|(_, key)| *key);
        places
    }

    fn hold(&mut self, session: &SessionId, key: Key) {
        let line = self.of_session.entry(session.clone()).or_default();
        line.held.insert(key);
    }

    /// Lets the first delivery of a session that waits for others have its turn, when nothing holds it up any more.
    fn go_on(&mut self, session: &SessionId) {
        let Some(line) = self.of_session.get_mut(session) else {
            return;
        };
        let attempts = |key: &Key| self.rows.get(key).map_or(0, |row| row.delivery.attempts);
        if line.scheduled.iter().any(|key| attempts(key) < HOLDING_ATTEMPTS) {
            return;
        }
        let Some(key) = line.held.pop_first() else { return };
        line.scheduled.insert(key);
        let at = self.rows.get(&key).map(|row| row.delivery.queued_at);
        self.set_due(key, at);
    }

    fn set_due(&mut self, key: Key, due: Option<Timestamp>) {
        let Some(row) = self.rows.get_mut(&key) else {
            return;
        };
        if let Some(before) = std::mem::replace(&mut row.due, due) {
            self.due.remove(&(before, key));
        }
        self.due.extend(due.map(|due| (due, key)));
    }

    /// Removes a delivery, whatever its state; gives its session.
    fn remove(&mut self, key: Key) -> Option<SessionId> {
        self.set_due(key, None);
        let row = self.rows.remove(&key)?;
        self.by_id.remove(&row.delivery.id);
        if let Some((died_at, _)) = row.died {
            self.dead.remove(&(died_at, key));
        }
        self.leave_session(&row.delivery.session_id, key);
        Some(row.delivery.session_id)
    }

    fn leave_session(&mut self, session: &SessionId, key: Key) {
        if let Some(line) = self.of_session.get_mut(session) {
            line.scheduled.remove(&key);
            line.held.remove(&key);
            if line.scheduled.is_empty() && line.held.is_empty() {
                self.of_session.remove(session);
            }
        }
    }
}
