//! What is told about the browser and the page (PROTOCOL §3.3), which `js/metadata.js` collects.

use super::value;
use pocketping_core::model::SessionMetadata;
use pocketping_core::{Object, Value};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/metadata.js")]
extern "C" {
    #[wasm_bindgen(js_name = collect)]
    fn collected() -> JsValue;

    #[wasm_bindgen(js_name = title)]
    fn page_title() -> String;
}

/// Facts of this browser and page. Device, browser and system are left to the server, which reads them
/// from the user agent.
pub fn collect() -> SessionMetadata {
    read(value::read(&collected()))
}

fn read(facts: Value) -> SessionMetadata {
    let text = |key: &str| facts.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut rest = Object::new();
    rest.push("botSignals", facts.get("botSignals").cloned().unwrap_or_default());
    SessionMetadata {
        url: text("url"),
        referrer: text("referrer"),
        page_title: text("pageTitle"),
        user_agent: text("userAgent"),
        timezone: text("timezone"),
        language: text("language"),
        screen_resolution: text("screenResolution"),
        rest,
        ..Default::default()
    }
}

/// The page's title now.
pub fn title() -> Option<String> {
    let title = page_title();
    (!title.is_empty()).then_some(title)
}
