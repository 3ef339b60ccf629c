//! The native test programs, all from one cargo invocation: asked for one by one, cargo would unify other features
//! for each and compile the dependencies again.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{shell, workspace::Workspace};

/// What a test program tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The inside of a library or binary.
    Unit,
    /// A crate from outside: a file of its `tests/`.
    Integration,
}

/// A test program that cargo built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// The package's folder, in which its tests run.
    pub(crate) package: PathBuf,
    /// The target's name.
    pub(crate) target: String,
    /// What it tests.
    pub(crate) kind: Kind,
    path: PathBuf,
}

/// Everything that was built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Programs {
    /// The test programs.
    pub(crate) tests: Vec<Program>,
    /// The server's binary, with the `dist/` of the moment inside.
    pub(crate) server: Option<PathBuf>,
}

impl Programs {
    /// Builds all test programs and binaries of the workspace.
    ///
    /// # Errors
    /// When something does not compile.
    pub(crate) fn build(workspace: &Workspace) -> Result<Self> {
        let mut cargo = shell::cargo();
        cargo
            .args([
                "build",
                "--workspace",
                "--bins",
                "--tests",
                "--message-format=json-render-diagnostics",
            ])
            .current_dir(&workspace.root)
            .stderr(Stdio::inherit());
        eprintln!("$ {}", shell::typed(&cargo));
        let output = cargo.output().context("could not start cargo")?;
        if !output.status.success() {
            bail!("the tests do not compile");
        }
        Self::from_messages(&String::from_utf8_lossy(&output.stdout))
    }

    /// Reads cargo's messages: a JSON object a line.
    fn from_messages(lines: &str) -> Result<Self> {
        let mut programs = Self::default();
        for line in lines.lines() {
            let message: Value = serde_json::from_str(line).context("cargo's message is not JSON")?;
            let (Some(path), Some(target)) =
                (message["executable"].as_str(), message["target"]["name"].as_str())
            else {
                continue;
            };
            let is = |kind: &str| {
                message["target"]["kind"]
                    .as_array()
                    .is_some_and(|kinds| kinds.iter().any(|k| k == kind))
            };
            if message["profile"]["test"] == true {
                let manifest = Path::new(message["manifest_path"].as_str().context("no manifest_path")?);
                programs.tests.push(Program {
                    package: manifest
                        .parent()
                        .context("a manifest without a folder")?
                        .to_path_buf(),
                    target: target.to_owned(),
                    kind: if is("test") { Kind::Integration } else { Kind::Unit },
                    path: path.into(),
                });
            } else if is("bin") && target == "pocketping" {
                programs.server = Some(path.into());
            }
        }
        programs
            .tests
            .sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
        Ok(programs)
    }
}

impl Program {
    /// The command that runs it, as `cargo test` would.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command
            .current_dir(&self.package)
            .env("CARGO_MANIFEST_DIR", &self.package);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_the_server_are_told_apart_by_cargos_messages() {
        let lines = concat!(
            r#"{"reason":"compiler-artifact","manifest_path":"/w/core/Cargo.toml","target":{"name":"pocketping_core","kind":["lib"]},"profile":{"test":false},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","manifest_path":"/w/server/Cargo.toml","target":{"name":"pocketping","kind":["bin"]},"profile":{"test":false},"executable":"/t/pocketping"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","manifest_path":"/w/server/Cargo.toml","target":{"name":"pocketping","kind":["bin"]},"profile":{"test":true},"executable":"/t/deps/pocketping-1"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","manifest_path":"/w/core/Cargo.toml","target":{"name":"wire_vectors","kind":["test"]},"profile":{"test":true},"executable":"/t/deps/wire_vectors-2"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let programs = Programs::from_messages(lines).unwrap();
        assert_eq!(programs.server.as_deref(), Some(Path::new("/t/pocketping")));
        let found: Vec<_> = programs
            .tests
            .iter()
            .map(|program| (program.target.as_str(), program.kind))
            .collect();
        assert_eq!(
            found,
            [("wire_vectors", Kind::Integration), ("pocketping", Kind::Unit)]
        );
        assert_eq!(programs.tests[0].package, Path::new("/w/core"));
    }
}
