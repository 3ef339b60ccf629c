//! Where things are: the workspace's root, cargo's target folder, the places for what we keep.

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
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
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
    fn the_folders_are_those_that_cargo_names() {
        let workspace =
            Workspace::from_metadata(r#"{"workspace_root":"/w","target_directory":"/t"}"#).unwrap();
        assert_eq!(workspace.dist(), Path::new("/w/dist"));
        assert_eq!(workspace.cache(), Path::new("/t/xtask"));
        assert_eq!(
            workspace.shown(Path::new("/w/docs/size.json")).to_string(),
            "docs/size.json"
        );
        assert!(Workspace::from_metadata("{}").is_err());
    }
}
