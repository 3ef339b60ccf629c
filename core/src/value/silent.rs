//! Errors that say nothing, where nobody would hear it.

use super::Problem;
use std::fmt;

/// A value could not be read. What is wrong with it, and where, is told only with the feature `faults`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(());

impl ReadError {
    /// A problem with the root.
    pub fn new(_: Problem) -> Self {
        ReadError(())
    }

    /// A value of another type or form than this.
    pub fn expected(_: &'static str) -> Self {
        ReadError(())
    }

    /// A required value that is not there.
    pub fn missing() -> Self {
        ReadError(())
    }

    /// The same error seen from one level further out.
    #[must_use]
    pub fn within(self, _: &str) -> Self {
        self
    }

    /// The same error seen from the list whose item it was found in.
    #[must_use]
    pub fn within_item(self, _: usize) -> Self {
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value cannot be read")
    }
}

impl std::error::Error for ReadError {}
