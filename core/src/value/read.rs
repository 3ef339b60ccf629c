//! Reading: one lenient reader for null, absent and snake_case, with errors that name the field.

use super::{Object, ReadError, Value, Wire};
use std::borrow::Cow;
use std::fmt;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It is required and absent (or null).
    Missing,
    /// It has another type or form; holds what would have been right, such as `a string`.
    Expected(Cow<'static, str>),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Missing => f.write_str("is required"),
            Problem::Expected(what) => {
                f.write_str("must be ")?;
                f.write_str(what)
            }
        }
    }
}

/// The members of an object that is being read.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a Object);

impl<'a> Fields<'a> {
    /// The members of `value`.
    ///
    /// # Errors
    /// When it is not an object.
    pub fn of(value: &'a Value) -> Result<Self, ReadError> {
        match value {
            Value::Object(object) => Ok(Fields(object)),
            _ => Err(ReadError::expected("an object")),
        }
    }

    /// The member `key` (also in snake_case).
    ///
    /// # Errors
    /// Names the field when it has another form, or is required and absent.
    pub fn get<T: Wire>(&self, key: &str) -> Result<T, ReadError> {
        let read = match self.0.get_lenient(key) {
            Some(value) => T::read(value),
            None => T::absent(),
        };
        read.map_err(|error| error.within(key))
    }

    /// The member `key`, or `default` when it is absent or null.
    ///
    /// # Errors
    /// When it has another form.
    pub fn get_or<T: Wire>(&self, key: &str, default: T) -> Result<T, ReadError> {
        match self.0.get_lenient(key) {
            Some(value) => T::read(value).map_err(|error| error.within(key)),
            None => Ok(default),
        }
    }

    /// All members that are none of `known` (in either spelling) and not null.
    pub fn rest(&self, known: &[&str]) -> Object {
        let is_known = |name: &str| known.iter().any(|key| *key == name || is_snake_of(name, key));
        let rest = self
            .0
            .iter()
            .filter(|(name, value)| !value.is_null() && !is_known(name));
        rest.map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }
}

/// Whether `name` is the snake_case spelling of the camelCase `key` (and not `key` itself).
pub(super) fn is_snake_of(name: &str, key: &str) -> bool {
    if name.len() <= key.len() {
        return false;
    }
    let mut name = name.bytes();
    for wanted in key.bytes() {
        let fits = if wanted.is_ascii_uppercase() {
            name.next() == Some(b'_') && name.next() == Some(wanted.to_ascii_lowercase())
        } else {
            name.next() == Some(wanted)
        };
        if !fits {
            return false;
        }
    }
    name.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_is_recognised_exactly() {
        assert!(is_snake_of("session_id", "sessionId"));
        assert!(!is_snake_of("sessionId", "sessionId"));
        assert!(!is_snake_of("session_ids", "sessionId"));
        assert!(!is_snake_of("sessio_nid", "sessionId"));
    }

    #[test]
    fn null_counts_as_absent() {
        let value = Value::from(Object::new().with("name", Value::Null));
        let fields = Fields::of(&value).unwrap();
        assert_eq!(fields.get::<Option<String>>("name"), Ok(None));
        assert_eq!(
            fields.get::<String>("name"),
            Err(ReadError::missing().within("name"))
        );
    }
}
