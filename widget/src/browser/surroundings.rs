//! What happens around the widget: network, visibility, leaving, and moves within a single-page app
//! (`js/surroundings.js`).

use super::listener::{Ending, Listener};
use pocketping_core::engine::Surroundings;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/surroundings.js")]
extern "C" {
    fn watch(seen: &JsValue) -> Ending;

    /// Whether the page is in view.
    #[wasm_bindgen(js_name = isVisible)]
    pub fn is_visible() -> bool;

    /// Whether the browser believes to be online.
    #[wasm_bindgen(js_name = isOnline)]
    pub fn is_online() -> bool;
}

/// Something that happened.
pub enum Happening {
    /// As the engine knows it.
    Changed(Surroundings),
    /// The page's address may be another one now.
    Moved,
}

/// Listens until dropped.
pub struct Watch {
    _listener: Listener,
}

impl Watch {
    /// Tells `seen` of everything that happens.
    pub fn new(seen: impl Fn(Happening) + 'static) -> Self {
        let heard = move |word: JsValue| {
            seen(match word.as_string().as_deref() {
                Some("online") => Happening::Changed(Surroundings::Online),
                Some("offline") => Happening::Changed(Surroundings::Offline),
                Some("leaving") => Happening::Changed(Surroundings::Leaving),
                Some("visible") => Happening::Changed(Surroundings::Visible),
                Some("hidden") => Happening::Changed(Surroundings::Hidden),
                _ => Happening::Moved,
            });
        };
        Watch {
            _listener: Listener::begun(watch, heard),
        }
    }
}
