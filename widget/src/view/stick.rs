//! Keeps a list at its newest end, unless somebody is reading back.

use crate::browser::listener::{Callback, Listener, callback};
use leptos::html::Div;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, ResizeObserver, ScrollBehavior, ScrollToOptions};

/// So close to the end counts as being there, in px.
const NEAR_END_PX: i32 = 80;

/// A scrolling list that follows its end.
#[derive(Clone, Copy)]
pub(super) struct Stick {
    /// The scrolling element.
    pub(super) node: NodeRef<Div>,
    /// Something new stands below what is shown.
    pub(super) news: RwSignal<bool>,
    at_end: StoredValue<bool>,
    /// From the end of the list to the top of what is shown, in px.
    from_end: StoredValue<i32>,
    /// From the beginning of the list to there.
    top: StoredValue<i32>,
}

impl Stick {
    /// Follows the element of `node` from when it is there until the component goes away.
    pub(super) fn new() -> Self {
        let stick = Stick {
            node: NodeRef::new(),
            news: RwSignal::new(false),
            at_end: StoredValue::new(true),
            from_end: StoredValue::new(0),
            top: StoredValue::new(0),
        };
        let guards = StoredValue::new_local(None);
        stick.node.on_load(move |element| {
            let target = element.clone().into();
            let scroll = Listener::new(target, &["scroll"], Rc::new(move |_| stick.scrolled()));
            // A keyboard came up, or the composer grew: what was at the end stays in view.
            let size = SizeObserver::new(&element, move || stick.settled());
            guards.set_value(Some((scroll, size)));
            stick.to_end(ScrollBehavior::Instant);
        });
        stick
    }

    /// Acts when what has changed is drawn, unless the list is gone by then.
    pub(super) fn next_frame(self, act: impl FnOnce(Stick) + 'static) {
        request_animation_frame(move || {
            if self.at_end.try_get_value().is_some() {
                act(self);
            }
        });
    }

    /// Goes to the newest.
    pub(super) fn to_end(self, behavior: ScrollBehavior) {
        self.at_end.set_value(true);
        self.news.set(false);
        if let Some(element) = self.node.get_untracked() {
            let options = ScrollToOptions::new();
            options.set_top(f64::from(element.scroll_height()));
            options.set_behavior(behavior);
            element.scroll_to_with_scroll_to_options(&options);
        }
    }

    /// Something was appended (and drawn): follow it, or say that it is there.
    pub(super) fn grew(self, own: bool) {
        if own || self.at_end.get_value() {
            self.to_end(ScrollBehavior::Smooth);
        } else {
            self.news.set(true);
        }
    }

    /// Something was put above: what is being read stays where it is.
    pub(super) fn grew_above(self) {
        if self.at_end.get_value() {
            return self.to_end(ScrollBehavior::Instant);
        }
        if let Some(element) = self.node.get_untracked() {
            element.set_scroll_top(element.scroll_height() - self.from_end.get_value());
        }
    }

    /// The end moved without anything new to read (typing dots, a longer bubble).
    pub(super) fn settled(self) {
        if self.at_end.get_value() {
            self.to_end(ScrollBehavior::Instant);
        }
    }

    fn scrolled(self) {
        let Some(element) = self.node.get_untracked() else {
            return;
        };
        let top = element.scroll_top();
        let from_end = element.scroll_height() - top;
        // On its way down to the end it counts as there: something else may come in meanwhile.
        let following = self.at_end.get_value() && top >= self.top.get_value();
        let at_end = following || from_end - element.client_height() < NEAR_END_PX;
        self.top.set_value(top);
        self.from_end.set_value(from_end);
        self.at_end.set_value(at_end);
        if at_end && self.news.get_untracked() {
            self.news.set(false);
        }
    }
}

/// Watches an element's size until dropped.
struct SizeObserver {
    observer: Option<ResizeObserver>,
    _callback: Callback,
}

impl SizeObserver {
    fn new(element: &Element, resized: impl Fn() + 'static) -> Self {
        let callback = callback(move |_| resized());
        // Without the API (very old browsers) the list only does not follow a growing composer.
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        SizeObserver {
            observer,
            _callback: callback,
        }
    }
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
