//! Small programs that call this one: for tools that look for a program by name, or want the path of one.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Writes a program of the verb's name that runs the verb, and returns its path.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(workspace: &Workspace, verb: &str) -> Result<PathBuf> {
    let folder = workspace.cache().join("shim");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let this = env::current_exe().context("this program's own path")?;
    let path = folder.join(if cfg!(windows) {
        format!("{verb}.cmd")
    } else {
        verb.to_owned()
    });
    let text = text(&this, verb);
    // Left alone when it is right: it may be running.
    if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        make_executable(&path)?;
    }
    Ok(path)
}

fn text(program: &Path, verb: &str) -> String {
    if cfg!(windows) {
        format!("@\"{}\" {verb} %*\r\n", program.display())
    } else {
        let quoted = program.display().to_string().replace('\'', r"'\''");
        format!("#!/bin/sh\nexec '{quoted}' {verb} \"$@\"\n")
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).with_context(|| path.display().to_string())
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_shim_passes_every_argument_on() {
        let text = text(Path::new("/a b/it's/xtask"), "wasm-bindgen");
        assert_eq!(
            text,
            "#!/bin/sh\nexec '/a b/it'\\''s/xtask' wasm-bindgen \"$@\"\n"
        );
    }
}
