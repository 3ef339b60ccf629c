//! The page's window and document.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Window};

/// The page's window.
pub fn window() -> Window {
    // The global object of a page is its window; there is no other place where this module is started.
    js_sys::global().unchecked_into()
}

/// The page's document.
pub fn document() -> Document {
    // Every window of a page has one.
    js_sys::Reflect::get(&window(), &JsValue::from_str("document"))
        .unwrap_or_default()
        .unchecked_into()
}

/// The address the page is at now.
pub fn address() -> String {
    // A page can always read its own address.
    window().location().href().unwrap_or_default()
}

/// The browser's user agent.
pub fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}

/// Whether a media query matches.
pub fn matches_media(query: &str) -> bool {
    let list = window().match_media(query).ok().flatten();
    list.is_some_and(|list| list.matches())
}
