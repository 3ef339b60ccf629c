//! What each suite runs.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::{
    Suite, firefox, fuzz,
    programs::{Kind, Program, Programs},
    report::NotPassed,
    venv,
};
use crate::{bench, browsers, node, packages, shell, sim, size, workspace::Workspace};

/// The folder of the package whose tests need browsers and foreign backends.
const BROWSER_TESTS: &str = "tests";
/// The test target that kills the server.
const CRASH_TESTS: &str = "crash";
/// The test target that starts a PostgreSQL.
const POSTGRES_TESTS: &str = "postgres";
/// The test target that starts an nginx and a Caddy.
const PROXY_TESTS: &str = "proxy";
/// The test target that starts an S3-speaking service.
const S3_TESTS: &str = "s3";
/// Cases of each property test in the long suite.
const LONG_CASES: &str = "20000";

/// Seeds of the simulation: about half a minute on two processors, and with `--long` about ten.
const SEEDS: u64 = 2_000;
const LONG_SEEDS: u64 = 50_000;

/// How long the server is under load.
const SOAK_MINUTES: f64 = 10.0;

/// A preparation's result as the suites see it; on failure, why.
pub(crate) type Prepared<T> = Result<T, String>;

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
pub(crate) fn size(workspace: &Workspace, dist: &Prepared<()>) -> Result<(), NotPassed> {
    needs(dist)?;
    Ok(size::check(workspace)?)
}

/// Clippy, each feature of the libraries alone, and the documentation.
pub(crate) fn clippy(workspace: &Workspace) -> Result<(), NotPassed> {
    const RUNS: [&[&str]; 12] = [
        &["--workspace", "--all-targets"],
        &[
            "--package",
            "pocketping-widget",
            "--target",
            "wasm32-unknown-unknown",
        ],
        &[
            "--package",
            "pocketping-widget",
            "--target",
            "wasm32-unknown-unknown",
            "--no-default-features",
            "--features",
            "filter",
        ],
        &[
            "--package",
            "pocketping-inbox",
            "--target",
            "wasm32-unknown-unknown",
        ],
        &["--package", "pocketping-core", "--features", "serde"],
        &["--package", "pocketping-core", "--features", "patterns"],
        &["--package", "pocketping-core", "--features", "openapi"],
        &["--package", "pocketping-server", "--lib", "--no-default-features"],
        &[
            "--package",
            "pocketping-server",
            "--lib",
            "--no-default-features",
            "--features",
            "postgres",
        ],
        &[
            "--package",
            "pocketping-server",
            "--lib",
            "--no-default-features",
            "--features",
            "s3",
        ],
        &["--package", "pocketping-client", "--lib", "--no-default-features"],
        &[
            "--package",
            "pocketping-sim",
            "--all-targets",
            "--features",
            "planted-bugs",
        ],
    ];
    let runs = RUNS.map(|arguments| {
        let mut clippy = cargo(workspace, &["clippy"]);
        clippy.args(arguments).args(["--", "-D", "warnings"]);
        clippy
    });
    let mut docs = cargo(workspace, &["doc", "--workspace", "--no-deps", "--keep-going"]);
    docs.env("RUSTDOCFLAGS", "-D warnings");
    Ok(all(runs.into_iter().chain([docs]))?)
}

/// The simulation, and the bugs planted in its engines.
pub(crate) fn simulation(workspace: &Workspace, long: bool) -> Result<(), NotPassed> {
    let seeds = if long { LONG_SEEDS } else { SEEDS };
    Ok(all(sim::suite(workspace, seeds))?)
}

/// Minutes of mixed load on the release server.
pub(crate) fn soak(workspace: &Workspace) -> Result<(), NotPassed> {
    Ok(shell::run(&mut bench::soak(workspace, SOAK_MINUTES)?)?)
}

/// Every fuzz target for so many seconds.
pub(crate) fn fuzz(workspace: &Workspace, seconds: u64) -> Result<(), NotPassed> {
    Ok(all(fuzz::build(workspace, seconds)?)?)
}

/// One of the suites that run native test programs.
pub(crate) fn native(
    workspace: &Workspace,
    suite: Suite,
    dist: &Prepared<()>,
    built: &Prepared<Programs>,
) -> Result<(), NotPassed> {
    let programs = needs(built)?;
    let select = |wanted: fn(&Program, bool) -> bool| -> Vec<Command> {
        let browser_tests = workspace.root.join(BROWSER_TESTS);
        programs
            .tests
            .iter()
            .filter(|program| wanted(program, program.package == browser_tests))
            .map(Program::command)
            .collect()
    };
    let unit = || select(|program, _| program.kind == Kind::Unit);
    let wire = || {
        select(|program, browser| {
            let own_suite = [CRASH_TESTS, POSTGRES_TESTS, PROXY_TESTS, S3_TESTS].contains(&&*program.target);
            program.kind == Kind::Integration && !browser && !own_suite
        })
    };
    match suite {
        Suite::Unit => {
            let mut runs = unit();
            runs.push(cargo(
                workspace,
                &["test", "--workspace", "--no-fail-fast", "--doc"],
            ));
            all(runs)?;
        }
        Suite::Wire => all(some(wire(), "no crate has a test on the recorded vectors")?)?,
        Suite::Crash => {
            if cfg!(target_os = "linux") {
                packages::strace().map_err(missing)?;
            }
            let found = select(|program, _| program.target == CRASH_TESTS);
            all(some(found, "pocketping-server has no test target `crash`")?)?;
        }
        Suite::Postgres => {
            packages::postgres().map_err(missing)?;
            let found = select(|program, _| program.target == POSTGRES_TESTS);
            all(some(found, "pocketping-server has no test target `postgres`")?)?;
        }
        Suite::Proxy => {
            packages::nginx().map_err(missing)?;
            packages::caddy().map_err(missing)?;
            let found = select(|program, _| program.target == PROXY_TESTS);
            all(some(found, "pocketping-server has no test target `proxy`")?)?;
        }
        Suite::S3 => {
            let python = venv::ready(workspace, "s3").map_err(missing)?;
            let found = select(|program, _| program.target == S3_TESTS);
            let found = some(found, "pocketping-server has no test target `s3`")?;
            all(found.into_iter().map(|mut command| {
                command.env("S3_PYTHON", &python);
                command
            }))?;
        }
        Suite::Interop => {
            needs(dist)?;
            let python = venv::ready(workspace, "interop").map_err(missing)?;
            let found = select(|program, browser| browser && program.target == "interop");
            let found = with_browser(
                some(found, "pocketping-tests has no test target `interop`")?,
                programs,
            )?;
            all(found.into_iter().map(|mut command| {
                command.env("INTEROP_PYTHON", &python);
                command
            }))?;
        }
        Suite::Contract => {
            let python = venv::ready(workspace, "contract").map_err(missing)?;
            let server = with_server(programs)?;
            let found = select(|program, browser| browser && program.target == "contract");
            let found = some(found, "pocketping-tests has no test target `contract`")?;
            all(found.into_iter().map(|mut command| {
                command
                    .env("CONTRACT_PYTHON", &python)
                    .env("POCKETPING_BIN", server);
                command
            }))?;
        }
        Suite::E2e => {
            needs(dist)?;
            let found = with_tools(
                workspace,
                select(|program, browser| browser && program.target == "e2e"),
            )?;
            all(with_browser(found, programs)?)?;
        }
        Suite::Firefox | Suite::FirefoxRest => {
            needs(dist)?;
            let steered = browsers::firefox().map_err(missing)?;
            let server = with_server(programs)?;
            let part = match suite {
                Suite::Firefox => firefox::Part::Everyday,
                _ => firefox::Part::Rest,
            };
            let e2e = programs
                .tests
                .iter()
                .filter(|program| {
                    program.package == workspace.root.join(BROWSER_TESTS) && program.target == "e2e"
                })
                .map(|program| firefox::command(program, part));
            let found = with_tools(workspace, e2e.collect::<Result<_>>()?)?;
            all(found.into_iter().map(|mut command| {
                command
                    .env("POCKETPING_BIN", server)
                    .envs(steered.iter().cloned());
                command
            }))?;
        }
        Suite::Browsers => {
            needs(dist)?;
            if !cfg!(target_os = "linux") {
                eprintln!("nothing to run: WebKitGTK is there on Linux only");
                return Ok(());
            }
            let steered = browsers::webkit().map_err(missing)?;
            let server = with_server(programs)?;
            let found = select(|program, browser| browser && program.target == "browsers");
            let found = some(found, "pocketping-tests has no test target `browsers`")?;
            all(found.into_iter().map(|mut command| {
                command
                    .env("POCKETPING_BIN", server)
                    .envs(steered.iter().cloned());
                command
            }))?;
        }
        Suite::Burst => {
            needs(dist)?;
            let found = select(|program, browser| browser && program.target == "long");
            all(with_browser(
                some(found, "pocketping-tests has no test target `long`")?,
                programs,
            )?)?;
        }
        Suite::Proptest => {
            eprintln!("all unit and wire tests again, property tests with {LONG_CASES} cases each");
            all(unit().into_iter().chain(wire()).map(|mut command| {
                command.env("PROPTEST_CASES", LONG_CASES);
                command
            }))?;
        }
        Suite::Fmt | Suite::Size | Suite::Clippy | Suite::Sim | Suite::Soak | Suite::Fuzz => {
            unreachable!("suites without native programs have their own functions")
        }
    }
    Ok(())
}

/// Tells the end-to-end tests where the programs are that they run on what they see.
fn with_tools(workspace: &Workspace, e2e: Vec<Command>) -> Result<Vec<Command>, NotPassed> {
    let (tools, _) = node::modules(&workspace.root.join(BROWSER_TESTS).join("npm")).map_err(missing)?;
    let found = some(e2e, "pocketping-tests has no test target `e2e`")?;
    Ok(found
        .into_iter()
        .map(|mut command| {
            command
                .env("AXE", tools.join("axe-core").join("axe.min.js"))
                .env("TYPESCRIPT", tools.join("typescript").join("lib").join("tsc.js"));
            command
        })
        .collect())
}

/// Tells the commands where the browser and the server are.
fn with_browser(commands: Vec<Command>, programs: &Programs) -> Result<Vec<Command>, NotPassed> {
    let browser = packages::browser().map_err(missing)?;
    let server = with_server(programs)?;
    Ok(commands
        .into_iter()
        .map(|mut command| {
            command
                .env("POCKETPING_BIN", server)
                .env("CHROMEDRIVER", &browser.chromedriver)
                .env("CHROMIUM", &browser.chromium);
            command
        })
        .collect())
}

fn with_server(programs: &Programs) -> Result<&Path, NotPassed> {
    let server = programs.server.as_deref();
    server.ok_or_else(|| NotPassed::CouldNotRun("cargo built no `pocketping` binary".to_owned()))
}

/// Runs every command, whatever becomes of the one before.
fn all(commands: impl IntoIterator<Item = Command>) -> Result<()> {
    let failed: Vec<String> = commands
        .into_iter()
        .filter_map(|mut command| shell::run(&mut command).err())
        .map(|error| format!("{error:#}"))
        .collect();
    if !failed.is_empty() {
        bail!("{}", failed.join("; "));
    }
    Ok(())
}

/// The commands, unless there are none: a suite that tests nothing has not passed.
fn some(commands: Vec<Command>, otherwise: &str) -> Result<Vec<Command>, NotPassed> {
    if commands.is_empty() {
        Err(NotPassed::CouldNotRun(otherwise.to_owned()))
    } else {
        Ok(commands)
    }
}

fn needs<T>(prepared: &Prepared<T>) -> Result<&T, NotPassed> {
    prepared
        .as_ref()
        .map_err(|why| NotPassed::CouldNotRun(why.clone()))
}

fn missing(error: anyhow::Error) -> NotPassed {
    NotPassed::CouldNotRun(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_without_tests_could_not_run() {
        assert!(matches!(some(Vec::new(), "nothing"), Err(NotPassed::CouldNotRun(why)) if why == "nothing"));
    }

    #[test]
    fn a_failed_preparation_is_passed_on() {
        let prepared: Prepared<()> = Err("no compiler".to_owned());
        assert!(matches!(needs(&prepared), Err(NotPassed::CouldNotRun(why)) if why == "no compiler"));
    }
}
