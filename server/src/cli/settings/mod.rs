//! The binary's options: from defaults, a file, the environment and flags, each winning over the ones before.
//!
//! [`KEYS`] says what there is; [`Settings`] has the values, and collects what is wrong with them, so that all problems are
//! said at once.

mod builder;
pub(super) use builder::apply;
mod key;
pub(super) use key::Key;
mod keys;
pub(super) use keys::KEYS;
mod office_hours;
mod origin;
pub(super) use origin::Origin;
mod read;
pub(super) use read::Given;
mod show;
pub(super) use show::show;
#[cfg(test)]
mod tests;

use figment::Figment;
use figment::value::Value;
use pocketping_core::ReadError;
use pocketping_server::ConfigProblems;
use std::str::FromStr;

/// The values of all options, and what is wrong with them.
pub(super) struct Settings {
    values: Figment,
    problems: Vec<Problem>,
    /// Variables that look like options and are none.
    strange_variables: Vec<String>,
}

/// What is wrong, in words for whoever has to change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    place: String,
    problem: String,
    hint: String,
}

impl Settings {
    /// The value of an option that is set, and of the kind that it takes.
    fn value(&self, path: &'static str) -> Option<Value> {
        let key = KEYS.iter().find(|key| key.path == path);
        debug_assert!(key.is_some(), "{path} is in no table");
        let value = self.values.find_value(path).ok()?;
        // What does not fit is among the problems since it was read.
        key?.kind.fits(&value).then_some(value)
    }

    fn text(&self, path: &'static str) -> Option<String> {
        self.value(path)?.into_string()
    }

    fn flag(&self, path: &'static str) -> Option<bool> {
        self.value(path)?.to_bool()
    }

    fn number(&self, path: &'static str) -> Option<u64> {
        key::whole(&self.value(path)?)
    }

    fn list(&self, path: &'static str) -> Option<Vec<String>> {
        let items = self.value(path)?.into_array()?;
        Some(items.into_iter().filter_map(Value::into_string).collect())
    }

    /// A table or list of tables.
    fn tree(&mut self, path: &'static str) -> Option<pocketping_core::Value> {
        match self.value(path)?.deserialize() {
            Ok(tree) => Some(tree),
            Err(error) => {
                self.problem(
                    path,
                    error.to_string(),
                    "write texts, numbers, true, false, lists and tables",
                );
                None
            }
        }
    }

    /// A number of a smaller type.
    fn small<T: TryFrom<u64>>(&mut self, path: &'static str) -> Option<T> {
        let number = self.number(path)?;
        let small = T::try_from(number).ok();
        if small.is_none() {
            self.problem(path, format!("{number} is too large"), "write a smaller number");
        }
        small
    }

    /// A number of a smaller type that 0 makes no sense for.
    fn positive(&mut self, path: &'static str) -> Option<u32> {
        let number = self.small(path)?;
        if number == 0 {
            self.problem(path, "0 would let nothing through", "write a number above 0");
            return None;
        }
        Some(number)
    }

    /// Each item of a list in another form.
    fn parsed<T: FromStr>(&mut self, path: &'static str, hint: &str) -> Vec<T>
    where
        T::Err: std::fmt::Display,
    {
        let mut parsed = Vec::new();
        for item in self.list(path).unwrap_or_default() {
            match item.parse() {
                Ok(item) => parsed.push(item),
                Err(error) => self.problem(path, T::Err::to_string(&error), hint),
            }
        }
        parsed
    }

    fn problem(&mut self, path: &str, problem: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem {
            place: self.origin(path).place(path),
            problem: problem.into(),
            hint: hint.into(),
        };
        self.problems.push(problem);
    }

    fn misread(&mut self, path: &str, error: &ReadError) {
        self.problem(path, error.to_string(), "see docs/configuration.md");
    }

    /// Where an option's value comes from.
    pub(super) fn origin(&self, path: &str) -> Origin {
        Origin::of(self.values.find_metadata(path))
    }

    /// Adds what the library finds wrong; its options have the same names.
    pub(super) fn add(&mut self, problems: &ConfigProblems) {
        for problem in problems.iter() {
            self.problem(problem.key, problem.problem.clone(), problem.hint);
        }
    }

    /// Everything that is wrong.
    pub(super) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Variables that look like options and are none.
    pub(super) fn strange_variables(&self) -> &[String] {
        &self.strange_variables
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.problem, self.hint)
    }
}
