//! Running other programs: every command is shown as it would be typed.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};

/// The cargo that runs this program, or the one on PATH.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Set by the cargo around us for this package; build scripts of others must not see it.
    for variable in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
    ] {
        cargo.env_remove(variable);
    }
    cargo
}

/// Runs a command with our standard streams.
///
/// # Errors
/// When it cannot be started or its exit code is not 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", typed(command));
    let status = command
        .status()
        .with_context(|| format!("could not start `{}`", typed(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", typed(command));
    }
    Ok(())
}

/// Hands this process over to a program, so that Ctrl-C and the exit code are the program's own.
///
/// # Errors
/// When it cannot be started. Where a process cannot be handed over, its exit code comes back.
pub(crate) fn become_program(command: &mut Command) -> Result<ExitCode> {
    eprintln!("$ {}", typed(command));
    hand_over(command).with_context(|| format!("could not start `{}`", typed(command)))
}

#[cfg(unix)]
fn hand_over(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;

    Err(command.exec())
}

/// The console sends Ctrl-C to the program directly; we wait for it.
#[cfg(not(unix))]
fn hand_over(command: &mut Command) -> std::io::Result<ExitCode> {
    command.status().map(|status| {
        if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    })
}

/// Runs a command and returns what it printed, without the white space around it.
///
/// # Errors
/// When it cannot be started, its exit code is not 0, or its output is not UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("could not start `{}`", typed(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({})\n{}",
            typed(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    let text = String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something that is not text", typed(command)))?;
    Ok(text.trim().to_owned())
}

/// The command as one would type it: the program without its folder, quotes only where they are needed.
pub(crate) fn typed(command: &Command) -> String {
    let program = command.get_program();
    std::iter::once(Path::new(program).file_name().unwrap_or(program))
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains(char::is_whitespace) || word.contains('*') {
                format!("'{word}'")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first program of this name on PATH.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd", ".bat"]
    } else {
        &[""]
    };
    env::split_paths(&env::var_os("PATH")?)
        .flat_map(|folder| {
            endings
                .iter()
                .map(move |ending| folder.join(format!("{name}{ending}")))
        })
        .find(|path| path.is_file())
}

/// PATH with `folder` before everything else.
///
/// # Errors
/// When the folder's name cannot stand in PATH.
pub(crate) fn path_starting_with(folder: &Path) -> Result<std::ffi::OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(folder.to_path_buf()).chain(env::split_paths(&old)))
        .with_context(|| format!("{} cannot stand in PATH", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let mut command = Command::new("/toolchain/bin/cargo");
        command.args(["test", "--test", "*", "a b", ""]);
        assert_eq!(typed(&command), "cargo test --test '*' 'a b' ''");
    }

    #[test]
    fn the_added_folder_is_searched_first() {
        let path = path_starting_with(Path::new("/first")).unwrap();
        assert_eq!(env::split_paths(&path).next(), Some(PathBuf::from("/first")));
    }
}
