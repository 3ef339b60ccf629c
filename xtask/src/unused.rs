//! What nobody uses of a module: dependencies export classes (`server_fn` its streams) that no page of ours
//! constructs. Linker and wasm-bindgen keep whatever is exported, so a linker of ours is not told of those exports, and
//! their classes are taken out of the glue.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::shell;

/// Part of the names of all exports of `wasm-streams`, a dependency of `server_fn`.
const UNUSED: &str = "intounderlying";

/// The linker's arguments.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Links as rustc asks, without the exports that nobody uses.
///
/// # Errors
/// When rustc's own linker is not found or cannot be started. The exit code is its own.
pub(crate) fn link(options: &Options) -> Result<ExitCode> {
    let mut linker = Command::new(rust_lld()?);
    linker.args(without_unused_exports(&options.arguments));
    shell::become_program(&mut linker)
}

fn without_unused_exports(arguments: &[String]) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        if argument.contains(UNUSED) && kept.last() == Some(&"--export") {
            kept.pop();
        } else {
            kept.push(argument);
        }
    }
    kept
}

/// The linker that came with rustc.
fn rust_lld() -> Result<PathBuf> {
    let ask = |question: &[&str]| shell::output(Command::new("rustc").args(question));
    let sysroot = ask(&["--print", "sysroot"])?;
    let version = ask(&["-vV"])?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc -vV names no host")?;
    let folder = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin");
    Ok(folder.join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX)))
}

/// The glue (as wasm-bindgen wrote it, not minified) without exported classes. Ours are functions.
///
/// # Errors
/// When something else mentions such a class.
pub(crate) fn without_classes(glue: &str) -> Result<String> {
    let mut classes = Vec::new();
    for line in glue.lines() {
        if let Some(name) = line
            .strip_prefix("export class ")
            .and_then(|rest| rest.split(' ').next())
        {
            classes.push(name);
        }
    }
    let of_class = |line: &str, before: &str, after: &str| {
        let mut names = classes.iter();
        names.any(|class| line.starts_with(&[before, class, after].concat()))
    };
    let kept = without_blocks(glue, |line| line.starts_with("export class "), |line| line == "}");
    let kept = without_blocks(
        &kept,
        |line| of_class(line, "const ", "Finalization = "),
        |line| line.ends_with(';'),
    );
    let kept = without_blocks(
        &kept,
        |line| of_class(line, "if (Symbol.dispose) ", "."),
        |_| true,
    );
    match classes.iter().find(|class| kept.contains(**class)) {
        Some(class) => bail!("the glue needs the class {class}, which is thought to be unused"),
        None => Ok(kept),
    }
}

/// Without blocks of lines: from one that `begins` it to the first that `ends` it.
fn without_blocks(text: &str, begins: impl Fn(&str) -> bool, ends: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut within = false;
    for line in text.lines() {
        within |= begins(line);
        if !within {
            kept.push_str(line);
            kept.push('\n');
        }
        within &= !ends(line);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "\
export class Sink {
    write() {
        wasm.sink_write(this);
    }
}
if (Symbol.dispose) Sink.prototype[Symbol.dispose] = Sink.prototype.free;
export function start() {
    return wasm.start();
}
const SinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.sink_free(ptr, 1));
let wasm;
";

    #[test]
    fn classes_go_with_all_that_is_theirs() {
        assert_eq!(
            without_classes(GLUE).unwrap(),
            "export function start() {\n    return wasm.start();\n}\nlet wasm;\n"
        );
    }

    #[test]
    fn a_class_that_is_needed_is_an_error() {
        assert!(without_classes(&format!("{GLUE}new Sink();\n")).is_err());
    }

    #[test]
    fn the_linker_is_not_told_of_what_nobody_uses() {
        let told = [
            "-flavor",
            "wasm",
            "--export",
            "intounderlyingsink_write",
            "--export",
            "start",
            "libintounderlying.rlib",
        ];
        assert_eq!(
            without_unused_exports(&told.map(str::to_owned)),
            ["-flavor", "wasm", "--export", "start", "libintounderlying.rlib"]
        );
    }
}
