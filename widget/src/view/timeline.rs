//! The keyed list behind the bubbles: one item changes, one row's signal changes.

use super::grouping::{Group, Place, Spot, place};
use crate::dom::Live;
use leptos::prelude::{Notify, Track};
use leptos::reactive::signal::ArcTrigger;
use pocketping_core::Timestamp;
use pocketping_core::engine::{Delivery, Entry, EntryKey};
use std::cell::RefCell;
use std::rc::Rc;

/// Something that stands in a [`Timeline`].
pub trait Item: Clone + PartialEq + 'static {
    /// Its name, unchanged for as long as it is shown.
    fn key(&self) -> &EntryKey;
    /// When it happened, for days and groups; the order is the owner's.
    fn at(&self) -> Timestamp;
    /// What it stands together with.
    fn group(&self) -> Group;
    /// Whether this is its key, or another name of it.
    fn is_named(&self, name: &str) -> bool {
        *self.key().0 == *name
    }
    /// The `id` of the element that shows it.
    fn element_id(&self) -> String;
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
    fn is_named(&self, name: &str) -> bool {
        *self.key.0 == *name || self.message.id.as_str() == name
    }
    fn element_id(&self) -> String {
        ["pp-msg-", self.message.id.as_str()].concat()
    }
}

/// One item with its place: a signal of both. Cheap to clone, all clones are the same row.
pub struct Row<T> {
    /// Counts up with every row that comes in; 0 for rows of a whole list that was read.
    pub serial: u32,
    cell: Rc<Cell<T>>,
}

struct Cell<T> {
    trigger: ArcTrigger,
    state: RefCell<State<T>>,
}

struct State<T> {
    /// Shared, so that it can be read without a borrow: drawing it calls into the page (a removed element that
    /// had the focus), and the page may call us.
    item: Rc<T>,
    spot: Spot,
    place: Place,
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Row {
            serial: self.serial,
            cell: self.cell.clone(),
        }
    }
}

impl<T: Item> Row<T> {
    /// Reads item and place; the running effect follows them.
    pub fn with<R>(&self, read: impl FnOnce(&T, Place) -> R) -> R {
        self.cell.trigger.track();
        let place = self.cell.state.borrow().place;
        read(&self.item(), place)
    }

    /// Reads the item; nobody follows it.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.item())
    }

    fn item(&self) -> Rc<T> {
        self.cell.state.borrow().item.clone()
    }

    /// Changes the item where it stands. `false` when it falls on another day now.
    fn set(&self, item: &T, spot: Spot) -> bool {
        let mut state = self.cell.state.borrow_mut();
        let same_day = state.spot.day == spot.day;
        state.spot = spot;
        let changed = *state.item != *item;
        if changed {
            state.item = Rc::new(item.clone());
        }
        drop(state);
        if changed {
            self.cell.trigger.notify();
        }
        same_day
    }

    fn set_place(&self, place: Place) {
        let mut state = self.cell.state.borrow_mut();
        let changed = state.place != place;
        state.place = place;
        drop(state);
        if changed {
            self.cell.trigger.notify();
        }
    }

    fn spot(&self) -> Spot {
        self.cell.state.borrow().spot
    }

    /// Number of the local day it falls on.
    pub(super) fn day(&self) -> i64 {
        self.spot().day
    }

    fn is(&self, key: &EntryKey) -> bool {
        self.with_untracked(|item| item.key() == key)
    }
}

/// An ordered, keyed list of items.
pub struct Timeline<T> {
    rows: Live<Vec<Row<T>>>,
    serial: Live<u32>,
    day_of: fn(Timestamp) -> i64,
}

impl<T> Clone for Timeline<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Timeline<T> {}

impl<T: Item> Timeline<T> {
    /// An empty list; `day_of` gives the number of a moment's local day.
    pub fn new(day_of: fn(Timestamp) -> i64) -> Self {
        Timeline {
            rows: Live::new(Vec::new()),
            serial: Live::new(0),
            day_of,
        }
    }

    /// The rows in order; tells of rows coming and going and of days, not of their items.
    pub fn rows(&self) -> Live<Vec<Row<T>>> {
        self.rows
    }

    /// How many rows have come in so far.
    pub fn serial(&self) -> u32 {
        self.serial.get_untracked()
    }

    /// The row of this key; nobody follows which it is.
    pub fn row_of(&self, key: &EntryKey) -> Option<Row<T>> {
        let at = self.position(key)?;
        self.rows.with_untracked(|rows| rows.get(at).cloned())
    }

    /// The row that is named so, if it is there; then nobody follows which it is, else the running effect rows that come.
    pub(super) fn named(&self, name: &str) -> Option<Row<T>> {
        let found = self.rows.with_untracked(|rows| {
            let is_it = |row: &&Row<T>| row.with_untracked(|item| item.is_named(name));
            rows.iter().rfind(is_it).cloned()
        });
        if found.is_none() {
            self.rows.track();
        }
        found
    }

    /// Makes the list these items. Rows that were there stay, so that nothing unchanged is drawn anew.
    pub fn replace(&self, items: &[T]) {
        let old = self.rows.get_untracked();
        let mut next = Vec::with_capacity(items.len());
        // From the end: of thousands, those are new that stand at the beginning.
        let (mut from, mut left) = (old.len(), old.len());
        for item in items.iter().rev() {
            // Usually the same order, so the next old row is the one; else search.
            let found = match old[..from].last() {
                Some(row) if row.is(item.key()) => Some(from - 1),
                _ if left == 0 => None,
                _ => old.iter().rposition(|row| row.is(item.key())),
            };
            next.push(match found {
                Some(at) => {
                    from = at;
                    left -= 1;
                    let spot = self.spot(item);
                    // The whole list is told anyway.
                    old[at].set(item, spot);
                    old[at].clone()
                }
                None => self.row(item.clone(), 0),
            });
        }
        next.reverse();
        (0..next.len()).for_each(|at| replace_place(&next, at));
        self.rows.set(next);
    }

    /// Changes the item with this key, or appends it. `false` when it is new and older than the last one:
    /// then nothing has changed and the owner has to say where it belongs ([`Timeline::replace`]).
    pub fn put(&self, item: T) -> bool {
        if let Some(at) = self.position(item.key()) {
            let spot = self.spot(&item);
            let same_day = self.rows.with_untracked(|rows| {
                let same_day = rows[at].set(&item, spot);
                replace_places_around(rows, at);
                same_day
            });
            if !same_day {
                self.rows.update(|_| {});
            }
            return true;
        }
        let newest = self
            .rows
            .with_untracked(|rows| rows.last().map(|row| row.spot().at));
        if newest.is_some_and(|newest| newest > item.at()) {
            return false;
        }
        self.insert(item, self.rows.with_untracked(Vec::len));
        true
    }

    /// Changes the item with this key, or inserts it, before the one with the key `next` or at the end. `false`
    /// when the rows are in another order than that: then nothing has changed ([`Timeline::replace`]).
    pub fn put_before(&self, item: T, next: Option<&EntryKey>) -> bool {
        let at = self.position(item.key());
        let end = self.rows.with_untracked(Vec::len);
        let place = match next {
            Some(next) => self.position(next),
            None => Some(end),
        };
        match (at, place) {
            (Some(at), Some(place)) if at + 1 == place => self.put(item),
            (None, Some(place)) => {
                self.insert(item, place);
                true
            }
            _ => false,
        }
    }

    /// Takes an item away; one that is not there is fine.
    pub fn remove(&self, key: &EntryKey) {
        let Some(at) = self.position(key) else { return };
        self.rows.update(|rows| {
            rows.remove(at);
            replace_places_around(rows, at);
        });
    }

    fn insert(&self, item: T, at: usize) {
        self.serial.update(|serial| *serial += 1);
        let row = self.row(item, self.serial());
        self.rows.update(|rows| {
            rows.insert(at, row);
            replace_places_around(rows, at);
        });
    }

    /// Searches from the end, where things happen.
    fn position(&self, key: &EntryKey) -> Option<usize> {
        self.rows
            .with_untracked(|rows| rows.iter().rposition(|row| row.is(key)))
    }

    fn row(&self, item: T, serial: u32) -> Row<T> {
        let spot = self.spot(&item);
        let state = State {
            item: Rc::new(item),
            spot,
            place: Place::default(),
        };
        Row {
            serial,
            cell: Rc::new(Cell {
                trigger: ArcTrigger::new(),
                state: RefCell::new(state),
            }),
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

fn replace_places_around<T: Item>(rows: &[Row<T>], at: usize) {
    (at.saturating_sub(1)..(at + 2).min(rows.len())).for_each(|at| replace_place(rows, at));
}

fn replace_place<T: Item>(rows: &[Row<T>], at: usize) {
    let spot = |at: Option<usize>| at.and_then(|at| rows.get(at)).map(Row::spot);
    rows[at].set_place(place(
        spot(at.checked_sub(1)),
        rows[at].spot(),
        spot(Some(at + 1)),
    ));
}

#[cfg(test)]
pub(super) mod tests;
