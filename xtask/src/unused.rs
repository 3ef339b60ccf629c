//! What nobody uses of a module, but linker and wasm-bindgen keep, as it is exported: a linker of ours is not told of it.
//!
//! - Classes of dependencies (`server_fn`'s streams) that no page of ours constructs; they are taken out of the glue, too.
//! - What polls futures that are resumed by the browser (js-sys' JSPI): we have none.
//! - Descriptions of imports that are not imported. `js-sys` and `web-sys` export one for each of theirs. They are run by
//!   wasm-bindgen and gone then, but the functions that they mention stay behind in the table.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use wasmparser::{Parser, Payload};

use crate::shell;

/// Parts of names: of all exports of `wasm-streams`, a dependency of `server_fn`, and of what polls with JSPI.
const UNUSED: [&str; 2] = ["intounderlying", "__wbg_jspi_task_poll"];

/// How wasm-bindgen names the description of an import, before the import's own name, which begins with [`IMPORT`].
const DESCRIPTION: &str = "__wbindgen_describe_";
const IMPORT: &str = "__wbg_";

/// The linker's arguments.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Links as rustc asks, without the exports that nobody uses. Twice, as it is known only then what is imported.
///
/// # Errors
/// When rustc's own linker is not found, cannot be started, or leaves something that is no module. The exit code is its own.
pub(crate) fn link(options: &Options) -> Result<ExitCode> {
    let lld = rust_lld()?;
    let arguments = without_exports(options.arguments.iter().map(String::as_str), |export| {
        UNUSED.iter().any(|part| export.contains(part))
    });
    let mut first = Command::new(&lld);
    shell::run(first.args(&arguments))?;
    let output = output_of(&arguments).context("the linker is not told where to write")?;
    let module = fs::read(output).with_context(|| output.to_owned())?;
    let imports = imports_of(&module).with_context(|| output.to_owned())?;
    let arguments = without_exports(arguments.into_iter(), |export| {
        let import = export.strip_prefix(DESCRIPTION);
        import.is_some_and(|name| name.starts_with(IMPORT) && !imports.contains(name))
    });
    let mut second = Command::new(lld);
    second.args(arguments);
    shell::become_program(&mut second)
}

fn without_exports<'a>(
    arguments: impl Iterator<Item = &'a str>,
    unused: impl Fn(&str) -> bool,
) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    for argument in arguments {
        if kept.last() == Some(&"--export") && unused(argument) {
            kept.pop();
        } else {
            kept.push(argument);
        }
    }
    kept
}

fn output_of<'a>(arguments: &[&'a str]) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| *argument == "-o")?;
    arguments.get(at + 1).copied()
}

/// Names of what a module imports.
fn imports_of(module: &[u8]) -> Result<HashSet<&str>> {
    let mut names = HashSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                names.insert(import?.name);
            }
        }
    }
    Ok(names)
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
            "-o",
            "a.wasm",
        ];
        let kept = without_exports(told.into_iter(), |export| export.starts_with("into"));
        assert_eq!(
            kept,
            [
                "-flavor",
                "wasm",
                "--export",
                "start",
                "libintounderlying.rlib",
                "-o",
                "a.wasm"
            ]
        );
        assert_eq!(output_of(&kept), Some("a.wasm"));
    }

    #[test]
    fn what_a_module_imports_is_known_by_name() {
        // A module that imports one function `f` of type `() -> ()` from `m`.
        let module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01m\x01f\0\0";
        assert!(imports_of(module).unwrap().contains("f"));
        assert!(imports_of(b"no module").is_err());
    }
}
