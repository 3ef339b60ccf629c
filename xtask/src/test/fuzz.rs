//! The fuzz targets: built with coverage by the stable compiler and run one after the other.
//!
//! `fuzz/` has the layout of cargo-fuzz, which needs a nightly compiler; libFuzzer itself does not. Nothing here is
//! `unsafe`, so an address sanitizer would find nothing that these builds do not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{shell, workspace::Workspace};

/// What cargo-fuzz gives the compiler: counters at every edge, and comparisons that libFuzzer learns from.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Builds all targets; the commands give each `seconds`.
///
/// # Errors
/// When they do not compile. A command fails when its target finds something: the input that shows it is in
/// `fuzz/artifacts/`.
pub(crate) fn build(workspace: &Workspace, seconds: u64) -> Result<Vec<Command>> {
    let folder = workspace.root.join("fuzz");
    let targets = targets(&folder)?;
    let host = host()?;
    let built = workspace.target.join("fuzz");
    let mut cargo = shell::cargo();
    cargo
        .args(["build", "--release", "--locked", "--target", &host])
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&built)
        .env("RUSTFLAGS", COVERAGE);
    shell::run(&mut cargo)?;
    let programs = built.join(host).join("release");
    targets
        .iter()
        .map(|target| command(&folder, &programs, &built, target, seconds))
        .collect()
}

fn command(folder: &Path, programs: &Path, built: &Path, target: &str, seconds: u64) -> Result<Command> {
    // What is found on the way stays out of the tree; `-merge=1` brings it there (fuzz/README.md).
    let found = built.join("corpus").join(target);
    let artifacts = folder.join("artifacts").join(target);
    for made in [&found, &artifacts] {
        fs::create_dir_all(made).with_context(|| made.display().to_string())?;
    }
    let mut command = Command::new(programs.join(target));
    command
        .arg(&found)
        .arg(folder.join("corpus").join(target))
        .arg(format!("-dict={}", folder.join("json.dict").display()))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_total_time={seconds}"))
        // A message has 4000 characters at most.
        .args([
            "-max_len=16384",
            "-timeout=25",
            "-rss_limit_mb=2048",
            "-verbosity=0",
            "-print_final_stats=1",
        ]);
    Ok(command)
}

/// The names of the targets: a file each.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let files = folder.join("fuzz_targets");
    let mut names = Vec::new();
    for file in fs::read_dir(&files).with_context(|| files.display().to_string())? {
        let path: PathBuf = file?.path();
        if let (Some("rs"), Some(name)) = (
            path.extension().and_then(|ending| ending.to_str()),
            path.file_stem().and_then(|name| name.to_str()),
        ) {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() {
        bail!("{} has no fuzz target", files.display());
    }
    names.sort();
    Ok(names)
}

/// The machine's own target: named, so that build scripts are not instrumented too.
fn host() -> Result<String> {
    let version = shell::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_file_has_a_program_and_a_corpus() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for target in targets(&folder).unwrap() {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
            let seeds = fs::read_dir(folder.join("corpus").join(&target)).unwrap();
            assert!(seeds.count() > 0, "{target} has no seeds");
        }
    }
}
