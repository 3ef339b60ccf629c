//! The keyed list behind the bubbles: one item changes, one row's signal changes.

use super::grouping::{Group, Place, Spot, place};
use leptos::prelude::*;
use pocketping_core::Timestamp;
use pocketping_core::engine::{Delivery, Entry, EntryKey};

/// Something that stands in a [`Timeline`].
pub trait Item: Clone + PartialEq + Send + Sync + 'static {
    /// Its name, unchanged for as long as it is shown.
    fn key(&self) -> &EntryKey;
    /// When it happened, for days and groups; the order is the owner's.
    fn at(&self) -> Timestamp;
    /// What it stands together with.
    fn group(&self) -> Group;
}

impl Item for Entry {
    fn key(&self) -> &EntryKey {
        &self.key
    }
    fn at(&self) -> Timestamp {
        self.message.timestamp
    }
    fn group(&self) -> Group {
        match self.delivery {
            Delivery::Failed(_) => Group::EndOf(self.message.sender),
            _ => Group::Of(self.message.sender),
        }
    }
}

/// One item with its place.
#[derive(Clone)]
pub struct Row<T: Item> {
    /// The item's name.
    pub key: EntryKey,
    /// The item.
    pub item: ArcRwSignal<T>,
    /// Where it stands among its neighbours.
    pub place: ArcRwSignal<Place>,
    /// Counts up with every row that is appended; 0 for rows of a whole list that was read.
    pub serial: u32,
    spot: Spot,
}

/// An ordered, keyed list of items.
pub struct Timeline<T: Item> {
    rows: RwSignal<Vec<Row<T>>>,
    serial: StoredValue<u32>,
    day_of: fn(Timestamp) -> i64,
}

impl<T: Item> Clone for Timeline<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Item> Copy for Timeline<T> {}

impl<T: Item> Timeline<T> {
    /// An empty list; `day_of` gives the number of a moment's local day.
    pub fn new(day_of: fn(Timestamp) -> i64) -> Self {
        Timeline {
            rows: RwSignal::new(Vec::new()),
            serial: StoredValue::new(0),
            day_of,
        }
    }

    /// The rows in order; tracks rows coming and going, not their items.
    pub fn rows(&self) -> RwSignal<Vec<Row<T>>> {
        self.rows
    }

    /// How many rows have been appended so far.
    pub fn serial(&self) -> u32 {
        self.serial.get_value()
    }

    /// Makes the list these items. Rows that were there keep their signals, so that nothing unchanged is
    /// drawn anew.
    pub fn replace(&self, items: Vec<T>) {
        let mut old = self.rows.with_untracked(Clone::clone);
        let mut next = Vec::with_capacity(items.len());
        let mut from = 0;
        for item in items {
            // Usually the same order, so the next old row is the one; else search.
            let found = match old.get(from) {
                Some(row) if row.key == *item.key() => Some(from),
                _ => old.iter().position(|row| row.key == *item.key()),
            };
            next.push(match found {
                Some(at) => {
                    from = at + 1;
                    let mut row = old[at].clone();
                    row.spot = self.spot(&item);
                    set_if_new(&row.item, item);
                    row
                }
                None => self.row(item, 0),
            });
        }
        old.clear();
        (0..next.len()).for_each(|at| replace_place(&next, at));
        self.rows.set(next);
    }

    /// Changes the item with this key, or appends it. `false` when it is new and older than the last one:
    /// then nothing has changed and the owner has to say where it belongs ([`Timeline::replace`]).
    pub fn put(&self, item: T) -> bool {
        if let Some(at) = self.position(item.key()) {
            let spot = self.spot(&item);
            self.rows.with_untracked(|rows| set_if_new(&rows[at].item, item));
            // The rows themselves stay: nobody who tracks the list needs to know.
            self.rows.update_untracked(|rows| rows[at].spot = spot);
            self.rows.with_untracked(|rows| replace_places_around(rows, at));
            return true;
        }
        let newest = self
            .rows
            .with_untracked(|rows| rows.last().map(|row| row.spot.at));
        if newest.is_some_and(|newest| newest > item.at()) {
            return false;
        }
        self.serial.update_value(|serial| *serial += 1);
        let row = self.row(item, self.serial());
        self.rows.update(|rows| {
            rows.push(row);
            replace_places_around(rows, rows.len() - 1);
        });
        true
    }

    /// Takes an item away; one that is not there is fine.
    pub fn remove(&self, key: &EntryKey) {
        let Some(at) = self.position(key) else { return };
        self.rows.update(|rows| {
            rows.remove(at);
            replace_places_around(rows, at);
        });
    }

    /// Searches from the end, where things happen.
    fn position(&self, key: &EntryKey) -> Option<usize> {
        self.rows
            .with_untracked(|rows| rows.iter().rposition(|row| row.key == *key))
    }

    fn row(&self, item: T, serial: u32) -> Row<T> {
        Row {
            key: item.key().clone(),
            spot: self.spot(&item),
            item: ArcRwSignal::new(item),
            place: ArcRwSignal::new(Place::default()),
            serial,
        }
    }

    fn spot(&self, item: &T) -> Spot {
        Spot {
            at: item.at(),
            day: (self.day_of)(item.at()),
            group: item.group(),
        }
    }
}

fn set_if_new<V: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<V>, value: V) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

fn replace_places_around<T: Item>(rows: &[Row<T>], at: usize) {
    (at.saturating_sub(1)..(at + 2).min(rows.len())).for_each(|at| replace_place(rows, at));
}

fn replace_place<T: Item>(rows: &[Row<T>], at: usize) {
    let spot = |at: Option<usize>| at.and_then(|at| rows.get(at)).map(|row| row.spot);
    let new = place(spot(at.checked_sub(1)), rows[at].spot, spot(Some(at + 1)));
    set_if_new(&rows[at].place, new);
}

#[cfg(test)]
mod tests;
