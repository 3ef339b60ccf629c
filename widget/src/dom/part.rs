//! A part of an element that is there or not.

use super::El;
use crate::browser::page::document;
use leptos::prelude::{Owner, untrack};
use leptos::reactive::owner::WeakOwner;
use web_sys::Node;

/// Where a part stands: before a text node without text, so that its place is known while it is not there.
pub(super) struct Part {
    place: Place,
    shown: Option<Shown>,
}

/// What was built, with an owner of its own.
pub(super) struct Shown {
    pub(super) el: El,
    /// Ends the signals and effects within.
    _owner: Option<Owner>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.el.element().remove();
    }
}

impl Part {
    /// A part at the end of `parent`; not there yet.
    pub(super) fn new(parent: Node) -> Self {
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
        self.shown = wanted.then(|| {
            let shown = self.place.build(build);
            self.place.put(&shown.el, self.place.end());
            shown
        });
    }
}

/// A place within an element, and the owner that what stands there belongs to.
pub(super) struct Place {
    parent: Node,
    end: Node,
    owner: Option<WeakOwner>,
}

impl Place {
    /// The end of `parent`, as it is now.
    pub(super) fn new(parent: Node) -> Self {
        let end: Node = document().create_text_node("").into();
        // Fails only where a node would contain itself.
        drop(parent.append_child(&end));
        Place {
            parent,
            end,
            owner: Owner::current().map(|owner| owner.downgrade()),
        }
    }

    /// The node that everything here stands before.
    pub(super) fn end(&self) -> &Node {
        &self.end
    }

    /// Builds something that ends with this place's owner, or when it is dropped.
    pub(super) fn build(&self, build: &dyn Fn() -> El) -> Shown {
        let owner = self.owner.as_ref().and_then(WeakOwner::upgrade);
        let owner = owner.map(|owner| owner.child());
        let el = match &owner {
            Some(owner) => owner.with(|| untrack(build)),
            None => untrack(build),
        };
        Shown { el, _owner: owner }
    }

    /// Puts an element before `next`.
    pub(super) fn put(&self, el: &El, next: &Node) {
        // `next` stands in the parent: it is `end` or was put there.
        drop(self.parent.insert_before(el.element(), Some(next)));
    }
}
