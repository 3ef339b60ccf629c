//! A media query as a signal.

use crate::browser::listener::{Ending, Listener};
use crate::dom::{Live, hold};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/look.js")]
extern "C" {
    #[wasm_bindgen(js_name = followMedia)]
    fn follow_media(query: &str, changed: &JsValue) -> Ending;
}

/// The widest screen on which the window is a full-screen sheet (PROTOCOL §4.6).
pub const PHONE: &str = "(max-width: 480px)";
/// Whether the system is dark.
pub const DARK: &str = "(prefers-color-scheme: dark)";
/// Whether the main pointer is a finger: focusing a field then brings up a keyboard.
pub const TOUCH: &str = "(pointer: coarse)";

/// Whether the query matches, followed until the owner ends.
pub fn use_media(query: &str) -> Live<bool> {
    let matches = Live::new(false);
    hold(Listener::begun(
        |changed| follow_media(query, changed),
        move |now| matches.set(now.is_truthy()),
    ));
    matches
}
