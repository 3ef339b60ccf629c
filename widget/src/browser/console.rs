//! What goes to the browser's console, marked as ours.

use wasm_bindgen::JsValue;

/// Says something that the site's owner should know.
pub fn warn(text: &str) {
    web_sys::console::warn_1(&marked(text));
}

/// Says something that the curious may want to know.
pub fn info(text: &str) {
    web_sys::console::info_1(&marked(text));
}

/// Reports an error, with the value that was thrown.
pub fn error(text: &str, thrown: &JsValue) {
    web_sys::console::error_2(&marked(text), thrown);
}

fn marked(text: &str) -> JsValue {
    JsValue::from_str(&["[PocketPing] ", text].concat())
}
