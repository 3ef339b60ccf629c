//! The `wasm-bindgen` program by its library: the same version as the crates, with nothing to install.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use wasm_bindgen_cli_support::Bindgen;

/// The version of the library, and so of the program that it stands in for.
pub(crate) const VERSION: &str = "0.2.130";

/// What `wasm-bindgen` accepts, as far as Trunk passes it.
#[derive(Args, Debug, PartialEq, Eq)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// Print the version, as `wasm-bindgen --version` does
    #[arg(long, short = 'V')]
    version: bool,
    /// Kind of module
    #[arg(long, value_enum, default_value_t = Target::Bundler)]
    target: Target,
    /// Folder to write to
    #[arg(long, required_unless_present = "version")]
    out_dir: Option<PathBuf>,
    /// Name of the written files without ending; the input's by default
    #[arg(long)]
    out_name: Option<String>,
    /// Write TypeScript declarations (the default of the program)
    #[arg(long, overrides_with = "no_typescript")]
    typescript: bool,
    /// Write no TypeScript declarations
    #[arg(long)]
    no_typescript: bool,
    /// Add checks and names to the JavaScript
    #[arg(long)]
    debug: bool,
    /// Keep DWARF sections
    #[arg(long)]
    keep_debug: bool,
    /// Keep Rust's mangled names
    #[arg(long)]
    no_demangle: bool,
    /// Leave out the default address of the WASM file
    #[arg(long)]
    omit_default_module_path: bool,
    /// Leave out the names of functions
    #[arg(long)]
    remove_name_section: bool,
    /// Leave out the names of compilers
    #[arg(long)]
    remove_producers_section: bool,
    /// Accepted; reference types follow the module's own features
    #[arg(long)]
    reference_types: bool,
    /// Accepted; weak references are always used where the browser has them
    #[arg(long)]
    weak_refs: bool,
    /// The module that rustc wrote
    #[arg(required_unless_present = "version")]
    input: Option<PathBuf>,
}

/// Kinds of module, by the program's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    Bundler,
    Web,
    NoModules,
    Nodejs,
    Deno,
}

/// Does what `wasm-bindgen` would with these arguments.
///
/// # Errors
/// When the input is not a module of this wasm-bindgen version, or the output cannot be written.
pub(crate) fn wasm_bindgen(options: &Options) -> Result<()> {
    if options.version {
        println!("wasm-bindgen {VERSION}");
        return Ok(());
    }
    let (Some(input), Some(out_dir)) = (&options.input, &options.out_dir) else {
        bail!("wasm-bindgen needs --out-dir and a file");
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .debug(options.debug)
        .keep_debug(options.keep_debug)
        .demangle(!options.no_demangle)
        .typescript(!options.no_typescript)
        .omit_default_module_path(options.omit_default_module_path)
        .remove_name_section(options.remove_name_section)
        .remove_producers_section(options.remove_producers_section);
    if let Some(name) = &options.out_name {
        bindgen.out_name(name);
    }
    match options.target {
        Target::Bundler => bindgen.bundler(true),
        Target::Web => bindgen.web(true),
        Target::NoModules => bindgen.no_modules(true),
        Target::Nodejs => bindgen.nodejs(true),
        Target::Deno => bindgen.deno(true),
    }?;
    bindgen
        .generate(out_dir)
        .with_context(|| format!("wasm-bindgen on {}", input.display()))
}

/// The bindings of our own builds: a module for browsers, without TypeScript and without a built-in address.
///
/// # Errors
/// As [`wasm_bindgen`].
pub(crate) fn for_browsers(input: &Path, name: &str, out_dir: &Path, names: FunctionNames) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name(name)
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(names == FunctionNames::Removed)
        .remove_producers_section(true)
        .web(true)?
        .generate(out_dir)
        .with_context(|| format!("wasm-bindgen on {}", input.display()))
}

/// Whether stack traces of the module name functions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FunctionNames {
    /// For development.
    Kept,
    /// For what is shipped: names are a third of its size.
    Removed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn parse(line: &str) -> Result<Options, clap::Error> {
        Line::try_parse_from(line.split(' ')).map(|line| line.options)
    }

    #[test]
    fn the_line_that_trunk_writes_is_understood() {
        let options = parse(
            "wasm-bindgen --target=web --out-dir=/t/wasm-bindgen/debug --out-name=widget-page /t/w.wasm --keep-debug --no-typescript",
        )
        .unwrap();
        assert_eq!(options.target, Target::Web);
        assert_eq!(
            options.out_dir.as_deref(),
            Some(Path::new("/t/wasm-bindgen/debug"))
        );
        assert_eq!(options.out_name.as_deref(), Some("widget-page"));
        assert_eq!(options.input.as_deref(), Some(Path::new("/t/w.wasm")));
        assert!(options.keep_debug && options.no_typescript && !options.debug);
    }

    #[test]
    fn the_version_needs_nothing_else() {
        assert!(parse("wasm-bindgen --version").unwrap().version);
        assert!(parse("wasm-bindgen").is_err());
        assert!(parse("wasm-bindgen --out-dir d").is_err());
    }

    #[test]
    fn every_target_of_trunk_has_its_name() {
        for target in ["bundler", "web", "no-modules", "nodejs", "deno"] {
            parse(&format!("wasm-bindgen --target {target} --out-dir d f.wasm")).unwrap();
        }
        assert!(parse("wasm-bindgen --target moon --out-dir d f.wasm").is_err());
    }

    #[test]
    fn the_version_is_the_pinned_one() {
        let manifest = include_str!("../../Cargo.toml");
        for dependency in ["wasm-bindgen", "wasm-bindgen-cli-support"] {
            assert!(
                manifest.contains(&format!("\n{dependency} = \"={VERSION}\"")),
                "{dependency}"
            );
        }
    }
}
