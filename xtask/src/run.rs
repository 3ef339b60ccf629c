//! `cargo xtask run`: everything built, then the server in the foreground.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::Result;
use clap::Args;

use crate::{build, shell, wasm::Profile, workspace::Workspace};

/// Options of `cargo xtask run`.
#[derive(Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// SQLite file, or a database address as `pocketping serve --database` takes it
    #[arg(long, default_value = "pocketping.db")]
    database: String,
    /// Build quickly: not optimised, large files
    #[arg(long)]
    dev: bool,
}

/// Builds and serves until Ctrl-C.
///
/// # Errors
/// When the build fails or the server ends with an error.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::load()?;
    build::fill_dist(&workspace, Profile::from_dev_flag(options.dev))?;
    let server = server(&workspace, options.dev)?;
    let mut serve = Command::new(server);
    serve.args(arguments(options));
    shell::become_program(&mut serve)
}

/// Builds the server, which takes `dist/` in, and returns where the binary is.
fn server(workspace: &Workspace, dev: bool) -> Result<PathBuf> {
    let mut cargo = shell::cargo();
    cargo
        .args(["build", "--package", "pocketping-server", "--bin", "pocketping"])
        .current_dir(&workspace.root);
    if !dev {
        cargo.arg("--release");
    }
    shell::run(&mut cargo)?;
    Ok(binary(&workspace.target, if dev { "debug" } else { "release" }))
}

/// Where cargo puts the server's binary.
pub(crate) fn binary(target: &Path, profile_folder: &str) -> PathBuf {
    target
        .join(profile_folder)
        .join(format!("pocketping{}", std::env::consts::EXE_SUFFIX))
}

fn arguments(options: &Options) -> Vec<String> {
    let is_address = options.database.contains("://") || options.database == "memory:";
    let database = if is_address {
        options.database.clone()
    } else {
        format!("sqlite://{}", options.database)
    };
    [
        "serve",
        "--listen",
        &format!("127.0.0.1:{}", options.port),
        "--database",
        &database,
        "--demo",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(given: &str) -> String {
        let options = Options {
            port: 4000,
            database: given.to_owned(),
            dev: false,
        };
        arguments(&options)[4].clone()
    }

    #[test]
    fn a_file_becomes_an_sqlite_address_and_addresses_stay() {
        assert_eq!(database("shop.db"), "sqlite://shop.db");
        assert_eq!(database("/var/shop.db"), "sqlite:///var/shop.db");
        assert_eq!(database("memory:"), "memory:");
        assert_eq!(database("sqlite://x.db"), "sqlite://x.db");
    }

    #[test]
    fn the_server_listens_on_this_machine_only() {
        let options = Options {
            port: 4000,
            database: String::new(),
            dev: false,
        };
        assert_eq!(arguments(&options)[..3], ["serve", "--listen", "127.0.0.1:4000"]);
    }
}
