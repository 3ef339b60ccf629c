//! What is told about the browser and the page (PROTOCOL §3.3).

use super::page::{address, document, user_agent, window};
use js_sys::{Array, Reflect};
use pocketping_core::model::SessionMetadata;
use pocketping_core::{Object, Value};
use wasm_bindgen::{JsCast, JsValue};

/// Facts of this browser and page. Device, browser and system are left to the server, which reads them
/// from the user agent.
pub fn collect() -> SessionMetadata {
    let (window, document) = (window(), document());
    let mut metadata = SessionMetadata {
        url: Some(address()),
        referrer: not_empty(document.referrer()),
        page_title: not_empty(document.title()),
        user_agent: not_empty(user_agent()),
        timezone: timezone(),
        language: window.navigator().language(),
        screen_resolution: screen(),
        ..Default::default()
    };
    metadata.rest.push("botSignals", Value::Object(bot_signals()));
    metadata
}

/// The page's title now.
pub fn title() -> Option<String> {
    not_empty(document().title())
}

fn not_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The browser's IANA time zone.
fn timezone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&Array::new(), &js_sys::Object::new());
    member(&format.resolved_options(), "timeZone").as_string()
}

/// `WxH` in CSS pixels.
fn screen() -> Option<String> {
    let screen = window().screen().ok()?;
    let (width, height) = (screen.width().ok()?, screen.height().ok()?);
    Some([&width.to_string(), "x", &height.to_string()].concat())
}

/// Signs of an automated browser (PROTOCOL §4.7), each true when suspicious.
fn bot_signals() -> Object {
    let window = window();
    let navigator = window.navigator();
    let empty = |name: &str| member(&member(&navigator, name), "length").as_f64() == Some(0.0);
    let chrome_missing = user_agent().contains("Chrome/") && member(&window, "chrome").is_undefined();
    let permission = member(&member(&window, "Notification"), "permission");
    let mut signals = Object::new();
    signals.push(
        "webdriver",
        Value::Bool(member(&navigator, "webdriver").is_truthy()),
    );
    signals.push("plugins", Value::Bool(empty("plugins")));
    signals.push("languages", Value::Bool(empty("languages")));
    signals.push("chrome", Value::Bool(chrome_missing));
    signals.push(
        "permissions",
        Value::Bool(permission.as_string().as_deref() == Some("denied")),
    );
    signals
}

/// A member that browsers may lack: `undefined` then.
fn member(object: &JsValue, name: &str) -> JsValue {
    if object.is_undefined() || object.is_null() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object.unchecked_ref(), &JsValue::from_str(name)).unwrap_or_default()
}
