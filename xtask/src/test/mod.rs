//! `cargo xtask test`: all suites, each with its result; none is skipped in silence.

mod firefox;
mod fuzz;
mod programs;
mod report;
mod suites;
pub(crate) mod venv;

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{build, wasm::Profile, workspace::Workspace};
use programs::Programs;
use report::Report;

/// Options of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct Options {
    /// Also run what takes minutes: property tests with 20,000 cases each, 50,000 seeds of the simulation, fuzz
    /// targets, the whole burst, ten minutes of load, requests of every form against the OpenAPI document
    #[arg(long)]
    long: bool,
    /// How long each fuzz target runs
    #[arg(long, default_value_t = 300)]
    fuzz_seconds: u64,
    /// Suites to run; all (without the long ones) if none is named
    suites: Vec<Suite>,
}

/// The suites, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Suite {
    /// rustfmt finds nothing to change
    Fmt,
    /// What pages download, against limits and record
    Size,
    /// clippy and rustdoc with warnings denied, native and WASM
    Clippy,
    /// Tests inside the crates and in their documentation
    Unit,
    /// Tests of whole crates on the recorded vectors
    Wire,
    /// The server killed, and its power cut: nothing that was acknowledged is lost
    Crash,
    /// Servers on a PostgreSQL that is started for them
    Postgres,
    /// The server behind an nginx and a Caddy with the documented configurations
    Proxy,
    /// Files in an S3-speaking service that is started for them
    S3,
    /// Whole clients and servers in virtual time with bad networks, and the bugs that must be found there
    Sim,
    /// Our widget with a foreign backend, in a real browser
    Interop,
    /// Our widget, server and inbox, in real browsers
    E2e,
    /// The same in Firefox: of every subject at least one test
    Firefox,
    /// The core promises in WebKit
    Browsers,
    /// Long: the end-to-end tests that `firefox` leaves out
    FirefoxRest,
    /// Long: property tests with 20,000 cases each
    Proptest,
    /// Long: ten minutes of requests of every form, held against the OpenAPI document
    Contract,
    /// Long: 500 messages from five tabs while the server is killed 20 times
    Burst,
    /// Long: ten minutes of mixed load with 200 reconnects a second on the release server
    Soak,
    /// Long: the fuzz targets, five minutes each
    Fuzz,
}

impl Suite {
    /// Left out unless `--long` or its name is given.
    fn is_long(self) -> bool {
        matches!(
            self,
            Self::FirefoxRest | Self::Proptest | Self::Contract | Self::Burst | Self::Soak | Self::Fuzz
        )
    }

    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Whether it looks at the release `dist/`, or at a server with it inside.
    fn needs_dist(self) -> bool {
        matches!(
            self,
            Self::Size
                | Self::Interop
                | Self::E2e
                | Self::Firefox
                | Self::FirefoxRest
                | Self::Browsers
                | Self::Burst
        )
    }

    /// Whether it runs native test programs.
    fn needs_native_build(self) -> bool {
        !matches!(
            self,
            Self::Fmt | Self::Size | Self::Clippy | Self::Sim | Self::Soak | Self::Fuzz
        )
    }
}

fn chosen(options: &Options) -> BTreeSet<Suite> {
    let all = Suite::value_variants().iter().copied();
    if options.suites.is_empty() {
        all.filter(|suite| options.long || !suite.is_long()).collect()
    } else {
        all.filter(|suite| options.suites.contains(suite) || (options.long && suite.is_long()))
            .collect()
    }
}

/// Runs the suites; the exit code is not 0 when one did not pass or could not run.
///
/// # Errors
/// When there is no workspace to test.
pub(crate) fn test(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::load()?;
    let suites = chosen(options);
    let mut report = Report::default();

    if suites.contains(&Suite::Fmt) {
        report.suite("fmt", || suites::fmt(&workspace));
    }
    // Before anything embeds it, so that nothing is compiled twice.
    let dist = if suites.iter().any(|suite| suite.needs_dist()) {
        report.preparation("build dist", || build::fill_dist(&workspace, Profile::Release))
    } else {
        Ok(())
    };
    for suite in [Suite::Size, Suite::Clippy]
        .into_iter()
        .filter(|suite| suites.contains(suite))
    {
        report.suite(&suite.name(), || match suite {
            Suite::Size => suites::size(&workspace, &dist),
            _ => suites::clippy(&workspace),
        });
    }
    let native = if suites.iter().any(|suite| suite.needs_native_build()) {
        report.preparation("build tests", || Programs::build(&workspace))
    } else {
        Ok(Programs::default())
    };
    if suites.contains(&Suite::Sim) {
        report.suite(&Suite::Sim.name(), || {
            suites::simulation(&workspace, options.long)
        });
    }
    for suite in suites.iter().copied().filter(|suite| suite.needs_native_build()) {
        report.suite(&suite.name(), || {
            suites::native(&workspace, suite, &dist, &native)
        });
    }

    if suites.contains(&Suite::Soak) {
        report.suite("soak", || suites::soak(&workspace));
    }
    if suites.contains(&Suite::Fuzz) {
        report.suite("fuzz", || suites::fuzz(&workspace, options.fuzz_seconds));
    }

    println!("\n{report}");
    Ok(if report.failed() == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(long: bool, suites: &[Suite]) -> Vec<String> {
        chosen(&Options {
            long,
            fuzz_seconds: 1,
            suites: suites.to_vec(),
        })
        .into_iter()
        .map(Suite::name)
        .collect()
    }

    #[test]
    fn all_but_the_long_suites_run_by_default() {
        assert_eq!(
            names(false, &[]),
            [
                "fmt", "size", "clippy", "unit", "wire", "crash", "postgres", "proxy", "s3", "sim",
                "interop", "e2e", "firefox", "browsers"
            ]
        );
        assert_eq!(names(true, &[]).last().map(String::as_str), Some("fuzz"));
    }

    #[test]
    fn named_suites_run_alone_and_in_the_fixed_order() {
        assert_eq!(names(false, &[Suite::E2e, Suite::Fmt]), ["fmt", "e2e"]);
        assert_eq!(names(false, &[Suite::Proptest]), ["proptest"]);
    }
}
