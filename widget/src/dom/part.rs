//! A part of an element that is there or not.

use super::El;
use crate::browser::focus::{focus, has_focus};
use crate::browser::page::document;
use leptos::prelude::{Owner, untrack};
use leptos::reactive::owner::WeakOwner;
use wasm_bindgen::JsCast;
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
        if wanted {
            let shown = self.place.build(build);
            self.place.put(&shown.el, self.place.end());
            self.shown = Some(shown);
        } else if let Some(shown) = self.shown.take() {
            let had_focus = has_focus(shown.el.element());
            drop(shown);
            if had_focus {
                self.place.take_focus();
            }
        }
    }
}

/// A place within an element, and the owner that what stands there belongs to.
pub(super) struct Place {
    parent: Node,
    end: Node,
    owner: WeakOwner,
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

    /// The focus was within something that is gone: it goes to what is around, not to the page's beginning.
    fn take_focus(&self) {
        let around = self.parent.unchecked_ref::<Element>().closest("[tabindex]");
        if let Ok(Some(around)) = around {
            focus(around.unchecked_ref());
        }
    }

    /// Puts an element before `next`.
    pub(super) fn put(&self, el: &El, next: &Node) {
        // `next` stands in the parent: it is `end` or was put there.
        drop(self.parent.insert_before(el.element(), Some(next)));
    }
}
