//! JavaScript values ⇄ the core's [`Value`], and JSON text by the browser's own `JSON`.

use super::json::{self, Numbers};
use js_sys::JSON;
use pocketping_core::{Object, Value};
use wasm_bindgen::JsValue;

const NUMBERS: Numbers = Numbers {
    read: js_sys::Number::parse_float,
    write: |number| stringify(&JsValue::from_f64(number)).unwrap_or_default(),
};

/// Writes a value as plain JavaScript objects and arrays.
pub fn write(value: &Value) -> JsValue {
    of_json(&to_json(value))
}

/// Writes an object.
pub fn write_object(object: &Object) -> JsValue {
    let mut json = String::new();
    json::write_object(object, &mut json, &NUMBERS);
    of_json(&json)
}

fn of_json(json: &str) -> JsValue {
    // It is ours, so it can be parsed. Unlike assignment this makes a member of every key, `__proto__` included.
    JSON::parse(json).unwrap_or_default()
}

/// Reads JSON text; `None` when it is none.
pub fn parse(text: &str) -> Option<Value> {
    let js = JSON::parse(text).ok()?;
    Some(json::read(&stringify(&js)?, &NUMBERS))
}

/// Reads JSON text that `JSON.stringify` has written, as our JavaScript modules hand it over; `Null` when it is no text.
pub fn read(json: &JsValue) -> Value {
    json.as_string()
        .map_or(Value::Null, |json| json::read(&json, &NUMBERS))
}

/// Writes JSON text.
pub fn to_json(value: &Value) -> String {
    let mut json = String::new();
    json::write(value, &mut json, &NUMBERS);
    json
}

/// A value handed in by the page, as JSON has it, with the length of its text in bytes.
///
/// `None` when it has no JSON form: it refers to itself, holds a `BigInt`, or is a function.
pub fn from_page(js: &JsValue) -> Option<(Value, usize)> {
    let text = stringify(js)?;
    Some((json::read(&text, &NUMBERS), text.len()))
}

fn stringify(js: &JsValue) -> Option<String> {
    // `JSON.stringify` throws on cycles and gives `undefined` for functions.
    JsValue::from(JSON::stringify(js).ok()?).as_string()
}
