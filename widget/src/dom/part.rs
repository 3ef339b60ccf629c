//! A part of an element that is there or not.

use super::{El, platform};
use crate::browser::focus::{has_focus, take_focus};
use leptos::prelude::{Owner, untrack};
use leptos::reactive::owner::WeakOwner;
use web_sys::{Element, Node};

/// Where a part stands: before a text node without text, so that its place is known while it is not there.
pub(super) struct Part {
    place: Place,
    shown: Option<Shown>,
}

/// What was built, with an owner of its own.
pub(super) struct Shown {
    pub(super) el: El,
    /// Ends the signals and effects within.
    _owner: Owner,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.el.element().remove();
    }
}

impl Part {
    /// A part at the end of `parent`; not there yet.
    pub(super) fn new(parent: &Element) -> Self {
        Part {
            place: Place::new(parent),
            shown: None,
        }
    }

    /// Builds it or takes it away, unless it is as wanted.
    pub(super) fn show(&mut self, wanted: bool, build: &dyn Fn() -> El) {
        if wanted == self.shown.is_some() {
            return;
        }
        if wanted {
            let shown = self.place.build(build);
            platform::place(shown.el.element(), self.place.end());
            self.shown = Some(shown);
        } else if let Some(shown) = self.shown.take() {
            let had_focus = has_focus(shown.el.element());
            drop(shown);
            if had_focus {
                take_focus(self.place.end());
            }
        }
    }
}

/// A place within an element, and the owner that what stands there belongs to.
pub(super) struct Place {
    end: Node,
    owner: WeakOwner,
}

impl Place {
    /// The end of `parent`, as it is now.
    pub(super) fn new(parent: &Element) -> Self {
        Place {
            end: platform::mark_end(parent),
            owner: Owner::current()
                .expect("elements are built under an owner")
                .downgrade(),
        }
    }

    /// The node that everything here stands before.
    pub(super) fn end(&self) -> &Node {
        &self.end
    }

    /// Builds something that ends with this place's owner, or when it is dropped.
    pub(super) fn build(&self, build: &dyn Fn() -> El) -> Shown {
        let owner = self
            .owner
            .upgrade()
            .expect("an effect ends with its owner")
            .child();
        let el = owner.with(|| untrack(build));
        Shown { el, _owner: owner }
    }
}
