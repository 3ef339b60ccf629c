//! Where things are: the workspace's root, cargo's target folder, the test targets.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// The workspace as cargo sees it, `CARGO_TARGET_DIR` and `.cargo/config.toml` included.
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// Integration test targets as (package, target).
    pub(crate) test_targets: Vec<(String, String)>,
}

impl Workspace {
    /// Asks cargo about the workspace that the current folder is in.
    ///
    /// # Errors
    /// When cargo does not find one.
    pub(crate) fn load() -> Result<Self> {
        let mut cargo = shell::cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        Self::from_metadata(&shell::output(&mut cargo)?)
    }

    fn from_metadata(json: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(json).context("cargo metadata is not JSON")?;
        let path = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata has no {key}"))
        };
        let mut test_targets = Vec::new();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            for target in package["targets"].as_array().into_iter().flatten() {
                let is_test = target["kind"]
                    .as_array()
                    .is_some_and(|kinds| kinds.iter().any(|k| k == "test"));
                if let (true, Some(package), Some(name)) =
                    (is_test, package["name"].as_str(), target["name"].as_str())
                {
                    test_targets.push((package.to_owned(), name.to_owned()));
                }
            }
        }
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            test_targets,
        })
    }

    /// What the server embeds.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Results of earlier runs, found again by content; safe to delete.
    pub(crate) fn cache(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// A path inside the workspace, as messages show it.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// Where installed tools are kept between clones: `$XDG_CACHE_HOME/pocketping`, else `~/.cache/pocketping`.
///
/// # Errors
/// When no home folder is known.
pub(crate) fn user_cache() -> Result<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .or_else(|| set("LOCALAPPDATA"))
        .context("none of XDG_CACHE_HOME, HOME and LOCALAPPDATA is set: no place to keep tools in")?;
    Ok(base.join("pocketping"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_integration_tests_count_as_test_targets() {
        let json = r#"{"workspace_root":"/w","target_directory":"/t","packages":[
            {"name":"a","targets":[{"name":"a","kind":["lib"]},{"name":"wire","kind":["test"]}]},
            {"name":"b","targets":[{"name":"e2e","kind":["test"]}]}]}"#;
        let workspace = Workspace::from_metadata(json).unwrap();
        assert_eq!(
            workspace.test_targets,
            [
                ("a".to_owned(), "wire".to_owned()),
                ("b".to_owned(), "e2e".to_owned())
            ]
        );
        assert_eq!(workspace.dist(), Path::new("/w/dist"));
        assert_eq!(workspace.cache(), Path::new("/t/xtask"));
    }
}
