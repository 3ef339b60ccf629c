//! An example as a process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The operator token in all of them.
pub(crate) const TOKEN: &str = "choose-a-long-secret";

/// An example that listens; it ends with its test.
pub(crate) struct Program {
    child: Child,
    /// `127.0.0.1:<port>`
    pub(crate) address: String,
}

impl Program {
    /// Starts one on a port that is free.
    pub(crate) fn start(path: &str) -> Self {
        let mut child = Command::new(path)
            .arg("127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the example ended").unwrap();
        let address = first.strip_prefix("listening on http://").unwrap().to_owned();
        Program { child, address }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
