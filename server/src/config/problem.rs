//! What is wrong with a configuration.

use std::fmt;

/// Everything that is wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigProblems(pub(crate) Vec<ConfigProblem>);

impl ConfigProblems {
    /// The problems, in the order of the options.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.0.iter()
    }
}

impl fmt::Display for ConfigProblems {
    /// One line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigProblems {}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}; {hint}")]
#[non_exhaustive]
pub struct ConfigProblem {
    /// The option as the binary's configuration file names it: the builder's method, and after a dot the field of what it
    /// takes. Only `retention_days` has its unit in its name; the builder's method is `retention`.
    pub key: &'static str,
    /// What is wrong, as a clause.
    pub problem: String,
    /// What to do about it, as a clause.
    pub hint: &'static str,
}
