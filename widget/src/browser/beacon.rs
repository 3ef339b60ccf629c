//! Requests that survive the page.

use super::page::window;
use super::value;
use js_sys::Array;
use pocketping_core::Value;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

/// Sends a JSON body that nobody waits for (PROTOCOL §1.3, `/disconnect`).
///
/// Browsers refuse beacons over their own quota; there is then nothing left to do: the page is going.
pub fn send(url: &str, body: &Value) {
    let parts = Array::of1(&JsValue::from_str(&value::to_json(body)));
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        drop(window().navigator().send_beacon_with_opt_blob(url, Some(&blob)));
    }
}
