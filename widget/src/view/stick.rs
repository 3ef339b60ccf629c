//! Keeps a list at its newest end, unless somebody is reading back. The scrolling is in `js/stick.js`.

use crate::browser::focus::focus;
use crate::browser::listener::{Callback, callback};
use crate::browser::task::next_frame;
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
    fn new(list: &Element, tell_news: &JsValue) -> Scroller;

    #[wasm_bindgen(method)]
    fn end(this: &Scroller);

    #[wasm_bindgen(method, js_name = glideToEnd)]
    fn glide_to_end(this: &Scroller);

    #[wasm_bindgen(method)]
    fn grew(this: &Scroller, own: bool);

    #[wasm_bindgen(method)]
    fn measure(this: &Scroller);

    #[wasm_bindgen(method, js_name = grewAbove)]
    fn grew_above(this: &Scroller);

    #[wasm_bindgen(method)]
    fn settled(this: &Scroller);
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
    _tell_news: Callback,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.scroller.end();
    }
}

impl Stick {
    /// Follows the list until the owner ends.
    pub(super) fn new(list: El) -> Self {
        let news = Live::new(false);
        let tell_news = callback(move |is_there| news.set_if_new(is_there.is_truthy()));
        let scroller = Scroller::new(list.element(), tell_news.as_ref().unchecked_ref());
        let stick = Stick {
            list,
            news,
            running: Rc::new(Running {
                scroller,
                _tell_news: tell_news,
            }),
        };
        hold(stick.clone());
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

    /// Goes to the newest on the reader's wish; what led there is gone then.
    pub(super) fn jump(&self) {
        focus(self.list.html());
        self.running.scroller.glide_to_end();
    }

    /// Something came in (and is drawn): follow it, or say that it is there.
    pub(super) fn grew(&self, own: bool) {
        self.running.scroller.grew(own);
    }

    /// Notes what is being read, before rows are put above it.
    pub(super) fn measure(&self) {
        self.running.scroller.measure();
    }

    /// Something was put above: what is being read stays where it is.
    pub(super) fn grew_above(&self) {
        self.running.scroller.grew_above();
    }

    /// The end moved without anything new to read (typing dots, a longer bubble).
    pub(super) fn settled(&self) {
        self.running.scroller.settled();
    }
}
