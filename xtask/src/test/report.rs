//! What happened: a row for each step, a last line that counts the suites.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::Result;

/// How a suite or a preparation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Passed,
    /// It ran and found something.
    Failed,
    /// Something that it needs is missing; counts as a failure.
    CouldNotRun(String),
}

struct Row {
    name: String,
    counts: bool,
    took: Duration,
    outcome: Outcome,
}

/// Collects rows while the steps run.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs a suite and notes how it ended.
    pub(crate) fn suite(&mut self, name: &str, run: impl FnOnce() -> Result<(), NotPassed>) {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let outcome = match run() {
            Ok(()) => Outcome::Passed,
            Err(NotPassed::Failed(error)) => {
                eprintln!("{name}: {error:#}");
                Outcome::Failed
            }
            Err(NotPassed::CouldNotRun(why)) => {
                eprintln!("{name} could not run: {why}");
                Outcome::CouldNotRun(why)
            }
        };
        self.add(name, true, start.elapsed(), outcome);
    }

    /// Does what several suites need; they are told when it failed. Not counted as a suite.
    pub(crate) fn preparation<T>(
        &mut self,
        name: &str,
        run: impl FnOnce() -> Result<T>,
    ) -> Result<T, String> {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let result = run();
        let outcome = if result.is_ok() {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        self.add(name, false, start.elapsed(), outcome);
        result.map_err(|error| {
            eprintln!("{name}: {error:#}");
            format!("{name} failed: {error:#}")
        })
    }

    fn add(&mut self, name: &str, counts: bool, took: Duration, outcome: Outcome) {
        self.rows.push(Row {
            name: name.to_owned(),
            counts,
            took,
            outcome,
        });
    }

    /// Suites that did not pass.
    pub(crate) fn failed(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.counts && row.outcome != Outcome::Passed)
            .count()
    }

    fn passed(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.counts && row.outcome == Outcome::Passed)
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<18} {:>8}  result", "suite", "seconds")?;
        for row in &self.rows {
            let result = match (&row.outcome, row.counts) {
                (Outcome::Passed, true) => "passed".to_owned(),
                (Outcome::Passed, false) => "done".to_owned(),
                (Outcome::Failed, _) => "FAILED".to_owned(),
                (Outcome::CouldNotRun(why), _) => {
                    format!("COULD NOT RUN: {}", why.lines().next().unwrap_or_default())
                }
            };
            writeln!(f, "{:<18} {:>8.1}  {result}", row.name, row.took.as_secs_f64())?;
        }
        write!(f, "{} passed, {} failed", self.passed(), self.failed())
    }
}

/// Why a suite did not pass.
#[derive(Debug)]
pub(crate) enum NotPassed {
    /// It ran and found something.
    Failed(anyhow::Error),
    /// Something that it needs is missing.
    CouldNotRun(String),
}

impl From<anyhow::Error> for NotPassed {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    fn report() -> Report {
        let mut report = Report::default();
        report.add("fmt", true, Duration::from_millis(1_250), Outcome::Passed);
        report.add("build", false, Duration::from_secs(60), Outcome::Passed);
        report.add("unit", true, Duration::from_secs(100), Outcome::Failed);
        report.add(
            "e2e",
            true,
            Duration::ZERO,
            Outcome::CouldNotRun("no browser\nmore".to_owned()),
        );
        report
    }

    #[test]
    fn the_table_names_every_step_and_ends_with_the_count() {
        let expected = "\
suite               seconds  result
fmt                     1.2  passed
build                  60.0  done
unit                  100.0  FAILED
e2e                     0.0  COULD NOT RUN: no browser
1 passed, 2 failed";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn a_suite_that_could_not_run_is_a_failure() {
        assert_eq!(report().failed(), 2);
    }

    #[test]
    fn one_failure_does_not_keep_the_next_suite_from_running() {
        let mut report = Report::default();
        report.suite("a", || Err(anyhow!("broken").into()));
        report.suite("b", || Ok(()));
        assert_eq!((report.passed(), report.failed()), (1, 1));
    }

    #[test]
    fn a_failed_preparation_tells_why() {
        let mut report = Report::default();
        let why = report
            .preparation("build", || Err::<(), _>(anyhow!("no compiler")))
            .unwrap_err();
        assert_eq!(why, "build failed: no compiler");
        assert_eq!(report.failed(), 0, "the suites that need it are counted instead");
    }
}
