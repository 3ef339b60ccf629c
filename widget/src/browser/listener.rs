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
    capture: bool,
}

impl Listener {
    /// Calls `heard` for each event of these names.
    pub fn new(target: EventTarget, events: &[&'static str], heard: Rc<dyn Fn(Event)>) -> Self {
        Self::at_phase(target, events, heard, false)
    }

    /// The same, on the way down to where the event happens: also what does not bubble or is stopped is heard.
    pub fn capturing(target: EventTarget, events: &[&'static str], heard: Rc<dyn Fn(Event)>) -> Self {
        Self::at_phase(target, events, heard, true)
    }

    fn at_phase(
        target: EventTarget,
        events: &[&'static str],
        heard: Rc<dyn Fn(Event)>,
        capture: bool,
    ) -> Self {
        let callback = callback(move |event| heard(event.unchecked_into()));
        let function = callback.as_ref().unchecked_ref();
        for event in events {
            // Adding a listener fails for no target that exists.
            drop(target.add_event_listener_with_callback_and_bool(event, function, capture));
        }
        Listener {
            target,
            events: events.into(),
            callback,
            capture,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for event in &self.events {
            // As above: it cannot fail.
            let function = self.callback.as_ref().unchecked_ref();
            drop(
                self.target
                    .remove_event_listener_with_callback_and_bool(event, function, self.capture),
            );
        }
    }
}

/// Makes a [`Callback`].
pub fn callback(run: impl Fn(JsValue) + 'static) -> Callback {
    Closure::new(run)
}
