//! Effects of one type: code for an effect is there once, whatever its closure.
//!
//! They are subscribers of Leptos' graph as its own effects are, but without a task, a channel and an executor for each:
//! what has changed is run by one microtask.

use super::hold;
use crate::browser::task;
use leptos::prelude::Owner;
use leptos::reactive::graph::{AnySource, AnySubscriber, ReactiveNode, Source, Subscriber, WithObserver};
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::sync::{Arc, Weak};

/// Runs `run` now, and again whenever a signal that it read has changed, until the current owner ends. Changes of one
/// turn are one run, before the browser draws; effects run in the order in which they heard of theirs.
pub fn effect(run: impl FnMut() + 'static) {
    boxed(Box::new(run));
}

fn boxed(run: Box<dyn FnMut()>) {
    let effect = Arc::new_cyclic(|me: &Weak<Effect>| {
        Effect(SendWrapper::new(State {
            me: AnySubscriber(me.as_ptr().addr(), me.clone()),
            this: me.clone(),
            owner: Owner::new(),
            dirty: Cell::new(false),
            waiting: Cell::new(false),
            sources: RefCell::default(),
            run: RefCell::new(run),
        }))
    });
    effect.0.run();
    hold(effect);
}

/// The graph wants what could be sent to other threads; there is one.
struct Effect(SendWrapper<State>);

struct State {
    me: AnySubscriber,
    this: Weak<Effect>,
    /// Ends with each run what the run before has made.
    owner: Owner,
    /// Whether a signal has changed; else it is known only that a computation may have.
    dirty: Cell<bool>,
    /// Whether it is among the [`WAITING`].
    waiting: Cell<bool>,
    /// What the last run has read.
    sources: RefCell<Vec<AnySource>>,
    run: RefCell<Box<dyn FnMut()>>,
}

thread_local! {
    /// What the microtask that is asked for will run.
    static WAITING: RefCell<Vec<Weak<Effect>>> = const { RefCell::new(Vec::new()) };
}

fn run_waiting() {
    for effect in WAITING.take() {
        if let Some(effect) = effect.upgrade() {
            effect.0.waiting.set(false);
            if effect.0.me.with_observer(|| effect.update_if_necessary()) {
                effect.0.run();
            }
        }
    }
}

impl State {
    fn run(&self) {
        self.forget_sources();
        self.owner
            .with_cleanup(|| self.me.with_observer(|| (self.run.borrow_mut())()));
    }

    fn forget_sources(&self) {
        for source in self.sources.take() {
            source.remove_subscriber(&self.me);
        }
    }
}

impl Drop for Effect {
    fn drop(&mut self) {
        // Signals that live on would keep the dead subscriber until they change next.
        self.0.forget_sources();
    }
}

impl ReactiveNode for Effect {
    fn mark_dirty(&self) {
        self.0.dirty.set(true);
        self.mark_check();
    }

    fn mark_check(&self) {
        if self.0.waiting.replace(true) {
            return;
        }
        let is_first = WAITING.with_borrow_mut(|waiting| {
            waiting.push(self.0.this.clone());
            waiting.len() == 1
        });
        if is_first {
            task::soon(run_waiting);
        }
    }

    /// Nothing follows an effect.
    fn mark_subscribers_check(&self) {}

    fn update_if_necessary(&self) -> bool {
        // Computations may run, and whatever they read may be told.
        let sources = self.0.sources.borrow().clone();
        self.0.dirty.take() || sources.iter().any(AnySource::update_if_necessary)
    }
}

impl Subscriber for Effect {
    fn add_source(&self, source: AnySource) {
        let mut sources = self.0.sources.borrow_mut();
        if !sources.contains(&source) {
            sources.push(source);
        }
    }

    fn clear_sources(&self, _: &AnySubscriber) {
        self.0.forget_sources();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom::Live;
    use std::rc::Rc;

    /// As if a run was asked for already: the microtask itself needs a browser.
    fn begin_turn() {
        WAITING.with_borrow_mut(|waiting| waiting.push(Weak::new()));
    }

    #[test]
    fn an_effect_runs_at_once_and_changes_of_one_turn_are_one_run() {
        let owner = Owner::new();
        owner.with(|| {
            let (live, seen) = (Live::new(1), Rc::new(RefCell::new(Vec::new())));
            let told = seen.clone();
            effect(move || told.borrow_mut().push(live.get()));
            begin_turn();
            live.set(2);
            live.set(3);
            run_waiting();
            run_waiting();
            assert_eq!(*seen.borrow(), [1, 3]);
        });
    }

    #[test]
    fn what_the_last_run_has_not_read_is_not_followed() {
        let owner = Owner::new();
        owner.with(|| {
            let (first, other, runs) = (Live::new(true), Live::new(0), Rc::new(Cell::new(0)));
            let counted = runs.clone();
            effect(move || {
                counted.set(counted.get() + 1);
                if first.get() {
                    other.track();
                }
            });
            begin_turn();
            first.set(false);
            run_waiting();
            // Nobody asks for a run: there is no browser that could be asked.
            other.set(1);
            run_waiting();
            assert_eq!(runs.get(), 2);
        });
    }

    #[test]
    fn an_effect_ends_with_its_owner_also_when_it_was_about_to_run() {
        let owner = Owner::new();
        owner.with(|| {
            let (live, runs) = (Live::new(0), Rc::new(Cell::new(0)));
            let inner = Owner::new();
            let counted = runs.clone();
            inner.with(|| {
                effect(move || {
                    live.track();
                    counted.set(counted.get() + 1);
                });
            });
            begin_turn();
            live.set(1);
            drop(inner);
            // What it had captured is gone at once.
            assert_eq!(Rc::strong_count(&runs), 1);
            run_waiting();
            // Nobody asks for a run: there is no browser that could be asked.
            live.set(2);
            assert_eq!(runs.get(), 1);
        });
    }
}
