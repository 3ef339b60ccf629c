//! What happens around the widget: network, visibility, leaving, and moves within a single-page app.

use super::listener::Listener;
use super::page::{document, window};
use js_sys::Reflect;
use pocketping_core::engine::Surroundings;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

/// Something that happened.
pub enum Happening {
    /// As the engine knows it.
    Changed(Surroundings),
    /// The page's address may be another one now.
    Moved,
}

/// Listens until dropped.
pub struct Watch {
    _listeners: Vec<Listener>,
}

impl Watch {
    /// Tells `seen` of everything that happens. The page's functions are left as they are: where the
    /// browser has no Navigation API, `history.pushState` is noticed late (see the driver).
    pub fn new(seen: impl Fn(Happening) + 'static) -> Self {
        let seen: Rc<dyn Fn(Event)> = Rc::new(move |event| {
            seen(match event.type_().as_str() {
                "online" => Happening::Changed(Surroundings::Online),
                "offline" => Happening::Changed(Surroundings::Offline),
                // A frozen page still holds locks and answers others, but nothing else gets on.
                "pagehide" | "freeze" => Happening::Changed(Surroundings::Leaving),
                // `pageshow` also when it comes out of the back-forward cache.
                "visibilitychange" | "pageshow" | "resume" if is_visible() => {
                    Happening::Changed(Surroundings::Visible)
                }
                "visibilitychange" | "pageshow" | "resume" => Happening::Changed(Surroundings::Hidden),
                _ => Happening::Moved,
            });
        });
        let window = window();
        let mut listeners = vec![Listener::new(
            document().into(),
            &["visibilitychange", "freeze", "resume"],
            seen.clone(),
        )];
        let navigation = Reflect::get(&window, &JsValue::from_str("navigation")).unwrap_or_default();
        if navigation.is_object() {
            let target: EventTarget = navigation.unchecked_into();
            listeners.push(Listener::new(target, &["navigatesuccess"], seen.clone()));
        }
        let events = &[
            "online",
            "offline",
            "pagehide",
            "pageshow",
            "popstate",
            "hashchange",
        ];
        listeners.push(Listener::new(window.into(), events, seen));
        Watch {
            _listeners: listeners,
        }
    }
}

/// Whether the page is in view.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Whether the browser believes to be online.
pub fn is_online() -> bool {
    window().navigator().on_line()
}
