//! Errors that say what is wrong, and where.

use super::Problem;
use std::borrow::Cow;
use std::fmt;

/// Why a value could not be read, and where. A pointer, so that reading costs little where it succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(Box<Fault>);

/// What a [`ReadError`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field from the root, such as `identity.id` or `messages.3.sender`; empty for the root.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl std::ops::Deref for ReadError {
    type Target = Fault;
    fn deref(&self) -> &Fault {
        &self.0
    }
}

impl ReadError {
    /// A problem with the root.
    #[inline(never)]
    pub fn new(problem: Problem) -> Self {
        ReadError(Box::new(Fault {
            field: String::new(),
            problem,
        }))
    }

    /// A value of another type or form than `what`.
    #[inline(never)]
    pub fn expected(what: &'static str) -> Self {
        Self::new(Problem::Expected(Cow::Borrowed(what)))
    }

    /// A required value that is not there.
    #[inline(never)]
    pub fn missing() -> Self {
        Self::new(Problem::Missing)
    }

    /// The same error seen from one level further out.
    #[must_use]
    #[inline(never)]
    pub fn within(mut self, step: &str) -> Self {
        let field = &mut self.0.field;
        if field.is_empty() {
            field.push_str(step);
        } else {
            field.insert(0, '.');
            field.insert_str(0, step);
        }
        self
    }

    /// The same error seen from the list whose item it was found in.
    #[must_use]
    #[inline(never)]
    pub fn within_item(self, at: usize) -> Self {
        self.within(&at.to_string())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.field.is_empty() {
            "the body"
        } else {
            &self.field
        })?;
        f.write_str(" ")?;
        self.problem.fmt(f)
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_path_of_the_field() {
        let error = ReadError::missing()
            .within("id")
            .within_item(2)
            .within("messages");
        assert_eq!(error.to_string(), "messages.2.id is required");
    }
}
