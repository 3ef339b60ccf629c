//! [`Live`]: a signal whose code is hardly there per type.

use super::hold::{Held, held};
use leptos::prelude::{GetValue, Notify, Track};
use leptos::reactive::signal::ArcTrigger;
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

/// A value that effects follow, as Leptos' `RwSignal`: copied freely, owned by the owner it was made under.
///
/// `RwSignal` costs a page 2 to 4 KB of WebAssembly for each type of value (locks, guards, arenas). Here all
/// that is there once, on Leptos' own trigger and arena, and a type adds a few instructions.
///
/// Once the owner has ended, changes have no effect. After a call into the page (a handler, a command) it may
/// have: there [`Self::try_get_untracked`] is the one to read with. While a closure reads or changes the value,
/// nothing else may.
///
/// # Panics
/// Reading panics once the owner has ended, except by [`Self::try_get_untracked`].
pub struct Live<T> {
    cell: Held,
    of: PhantomData<fn() -> T>,
}

struct Cell<T> {
    trigger: ArcTrigger,
    value: RefCell<T>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Live<T> {}

impl<T: 'static> Live<T> {
    /// A signal of this value, until the current owner ends.
    pub fn new(value: T) -> Self {
        let cell = Rc::new(Cell {
            trigger: ArcTrigger::new(),
            value: RefCell::new(value),
        });
        Live {
            cell: held(cell),
            of: PhantomData,
        }
    }

    /// Reads the value; the running effect follows it.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        let cell = self.living();
        cell.trigger.track();
        read(&cell.value.borrow())
    }

    /// Reads the value; nobody follows it.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.living().value.borrow())
    }

    /// The running effect follows the value.
    pub fn track(&self) {
        self.living().trigger.track();
    }

    /// Makes it this value, and tells those who follow.
    pub fn set(&self, value: T) {
        self.update(|old| *old = value);
    }

    /// Changes the value, and tells those who follow.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        if let Some(cell) = self.cell() {
            change(&mut cell.value.borrow_mut());
            cell.trigger.notify();
        }
    }

    fn living(&self) -> Rc<Cell<T>> {
        self.cell().expect("a signal is read while its owner lives")
    }

    fn cell(&self) -> Option<Rc<Cell<T>>> {
        fetched(self.cell)?.downcast().ok()
    }
}

impl<T: PartialEq + 'static> Live<T> {
    /// Makes it this value; those who follow are told only of another one.
    pub fn set_if_new(&self, value: T) {
        if self.cell().is_some_and(|cell| *cell.value.borrow() != value) {
            self.set(value);
        }
    }
}

impl<T: Clone + 'static> Live<T> {
    /// The value; the running effect follows it.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// The value; nobody follows it.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }

    /// The value, if the owner lives; nobody follows it.
    pub fn try_get_untracked(&self) -> Option<T> {
        self.cell().map(|cell| cell.value.borrow().clone())
    }
}

fn fetched(cell: Held) -> Option<Rc<dyn Any>> {
    cell.try_get_value()
}

#[cfg(test)]
mod tests {
    use super::Live;
    use leptos::prelude::Owner;

    #[test]
    fn a_signal_is_read_and_changed_through_every_copy() {
        Owner::new().with(|| {
            let live = Live::new(String::from("a"));
            let copy = live;
            copy.update(|text| text.push('b'));
            assert_eq!(live.get_untracked(), "ab");
            live.set(String::from("c"));
            assert_eq!(copy.with_untracked(String::len), 1);
        });
    }

    #[test]
    fn with_its_owner_it_ends() {
        let owner = Owner::new();
        let live = owner.with(|| Live::new(7));
        assert_eq!(live.try_get_untracked(), Some(7));
        drop(owner);
        assert_eq!(live.try_get_untracked(), None);
        live.set(8);
        assert_eq!(live.try_get_untracked(), None);
    }
}
