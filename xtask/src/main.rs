//! The workspace's verbs: `cargo xtask build`, `run`, `test`, `sim`, `bench`, `size`, `screenshots`,
//! `trunk`, `wasm-bindgen`.

mod bench;
mod bindgen_cli;
mod browsers;
mod build;
mod cargo_tool;
mod compress;
mod css;
mod dist;
mod emoji;
mod fingerprint;
mod locales;
mod node;
mod order;
mod packages;
mod parts;
mod run;
mod screenshots;
mod shell;
mod shim;
mod short_names;
mod sim;
mod size;
mod size_crates;
mod size_record;
mod start_up;
mod test;
mod tree;
mod trunk;
mod trunk_page;
mod unused;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs and tests PocketPing",
    disable_version_flag = true
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the widget and the inbox and fill `dist/`
    Build(build::Options),
    /// Build everything and run the server with the demo shop
    Run(run::Options),
    /// Run the tests: all suites, or those named
    Test(test::Options),
    /// Simulate clients, servers and bad networks, seed by seed
    Sim(sim::Options),
    /// Measure the server beside the Python SDK, or load it for minutes
    Bench(bench::Options),
    /// Print what a page downloads, and compare it with the limits and the record
    Size(size::Options),
    /// Take the pictures of `docs/screenshots`
    Screenshots(screenshots::Options),
    /// Run Trunk (installed on first use) on the page for developing the widget
    Trunk(trunk::Options),
    /// Called by Trunk after each build: adds the loader and the style sheet to its page
    #[command(hide = true)]
    TrunkPage,
    /// Stand in for the `wasm-bindgen` program, so that Trunk needs nothing installed
    #[command(hide = true)]
    WasmBindgen(bindgen_cli::Options),
    /// Stand in for the linker: links without the exports that nobody uses
    #[command(hide = true, name = "wasm-ld")]
    WasmLd(unused::Options),
}

fn main() -> ExitCode {
    run_verb(Cli::parse().verb).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_verb(verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Build(options) => build::build(&options)?,
        Verb::Run(options) => return run::run(&options),
        Verb::Test(options) => return test::test(&options),
        Verb::Sim(options) => sim::sim(&options)?,
        Verb::Bench(options) => bench::bench(&options)?,
        Verb::Size(options) => size::size(&options)?,
        Verb::Screenshots(options) => screenshots::screenshots(&options)?,
        Verb::Trunk(options) => return trunk::trunk(&options),
        Verb::TrunkPage => trunk_page::trunk_page()?,
        Verb::WasmBindgen(options) => bindgen_cli::wasm_bindgen(&options)?,
        Verb::WasmLd(options) => return unused::link(&options),
    }
    Ok(ExitCode::SUCCESS)
}
