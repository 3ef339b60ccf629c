//! JavaScript values ⇄ the core's [`Value`], and JSON text by the browser's own `JSON`.

use js_sys::{Array, JSON, Reflect};
use pocketping_core::{Object, Value};
use wasm_bindgen::{JsCast, JsValue};

/// How deep trees are read; what lies deeper is `Null`. More would be an attack on the stack, not a chat.
const MAX_DEPTH: u32 = 64;
/// JavaScript's `Number.MAX_SAFE_INTEGER`: up to here numbers without a fraction are exact.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Reads a tree that came from `JSON.parse` or the database.
///
/// Members that JSON does not know (functions, symbols, `undefined`) are passed over. For what a page
/// hands in, which may refer to itself, see [`from_page`].
pub fn read(js: &JsValue) -> Value {
    read_within(js, MAX_DEPTH)
}

fn read_within(js: &JsValue, depth: u32) -> Value {
    if let Some(text) = js.as_string() {
        return Value::String(text);
    }
    if let Some(number) = js.as_f64() {
        return read_number(number);
    }
    if let Some(flag) = js.as_bool() {
        return Value::Bool(flag);
    }
    if depth == 0 || !js.is_object() {
        return Value::Null;
    }
    if Array::is_array(js) {
        let items: &Array = js.unchecked_ref();
        return Value::List(items.iter().map(|item| read_within(&item, depth - 1)).collect());
    }
    let mut object = Object::new();
    for key in js_sys::Object::keys(js.unchecked_ref::<js_sys::Object>()).iter() {
        // Reading fails only where a getter throws, which parsed JSON has not.
        let Ok(member) = Reflect::get(js, &key) else {
            continue;
        };
        if member.is_undefined() || member.is_function() || member.is_symbol() {
            continue;
        }
        if let Some(key) = key.as_string() {
            object.push(&key, read_within(&member, depth - 1));
        }
    }
    Value::Object(object)
}

/// Whole numbers that JavaScript holds exactly are integers, all others floats.
fn read_number(number: f64) -> Value {
    let whole = number as i64;
    if number.abs() <= MAX_SAFE_INTEGER && whole as f64 == number {
        Value::Int(whole)
    } else {
        Value::Float(number)
    }
}

/// Writes a value as plain JavaScript objects and arrays.
pub fn write(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(flag) => JsValue::from_bool(*flag),
        Value::Int(number) => JsValue::from_f64(*number as f64),
        Value::Float(number) => JsValue::from_f64(*number),
        Value::String(text) => JsValue::from_str(text),
        Value::List(items) => items.iter().map(write).collect::<Array>().into(),
        Value::Object(object) => write_object(object),
    }
}

/// Writes an object.
pub fn write_object(object: &Object) -> JsValue {
    let members: Array = object
        .iter()
        .map(|(key, value)| Array::of2(&JsValue::from_str(key), &write(value)))
        .collect();
    // Unlike assignment this makes a member of every key, `__proto__` included. It cannot fail on pairs.
    js_sys::Object::from_entries(&members).map_or(JsValue::NULL, JsValue::from)
}

/// Reads JSON text; `None` when it is none.
pub fn parse(text: &str) -> Option<Value> {
    JSON::parse(text).ok().map(|js| read(&js))
}

/// Writes JSON text.
pub fn to_json(value: &Value) -> String {
    stringify(&write(value)).unwrap_or_default()
}

/// A value handed in by the page, as JSON has it, with the length of its text in bytes.
///
/// `None` when it has no JSON form: it refers to itself, holds a `BigInt`, or is a function.
pub fn from_page(js: &JsValue) -> Option<(Value, usize)> {
    let text = stringify(js)?;
    Some((parse(&text)?, text.len()))
}

fn stringify(js: &JsValue) -> Option<String> {
    // `JSON.stringify` throws on cycles and gives `undefined` for functions.
    JsValue::from(JSON::stringify(js).ok()?).as_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_integers_as_far_as_javascript_is_exact() {
        assert_eq!(read_number(7.0), Value::Int(7));
        assert_eq!(
            read_number(-9_007_199_254_740_991.0),
            Value::Int(-9_007_199_254_740_991)
        );
        assert_eq!(read_number(0.5), Value::Float(0.5));
        assert_eq!(read_number(1e300), Value::Float(1e300));
        assert_eq!(
            read_number(9_007_199_254_740_992.0),
            Value::Float(9_007_199_254_740_992.0)
        );
        assert!(matches!(read_number(f64::NAN), Value::Float(number) if number.is_nan()));
    }
}
