//! Elements that follow a list.

use super::part::{Place, Shown};
use super::{El, platform};
use crate::browser::focus::{has_focus, take_focus};
use std::sync::Arc;
use web_sys::Element;

/// One element for each key, in order.
pub(super) struct Keyed {
    place: Place,
    shown: Vec<(Arc<str>, Shown)>,
}

impl Keyed {
    /// An empty list at the end of `parent`.
    pub(super) fn new(parent: &Element) -> Self {
        Keyed {
            place: Place::new(parent),
            shown: Vec::new(),
        }
    }

    /// Makes the list these keys; `build` makes the element of the key at a place in `keys`.
    pub(super) fn show(&mut self, keys: Vec<Arc<str>>, build: &dyn Fn(usize) -> El) {
        let mut old: Vec<_> = std::mem::take(&mut self.shown).into_iter().map(Some).collect();
        let mut from = 0;
        for (at, key) in keys.into_iter().enumerate() {
            let is_it = |old: &Option<(Arc<str>, Shown)>| old.as_ref().is_some_and(|(name, _)| *name == key);
            // Mostly the list is as it was, so the next old one is it.
            let found = match old.get(from) {
                Some(next) if is_it(next) => Some(from),
                _ => old.iter().position(is_it),
            };
            let kept = found.and_then(|found| {
                from = found + 1;
                old[found].take()
            });
            let shown = kept.unwrap_or_else(|| (key, self.place.build(&|| build(at))));
            self.shown.push(shown);
        }
        let had_focus = old
            .iter()
            .flatten()
            .any(|(_, shown)| has_focus(shown.el.element()));
        drop(old);
        if had_focus {
            take_focus(self.place.end());
        }
        let mut next = self.place.end().clone();
        for (_, shown) in self.shown.iter().rev() {
            platform::place(shown.el.element(), &next);
            next = shown.el.element().clone().into();
        }
    }
}
