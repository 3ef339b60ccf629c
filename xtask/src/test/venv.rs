//! Virtual environments of Python, one for each suite that needs one: made once, again when their requirements change.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{fingerprint, packages, shell, workspace::Workspace};

/// The Python inside the ready environment of a suite: with what `tests/<suite>/requirements.txt` names.
///
/// # Errors
/// When Python is missing or a package cannot be installed.
pub(crate) fn ready(workspace: &Workspace, suite: &str) -> Result<PathBuf> {
    let requirements = workspace.root.join("tests").join(suite).join("requirements.txt");
    let wanted = fs::read(&requirements).with_context(|| requirements.display().to_string())?;
    let python = packages::python()?;
    let version = shell::output(Command::new(&python).arg("--version"))?;
    let key = fingerprint::of_parts(&[&wanted, version.as_bytes()]);

    let folder = workspace.cache().join(format!("{suite}-venv"));
    let stamp = folder.join("pocketping-key");
    let inner = inner_python(&folder);
    if inner.exists() && fs::read_to_string(&stamp).ok().as_deref() == Some(key.as_str()) {
        return Ok(inner);
    }
    if make(&python, &folder).is_err() {
        // Debian's python3 comes without `ensurepip`.
        packages::install_python()?;
        make(&python, &folder)?;
    }
    let mut pip = Command::new(&inner);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ])
    .arg(&requirements);
    shell::run(&mut pip)?;
    fs::write(&stamp, &key).with_context(|| stamp.display().to_string())?;
    Ok(inner)
}

fn make(python: &Path, folder: &Path) -> Result<()> {
    shell::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(folder))
}

fn inner_python(folder: &Path) -> PathBuf {
    if cfg!(windows) {
        folder.join("Scripts").join("python.exe")
    } else {
        folder.join("bin").join("python")
    }
}
