//! What each suite runs. All native suites select the whole workspace, so that cargo unifies the same features
//! and one build serves all of them.

use std::process::Command;

use anyhow::Result;

use super::{Suite, report::NotPassed, venv};
use crate::{packages, run, shell, size, workspace::Workspace};

/// The package whose tests need browsers and foreign backends.
const BROWSER_TESTS: &str = "pocketping-tests";

/// A preparation's result as the suites see it.
type Prepared = Result<(), String>;

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut cargo = shell::cargo();
    cargo.args(arguments).current_dir(&workspace.root);
    cargo
}

/// rustfmt on the whole workspace.
pub(crate) fn fmt(workspace: &Workspace) -> Result<(), NotPassed> {
    Ok(shell::run(&mut cargo(workspace, &["fmt", "--all", "--check"]))?)
}

/// The size gate on the `dist/` that was just built.
pub(crate) fn size(workspace: &Workspace, dist: &Prepared) -> Result<(), NotPassed> {
    needs(dist)?;
    Ok(size::check(workspace)?)
}

/// Clippy, and each feature of the libraries alone.
pub(crate) fn clippy(workspace: &Workspace) -> Result<(), NotPassed> {
    const RUNS: [&[&str]; 6] = [
        &["--workspace", "--all-targets"],
        &[
            "--package",
            "pocketping-widget",
            "--target",
            "wasm32-unknown-unknown",
        ],
        &[
            "--package",
            "pocketping-inbox",
            "--target",
            "wasm32-unknown-unknown",
        ],
        &["--package", "pocketping-core", "--features", "serde"],
        &["--package", "pocketping-core", "--features", "patterns"],
        &["--package", "pocketping-server", "--lib", "--no-default-features"],
    ];
    let mut failed = None;
    for arguments in RUNS {
        let mut clippy = cargo(workspace, &["clippy"]);
        clippy.args(arguments).args(["--", "-D", "warnings"]);
        if let Err(error) = shell::run(&mut clippy) {
            failed.get_or_insert(error);
        }
    }
    Ok(failed.map_or(Ok(()), Err)?)
}

/// Builds every test program and the server's binary, which embeds `dist/`.
pub(crate) fn build_tests(workspace: &Workspace) -> Result<()> {
    shell::run(&mut cargo(
        workspace,
        &["build", "--workspace", "--bins", "--tests"],
    ))
}

/// One of the suites that run native test programs.
pub(crate) fn native(
    workspace: &Workspace,
    suite: Suite,
    dist: &Prepared,
    built: &Prepared,
) -> Result<(), NotPassed> {
    needs(built)?;
    match suite {
        Suite::Unit => {
            shell::run(&mut cargo(
                workspace,
                &["test", "--workspace", "--no-fail-fast", "--lib", "--bins"],
            ))?;
            shell::run(&mut cargo(
                workspace,
                &["test", "--workspace", "--no-fail-fast", "--doc"],
            ))?;
        }
        Suite::Wire => shell::run(&mut wire(workspace)?)?,
        Suite::Interop => {
            needs(dist)?;
            let python = venv::ready(workspace).map_err(missing)?;
            shell::run(browser_tests(workspace, "interop")?.env("INTEROP_PYTHON", python))?;
        }
        Suite::E2e => {
            needs(dist)?;
            shell::run(&mut browser_tests(workspace, "e2e")?)?;
        }
        Suite::Proptest => {
            eprintln!("all unit and wire tests again, property tests with 20,000 cases each");
            shell::run(
                cargo(workspace, &["test", "--workspace", "--no-fail-fast", "--lib"])
                    .env("PROPTEST_CASES", "20000"),
            )?;
            shell::run(wire(workspace)?.env("PROPTEST_CASES", "20000"))?;
        }
        Suite::Fmt | Suite::Size | Suite::Clippy => {
            unreachable!("suites without native programs have their own functions")
        }
    }
    Ok(())
}

/// The integration tests of all packages but the browsers' one.
fn wire(workspace: &Workspace) -> Result<Command, NotPassed> {
    let mut command = cargo(workspace, &["test", "--workspace", "--no-fail-fast"]);
    let mut names: Vec<_> = workspace
        .test_targets
        .iter()
        .filter(|(package, _)| package != BROWSER_TESTS)
        .map(|(_, target)| target)
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return Err(NotPassed::CouldNotRun(
            "no crate has a test on the recorded vectors".to_owned(),
        ));
    }
    for name in names {
        command.args(["--test", name]);
    }
    Ok(command)
}

/// A test target of the browsers' package, told where everything is.
fn browser_tests(workspace: &Workspace, target: &str) -> Result<Command, NotPassed> {
    let known = workspace
        .test_targets
        .iter()
        .any(|(package, name)| package == BROWSER_TESTS && name == target);
    if !known {
        return Err(NotPassed::CouldNotRun(format!(
            "{BROWSER_TESTS} has no test target `{target}`"
        )));
    }
    let browser = packages::browser().map_err(missing)?;
    let server = run::binary(&workspace.target, "debug");
    if !server.is_file() {
        return Err(NotPassed::CouldNotRun(format!(
            "{} was not built",
            server.display()
        )));
    }
    let mut command = cargo(
        workspace,
        &["test", "--workspace", "--no-fail-fast", "--test", target],
    );
    command
        .env("POCKETPING_BIN", server)
        .env("CHROMEDRIVER", browser.chromedriver)
        .env("CHROMIUM", browser.chromium);
    Ok(command)
}

fn needs(prepared: &Prepared) -> Result<(), NotPassed> {
    prepared.clone().map_err(NotPassed::CouldNotRun)
}

fn missing(error: anyhow::Error) -> NotPassed {
    NotPassed::CouldNotRun(format!("{error:#}"))
}
