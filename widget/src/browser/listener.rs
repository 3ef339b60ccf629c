//! Event listeners that end with their owner.

use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

#[wasm_bindgen(module = "/js/dom.js")]
extern "C" {
    fn listen(target: &EventTarget, events: &str, heard: &JsValue) -> Ending;
}

#[wasm_bindgen]
extern "C" {
    /// An `AbortController`, which ends what our JavaScript modules have begun.
    #[wasm_bindgen(js_name = AbortController)]
    pub(crate) type Ending;

    #[wasm_bindgen(method)]
    fn abort(this: &Ending);
}

/// A function for the browser that is called with one value.
pub type Callback = Closure<dyn Fn(JsValue)>;

/// Listens until dropped.
pub struct Listener {
    ending: Ending,
    _callback: Callback,
}

impl Listener {
    /// Calls `heard` for each event of these names, which are separated by spaces.
    pub fn new(target: EventTarget, events: &str, heard: Rc<dyn Fn(Event)>) -> Self {
        Self::begun(
            |callback| listen(&target, events, callback),
            move |event| heard(event.unchecked_into()),
        )
    }

    /// Calls `heard` for what `begin` has begun to listen to.
    pub(crate) fn begun(begin: impl FnOnce(&JsValue) -> Ending, heard: impl Fn(JsValue) + 'static) -> Self {
        let callback = callback(heard);
        Listener {
            ending: begin(callback.as_ref()),
            _callback: callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ending.abort();
    }
}

/// Makes a function of one type for the browser: code for it is there once, whatever it calls.
pub fn callback(run: impl Fn(JsValue) + 'static) -> Callback {
    Closure::new(run)
}
