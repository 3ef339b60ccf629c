//! Requests that survive the page.

use super::value;
use pocketping_core::Value;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/http.js")]
extern "C" {
    fn leave(url: &str, body: &str);
}

/// Sends a JSON body that nobody waits for (PROTOCOL §1.3, `/disconnect`).
pub fn send(url: &str, body: &Value) {
    // At once: what is put off may come after the page's end.
    leave(url, &value::to_json(body));
}
