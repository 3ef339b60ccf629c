//! Keeps a list at its newest end, unless somebody is reading back.

use crate::browser::focus::focus;
use crate::browser::listener::{Callback, Listener, callback};
use crate::browser::page::matches_media;
use crate::browser::task::next_frame;
use crate::dom::{El, Live, hold};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, ResizeObserver, ScrollBehavior, ScrollToOptions};

/// So close to the end counts as being there, in px.
const NEAR_END_PX: i32 = 80;

/// A scrolling list that follows its end. Cheap to clone, all clones are the same.
#[derive(Clone)]
pub(super) struct Stick {
    list: El,
    /// Something new stands below what is shown.
    pub(super) news: Live<bool>,
    at: Rc<At>,
}

struct At {
    end: Cell<bool>,
    /// From the end of the list to the top of what is shown, in px.
    from_end: Cell<i32>,
    /// From the beginning of the list to there.
    top: Cell<i32>,
}

impl Stick {
    /// Follows the list until the owner ends.
    pub(super) fn new(list: El) -> Self {
        let at = At {
            end: Cell::new(true),
            from_end: Cell::new(0),
            top: Cell::new(0),
        };
        let stick = Stick {
            list,
            news: Live::new(false),
            at: Rc::new(at),
        };
        let target = stick.list.element().clone().into();
        let (scrolled, sized) = (stick.clone(), stick.clone());
        hold((
            Listener::new(target, &["scroll"], Rc::new(move |_| scrolled.scrolled())),
            // A keyboard came up, or the composer grew: what was at the end stays in view.
            SizeObserver::new(stick.list.element(), move || sized.settled()),
        ));
        stick
    }

    /// Acts when what has changed is drawn, unless the list is gone by then.
    pub(super) fn next_frame(&self, act: impl FnOnce(&Stick) + 'static) {
        let stick = self.clone();
        next_frame(move || {
            if stick.news.try_get_untracked().is_some() {
                act(&stick);
            }
        });
    }

    /// Goes to the newest.
    fn to_end(&self, behavior: ScrollBehavior) {
        self.at.end.set(true);
        self.news.set_if_new(false);
        let element = self.list.element();
        let options = ScrollToOptions::new();
        options.set_top(f64::from(element.scroll_height()));
        options.set_behavior(behavior);
        element.scroll_to_with_scroll_to_options(&options);
    }

    /// Goes to the newest on the reader's wish; what led there is gone then.
    pub(super) fn jump(&self) {
        focus(self.list.html());
        self.glide_to_end();
    }

    /// Something came in (and is drawn): follow it, or say that it is there.
    pub(super) fn grew(&self, own: bool) {
        if own || self.at.end.get() {
            self.glide_to_end();
        } else {
            self.news.set_if_new(true);
            self.measure();
        }
    }

    /// Notes what is being read, before rows are put above it.
    pub(super) fn measure(&self) {
        let element = self.list.element();
        self.at
            .from_end
            .set(element.scroll_height() - element.scroll_top());
    }

    fn glide_to_end(&self) {
        // Scrolling by program does not heed the style sheet.
        let still = matches_media("(prefers-reduced-motion: reduce)");
        self.to_end(if still {
            ScrollBehavior::Instant
        } else {
            ScrollBehavior::Smooth
        });
    }

    /// Something was put above: what is being read stays where it is.
    pub(super) fn grew_above(&self) {
        if self.at.end.get() {
            return self.to_end(ScrollBehavior::Instant);
        }
        let element = self.list.element();
        element.set_scroll_top(element.scroll_height() - self.at.from_end.get());
    }

    /// The end moved without anything new to read (typing dots, a longer bubble).
    pub(super) fn settled(&self) {
        if self.at.end.get() {
            self.to_end(ScrollBehavior::Instant);
        }
    }

    fn scrolled(&self) {
        let element = self.list.element();
        let top = element.scroll_top();
        let from_end = element.scroll_height() - top;
        // On its way down to the end it counts as there: something else may come in meanwhile.
        let following = self.at.end.get() && top >= self.at.top.get();
        let at_end = following || from_end - element.client_height() < NEAR_END_PX;
        self.at.top.set(top);
        self.at.from_end.set(from_end);
        self.at.end.set(at_end);
        if at_end {
            self.news.set_if_new(false);
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
