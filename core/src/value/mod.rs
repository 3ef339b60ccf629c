//! The tree that both ends read and write instead of JSON text.

#[cfg(feature = "faults")]
mod fault;
mod read;
#[cfg(feature = "openapi")]
pub(crate) mod schema;
#[cfg(feature = "serde")]
mod serde_impl;
#[cfg(not(feature = "faults"))]
mod silent;
mod wire;

#[cfg(feature = "faults")]
pub use fault::{Fault, ReadError};
pub use read::{Fields, Problem};
#[cfg(feature = "openapi")]
pub use schema::Schemas;
#[cfg(not(feature = "faults"))]
pub use silent::ReadError;
pub use wire::Wire;
pub(crate) use wire::wire_object;

/// A JSON value. Integers that fit `i64` stay exact; other numbers are floats.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`; readers treat it like an absent key.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Object(Object),
}

impl Value {
    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The flag, if this is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number, if this is whole (a float without a fraction counts).
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Float(number) if *number == (*number as i64) as f64 => Some(*number as i64),
            _ => None,
        }
    }

    /// The items, if this is an array.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The member `key` of an object; `None` for a missing or null one, and for other values.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(items)
    }
}

/// An object's members in the order they came. Objects on this wire are small, so lookup is linear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Object(Vec::new())
    }

    /// The member under exactly this key; `None` when missing or null.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    }

    /// The member under this camelCase key or its snake_case spelling (PROTOCOL §3: Python accepts both).
    pub fn get_lenient(&self, key: &str) -> Option<&Value> {
        self.get(key).or_else(|| {
            let found = self.0.iter().find(|(name, _)| read::is_snake_of(name, key));
            found.map(|(_, value)| value).filter(|value| !value.is_null())
        })
    }

    /// Sets a member: replaces the value of a key that exists, else appends.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.set_value(key, value.into());
    }

    #[inline(never)]
    fn set_value(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Appends a member without looking for an earlier one: for writers, whose keys differ.
    pub fn push(&mut self, key: &str, value: Value) {
        self.0.push((key.to_owned(), value));
    }

    /// Appends a value, unless it is false, 0 or an empty list.
    #[inline(never)]
    pub(crate) fn push_full(&mut self, key: &str, value: Value) {
        let is_blank = match &value {
            Value::Bool(flag) => !flag,
            Value::Int(number) => *number == 0,
            Value::List(items) => items.is_empty(),
            _ => false,
        };
        if !is_blank {
            self.push(key, value);
        }
    }

    /// Appends what a field holds, unless it is unset.
    pub(crate) fn put<T: Wire>(&mut self, key: &str, field: &T) {
        if !field.is_unset() {
            self.push(key, field.write());
        }
    }

    /// The same object with one more member; reads well in literals.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    /// Removes a member and gives its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// Members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        Object(members.into_iter().collect())
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_camel_and_in_snake_case() {
        let object = Object::new().with("visitor_id", "v").with("a", Value::Null);
        assert_eq!(object.get_lenient("visitorId").and_then(Value::as_str), Some("v"));
        assert_eq!(object.get("visitorId"), None);
        assert_eq!(object.get("a"), None, "null is absent");
    }

    #[test]
    fn setting_a_key_twice_keeps_one_member() {
        let object = Object::new().with("a", 1).with("b", 2).with("a", 3);
        assert_eq!(object.len(), 2);
        assert_eq!(object.get("a").and_then(Value::as_int), Some(3));
    }
}
