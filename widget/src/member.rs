//! Members of objects that a page hands in, read leniently: a wrong one is named in the console and passed over.

use crate::browser::console;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The member of an object that is neither missing nor null.
pub fn given(object: &JsValue, key: &str) -> Option<JsValue> {
    // Reading throws for what is no object, and where the page's getter does.
    let member = Reflect::get(object, &JsValue::from_str(key)).ok()?;
    (!member.is_undefined() && !member.is_null()).then_some(member)
}

/// The function under a key.
pub fn function(object: &JsValue, key: &str) -> Option<Function> {
    let function = given(object, key)?.dyn_into().ok();
    if function.is_none() {
        wrong(key, "a function");
    }
    function
}

/// Says what a member should have been.
pub fn wrong(key: &str, expected: &str) {
    console::warn(&["the option ", key, " is passed over: it must be ", expected].concat());
}
