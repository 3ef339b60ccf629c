//! An S3-speaking service of the tests' own; it ends with the test program, however that ends.

use pocketping_server::files::{S3Config, S3Files};
use serde_json::Value;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

/// The service, and what it said about itself.
pub(crate) struct Service {
    said: Value,
    talk: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    _child: Child,
}

/// What is in the bucket under one prefix.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// Names of objects.
    pub(crate) objects: Vec<String>,
    /// Uploads that were begun and not ended.
    pub(crate) uploads: usize,
}

impl Service {
    /// The one of all tests.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Service> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    fn start() -> Self {
        let python = std::env::var_os("S3_PYTHON")
            .expect("S3_PYTHON is not set: run these tests with `cargo xtask test s3`");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/s3/service.py");
        // It ends when its input does.
        let mut child = Command::new(python)
            .arg(script)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the service ended").unwrap();
        Service {
            said: serde_json::from_str(&first).unwrap(),
            talk: Mutex::new((input, lines)),
            _child: child,
        }
    }

    /// What the service said about itself.
    pub(crate) fn said(&self, path: &str) -> &str {
        self.said.pointer(path).unwrap().as_str().unwrap()
    }

    /// The bucket by this key (`key` or `reader`), under a prefix.
    pub(crate) fn config(&self, key: &str, prefix: &str) -> S3Config {
        let (id, secret) = (format!("/{key}/id"), format!("/{key}/secret"));
        S3Config::new(self.said("/bucket"), self.said(&id), self.said(&secret))
            .endpoint(self.said("/endpoint"))
            .prefix(prefix)
    }

    /// An empty store.
    pub(crate) async fn files(&self) -> S3Files {
        S3Files::connect(self.config("key", &prefix())).await.unwrap()
    }

    /// What is in the bucket under a prefix.
    pub(crate) fn contents(&self, prefix: &str) -> Contents {
        let mut talk = self.talk.lock().unwrap();
        let (input, lines) = &mut *talk;
        input.write_all(b"\n").unwrap();
        let line = lines.next().expect("the service ended").unwrap();
        let all: Value = serde_json::from_str(&line).unwrap();
        let start = format!("{prefix}/");
        let names = |list: &Value| -> Vec<String> {
            let names = list.as_array().unwrap().iter();
            let names = names.filter_map(|name| name.as_str()?.strip_prefix(&start));
            names.map(str::to_owned).collect()
        };
        Contents {
            objects: names(&all["objects"]),
            uploads: names(&all["uploads"]).len(),
        }
    }
}

/// A prefix of the test's own.
pub(crate) fn prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("tests/{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
