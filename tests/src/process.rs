//! Child processes that end with their test.

use crate::wait::eventually;
use anyhow::{Context, Result, bail};
use std::env;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The program named by an environment variable.
///
/// # Errors
/// When it is not set: tests are not skipped silently.
pub(crate) fn program(variable: &str) -> Result<PathBuf> {
    let path = env::var_os(variable)
        .with_context(|| format!("{variable} is not set: run these tests with `cargo xtask test`"))?;
    Ok(PathBuf::from(path))
}

/// A port of the loopback that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Starts `command` and waits until a line of its output (or errors) contains `sign`.
pub(crate) async fn start_until(mut command: Command, sign: &str, limit: Duration) -> Result<Child> {
    use std::process::Stdio;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().with_context(|| format!("starting {command:?}"))?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        bail!("the child's output is not piped");
    };
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel::<String>();
    let errors = sender.clone();
    // Both readers go on after the sign, so that the child never blocks on a full pipe.
    tokio::spawn(async move {
        let mut reader = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = reader.next_line().await {
            // The receiver is gone once the sign was seen.
            sender.send(line).ok();
        }
    });
    tokio::spawn(async move {
        let mut reader = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = reader.next_line().await {
            errors.send(line).ok();
        }
    });
    let mut seen = Vec::new();
    let found = timeout(limit, async {
        while let Some(line) = lines.recv().await {
            let found = line.contains(sign);
            seen.push(line);
            if found {
                return true;
            }
        }
        false
    });
    match found.await {
        Ok(true) => Ok(child),
        _ => bail!(
            "{command:?} did not print {sign:?}; it said:\n{}",
            seen.join("\n")
        ),
    }
}

/// Starts `command` and waits until it listens on this port of the loopback: for what says nothing of it.
pub(crate) async fn start_listening(mut command: Command, port: u16, limit: Duration) -> Result<Child> {
    use std::process::Stdio;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let child = command.spawn().with_context(|| format!("starting {command:?}"))?;
    eventually(&format!("{command:?} listens"), limit, async || {
        Ok(TcpStream::connect(("127.0.0.1", port)).await.ok())
    })
    .await?;
    Ok(child)
}
