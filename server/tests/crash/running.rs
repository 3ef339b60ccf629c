//! The binary on a database of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A folder that goes with its test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pocketping-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the temporary folder does no harm.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A running server, or a program that runs one.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: String,
}

/// `pocketping serve` with this database.
pub(crate) fn serve(database: &Path) -> Vec<String> {
    let database = format!("sqlite://{}", database.display());
    let options = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--rate-limit",
        "off",
        "--database",
        &database,
    ];
    let binary = env!("CARGO_BIN_EXE_pocketping");
    [binary].into_iter().chain(options).map(str::to_owned).collect()
}

impl Running {
    /// Starts a command and waits until the server in it listens.
    pub(crate) fn start(command: &[String], log: Stdio) -> Self {
        let mut start = Command::new(&command[0]);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POCKETPING_")) {
            start.env_remove(name);
        }
        start
            .args(&command[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = start.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the server ended at once").unwrap();
        let address = first
            .strip_prefix("listening on ")
            .expect("the first line")
            .to_owned();
        Running { child, address }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end.
    #[cfg(target_os = "linux")]
    pub(crate) fn wait(mut self) {
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
