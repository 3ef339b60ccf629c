//! Keeps a list at its newest end, unless somebody is reading back. The scrolling is in `js/stick.js`.

use crate::browser::focus::focus;
use crate::browser::listener::{Callback, callback};
use crate::browser::task::{next_frame, soon};
use crate::dom::{El, Live, hold};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

#[wasm_bindgen(module = "/js/stick.js")]
extern "C" {
    #[wasm_bindgen(js_name = Stick)]
    type Scroller;

    #[wasm_bindgen(constructor, js_class = "Stick")]
    fn new(list: &Element, tell: &JsValue) -> Scroller;

    #[wasm_bindgen(method)]
    fn end(this: &Scroller);

    #[wasm_bindgen(method, js_name = glideToEnd)]
    fn glide_to_end(this: &Scroller);

    #[wasm_bindgen(method)]
    fn drew(this: &Scroller, more: bool, grew: u32);

    #[wasm_bindgen(method)]
    fn back(this: &Scroller);

    #[wasm_bindgen(method)]
    fn settled(this: &Scroller);

    #[wasm_bindgen(method)]
    fn reveal(this: &Scroller, id: &str);
}

/// A scrolling list that follows its end. Cheap to clone, all clones are the same.
#[derive(Clone)]
pub(super) struct Stick {
    list: El,
    /// Something new stands below what is shown.
    pub(super) news: Live<bool>,
    running: Rc<Running>,
}

/// Ends the listening with the last clone.
struct Running {
    scroller: Scroller,
    _tell: Callback,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.scroller.end();
    }
}

/// What has come into a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grew {
    /// Nothing: what was there is drawn, or not any more.
    Not,
    /// Something to read.
    Others,
    /// Something that the reader wrote.
    Own,
}

impl Stick {
    /// Follows the list until the owner ends. `reach` is called when rows that are not drawn are wanted: earlier ones
    /// (`true`) or later ones.
    pub(super) fn new(list: El, reach: impl Fn(bool) + 'static) -> Self {
        let news = Live::new(false);
        let tell = callback(move |told| match told.as_f64() {
            Some(way) => reach(way < 0.0),
            None => news.set_if_new(told.is_truthy()),
        });
        let scroller = Scroller::new(list.element(), tell.as_ref().unchecked_ref());
        let stick = Stick {
            list,
            news,
            running: Rc::new(Running {
                scroller,
                _tell: tell,
            }),
        };
        hold(stick.clone());
        stick
    }

    /// Acts when what has changed is laid out, unless the list is gone by then.
    pub(super) fn next_frame(&self, act: impl FnOnce(&Stick) + 'static) {
        let stick = self.clone();
        next_frame(move || {
            if stick.news.try_get_untracked().is_some() {
                act(&stick);
            }
        });
    }

    /// Acts when what has changed is drawn, before anybody sees it, unless the list is gone by then.
    pub(super) fn soon(&self, act: impl FnOnce(&Stick) + 'static) {
        let stick = self.clone();
        soon(move || {
            if stick.news.try_get_untracked().is_some() {
                act(&stick);
            }
        });
    }

    /// Goes to the newest on the reader's wish; what led there is gone then.
    pub(super) fn jump(&self) {
        focus(self.list.html());
        self.running.scroller.glide_to_end();
    }

    /// The reader asks for earlier rows.
    pub(super) fn back(&self) {
        self.running.scroller.back();
    }

    /// Other rows are drawn; `more`: there are newer ones.
    pub(super) fn drew(&self, more: bool, grew: Grew) {
        self.running.scroller.drew(more, grew as u32);
    }

    /// The end moved without anything new to read (typing dots, a longer bubble).
    pub(super) fn settled(&self) {
        self.running.scroller.settled();
    }

    /// Leads to the row with this `id`, which is drawn.
    pub(super) fn reveal(&self, id: &str) {
        self.running.scroller.reveal(id);
    }
}
