//! Why the binary ends.

use pocketping_server::ConfigProblems;
use std::fmt::Display;

/// An end with a message of one line.
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

impl From<ConfigProblems> for Failure {
    fn from(problems: ConfigProblems) -> Self {
        let lines = problems.iter().map(|problem| {
            let option = problem.key.replace('_', "-");
            format!("--{option}: {}; {}", problem.problem, problem.hint)
        });
        Failure::usage(lines.collect::<Vec<_>>().join("; "))
    }
}
