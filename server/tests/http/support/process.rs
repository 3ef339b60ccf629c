//! The `pocketping` binary as a process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The binary with no options from the environment.
pub(crate) fn pocketping(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pocketping"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POCKETPING_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("pocketping-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Checks that the binary ended with 2 and one line that names the option.
#[track_caller]
pub(crate) fn refused(output: &Output, option: &str) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(option), "{text}");
    assert!(output.stdout.is_empty());
    text
}

/// A running server.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) lines: Vec<String>,
}

impl Running {
    /// Starts it and reads what it says until the line with this word.
    pub(crate) fn start(command: &mut Command, last: &str) -> Self {
        Self::start_with_log(command, last, Stdio::null())
    }

    /// The same, with its log going there.
    pub(crate) fn start_with_log(command: &mut Command, last: &str, log: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            lines.push(line.unwrap());
            if lines.last().unwrap().contains(last) {
                break;
            }
        }
        let address = lines[0]
            .strip_prefix("listening on ")
            .expect("the first line")
            .to_owned();
        Running {
            child,
            address,
            lines,
        }
    }

    /// Sends SIGTERM and waits for the end; the exit code and how long it took.
    pub(crate) fn stop(mut self) -> (Option<i32>, Duration) {
        let begin = Instant::now();
        let kill = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(kill.success());
        let status = self.child.wait().unwrap();
        (status.code(), begin.elapsed())
    }

    pub(crate) fn token(&self) -> &str {
        self.lines
            .iter()
            .find_map(|line| line.strip_prefix("operator token: "))
            .expect("the token")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
