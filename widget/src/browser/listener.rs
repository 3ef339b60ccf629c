//! Event listeners that end with their owner.

use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

/// A function that the browser calls with one value. All of ours have this one type, for size.
pub type Callback = Closure<dyn Fn(JsValue)>;

/// Listens to events of a target until dropped.
pub struct Listener {
    target: EventTarget,
    events: Box<[&'static str]>,
    callback: Callback,
}

impl Listener {
    /// Calls `heard` for each event of these names.
    pub fn new(target: EventTarget, events: &[&'static str], heard: Rc<dyn Fn(Event)>) -> Self {
        let callback = callback(move |event| heard(event.unchecked_into()));
        for event in events {
            // Adding a listener fails for no target that exists.
            drop(target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref()));
        }
        Listener {
            target,
            events: events.into(),
            callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for event in &self.events {
            // As above: it cannot fail.
            drop(
                self.target
                    .remove_event_listener_with_callback(event, self.callback.as_ref().unchecked_ref()),
            );
        }
    }
}

/// Makes a [`Callback`].
pub fn callback(run: impl Fn(JsValue) + 'static) -> Callback {
    Closure::new(run)
}
