//! Requests that survive the page.

use super::page::window;
use super::{task, value};
use js_sys::{Object, Reflect};
use pocketping_core::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Sends a JSON body that nobody waits for (PROTOCOL §1.3, `/disconnect`).
///
/// Not by `sendBeacon`: that sends cookies along, which `*` as allowed origin forbids, so that no beacon of
/// JSON reaches a server of another origin. Browsers refuse what is over their quota for such requests; there
/// is then nothing left to do: the page is going.
pub fn send(url: &str, body: &Value) {
    let (init, headers) = (Object::new(), Object::new());
    set(&headers, "Content-Type", &"application/json".into());
    set(&init, "method", &"POST".into());
    set(&init, "keepalive", &JsValue::TRUE);
    set(&init, "credentials", &"omit".into());
    set(&init, "headers", &headers);
    set(&init, "body", &JsValue::from_str(&value::to_json(body)));
    // At once: what is put off may come after the page's end.
    let answer = window().fetch_with_str_and_init(url, init.unchecked_ref());
    task::spawn(Box::pin(async move {
        // Waited for so that a failure does not become the page's unhandled rejection.
        drop(JsFuture::from(answer).await);
    }));
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a member of a plain object never fails.
    drop(Reflect::set(object, &JsValue::from_str(key), value));
}
