//! Why the binary ends.

use super::settings::Problem;
use pocketping_server::ConfigProblems;
use std::fmt::Display;

/// An end with a message: a line for each thing that is wrong.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: u8,
    pub(super) message: String,
}

impl Failure {
    /// An option that cannot be used.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Failure {
            code: 2,
            message: message.into(),
        }
    }

    /// Something outside of the program that does not work.
    pub(super) fn because(what: &str, error: impl Display) -> Self {
        Failure {
            code: 1,
            message: format!("{what}: {error}"),
        }
    }
}

/// One line for each problem.
impl From<&[Problem]> for Failure {
    fn from(problems: &[Problem]) -> Self {
        let lines = problems.iter().map(Problem::to_string);
        Failure::usage(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// What the library refuses though it was checked before.
impl From<ConfigProblems> for Failure {
    fn from(problems: ConfigProblems) -> Self {
        Failure::usage(problems.to_string())
    }
}
