//! The tools from npm, pinned by `xtask/npm/package-lock.json`: wasm-opt (Binaryen), esbuild and terser. Beside them are the
//! library and the emoji that rare parts of the widget are made of.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{fingerprint, shell, workspace::Workspace};

/// How terser is called: syntax that every browser with WebAssembly reference types reads. It presses some bytes
/// more out than esbuild, which the loader needs. No function of ours is made an object of, so all may be arrows.
pub(crate) const TERSER: [&str; 5] = [
    "--compress",
    "passes=3,ecma=2021,unsafe_arrows=true",
    "--mangle",
    "--ecma",
    "2021",
];

/// What [`NodeTools::minify`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// A plain script: global names stay.
    Script,
    /// An ES module.
    Module,
    /// A style sheet; no property is rewritten for older browsers.
    Css,
    /// An ES module that is fetched rarely: quickly minified.
    Part,
}

/// The installed tools.
pub(crate) struct NodeTools {
    modules: PathBuf,
    /// Changes whenever another version of a tool is pinned.
    pub(crate) version: String,
}

impl NodeTools {
    /// Finds the tools, installing them when they are missing or of another version.
    ///
    /// # Errors
    /// When Node is missing or `npm ci` fails.
    pub(crate) fn ready(workspace: &Workspace) -> Result<Self> {
        let (modules, version) = modules(&workspace.root.join("xtask").join("npm"))?;
        Ok(Self { modules, version })
    }

    /// Where the packages are.
    pub(crate) fn modules(&self) -> &Path {
        &self.modules
    }

    /// A tool's command.
    pub(crate) fn command(&self, tool: &str) -> Command {
        let name = if cfg!(windows) {
            format!("{tool}.cmd")
        } else {
            tool.to_owned()
        };
        Command::new(self.modules.join(".bin").join(name))
    }

    /// The source without comments, white space and long local names.
    ///
    /// # Errors
    /// When the source has an error.
    pub(crate) fn minify(&self, language: Language, source: &str) -> Result<Vec<u8>> {
        let mut minifier = match language {
            Language::Script | Language::Module => self.command("terser"),
            Language::Css | Language::Part => self.command("esbuild"),
        };
        match language {
            Language::Script => minifier.args(TERSER),
            Language::Module => minifier.args(TERSER).arg("--module"),
            Language::Css => minifier.args([
                "--minify",
                "--loader=css",
                "--target=esnext",
                "--log-level=warning",
            ]),
            Language::Part => minifier.args([
                "--minify",
                "--loader=js",
                "--format=esm",
                "--target=esnext",
                "--log-level=warning",
            ]),
        };
        let mut child = minifier
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start `{}`", shell::typed(&minifier)))?;
        // Both read all of their input before they write, so writing first cannot block for ever.
        child
            .stdin
            .take()
            .context("the minifier has no input")?
            .write_all(source.as_bytes())?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!(
                "esbuild could not read the {language:?} source ({})",
                output.status
            );
        }
        Ok(output.stdout)
    }
}

/// The `node_modules` of a folder with a lock file, installed when they are missing or of another version, and that version.
///
/// # Errors
/// When Node is missing or `npm ci` fails.
pub(crate) fn modules(folder: &Path) -> Result<(PathBuf, String)> {
    let lock = folder.join("package-lock.json");
    let version = fingerprint::hex(&fs::read(&lock).with_context(|| lock.display().to_string())?);
    let modules = folder.join("node_modules");
    let stamp = modules.join(".pocketping-lock");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(version.as_str()) {
        install(folder)?;
        fs::write(&stamp, &version).with_context(|| stamp.display().to_string())?;
    }
    Ok((modules, version))
}

fn install(folder: &Path) -> Result<()> {
    let Some(npm) = shell::which("npm") else {
        bail!(
            "`npm` is not on PATH: install Node 18 or newer (https://nodejs.org, or `apt-get install npm`)"
        );
    };
    let mut command = Command::new(npm);
    // No install scripts: the tools work without, and a build should not run what it has not asked for.
    command
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel",
            "error",
        ])
        .current_dir(folder);
    shell::run(&mut command).context("could not install the tools from npm")
}
