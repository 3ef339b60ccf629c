//! The servers that are measured: ours with both of its own stores, and the Python SDK.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::http::Connection;
use crate::usage::{self, Cpu};

/// How long a server may take to be ready.
const START: Duration = Duration::from_secs(30);
/// The token of every server of ours.
const OPERATOR_TOKEN: &str = "bench-operator-token-0123456789abcdef";
/// The limits stay on, as they are part of what a request costs, and are so high that the tool meets none.
pub(crate) const LIMITS_OUT_OF_REACH: &str = "\
[rate_limits]
streams_per_address = 100000
connections_per_address = 100000
address = { per_second = 10000000, burst = 10000000 }
visitor = { per_second = 10000000, burst = 10000000 }
session = { per_second = 10000000, burst = 10000000 }
";

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Contender {
    /// Ours, `--database memory:`.
    Memory,
    /// Ours, with an SQLite file: acknowledged means synced to the disk.
    Sqlite,
    /// The PyPI package under uvicorn, with its memory store.
    Peer,
}

impl Contender {
    /// What it is called in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "SQLite",
            Self::Peer => "Python",
        }
    }

    /// Whether it is ours, and so understands our extensions.
    pub(crate) fn is_ours(self) -> bool {
        self != Self::Peer
    }
}

/// Which programs to start, and where they may write.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// The `pocketping` binary.
    pub(crate) server: PathBuf,
    /// A Python with the peer's packages.
    pub(crate) python: Option<PathBuf>,
    /// Databases and logs; on a disk, not in memory.
    pub(crate) folder: PathBuf,
}

impl Programs {
    /// All that can be started.
    pub(crate) fn contenders(&self) -> Vec<Contender> {
        let mut all = vec![Contender::Memory, Contender::Sqlite];
        all.extend(self.python.as_ref().map(|_| Contender::Peer));
        all
    }
}

/// A running server, ended when dropped.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    pid: u32,
    child: Child,
    folder: PathBuf,
}

impl Running {
    /// Starts a fresh server without data, and waits until it answers.
    pub(crate) async fn start(programs: &Programs, contender: Contender, config: &str) -> Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let folder = programs
            .folder
            .join(format!("{}-{}", contender.name(), address.port()));
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let log = folder.join("log.txt");
        let mut command = match contender {
            Contender::Memory => ours(programs, &folder, address, "memory:", config)?,
            Contender::Sqlite => ours(programs, &folder, address, "sqlite://bench.db", config)?,
            Contender::Peer => peer(programs, &folder, address)?,
        };
        command
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("starting {command:?}"))?;
        let pid = child.id().context("the server ended at once")?;
        let mut running = Running {
            address,
            pid,
            child,
            folder,
        };
        running.wait_until_ready(&log).await?;
        Ok(running)
    }

    async fn wait_until_ready(&mut self, log: &Path) -> Result<()> {
        let until = Instant::now() + START;
        while Instant::now() < until && self.child.try_wait()?.is_none() {
            if let Ok(mut connection) = Connection::open(self.address).await
                && connection
                    .get("/presence")
                    .await
                    .is_ok_and(|answer| answer.ok().is_ok())
            {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        let said = fs::read_to_string(log).unwrap_or_default();
        bail!("the server did not come up; it said:\n{said}");
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Result<Connection> {
        Connection::open(self.address).await
    }

    /// The processor time that it has used.
    pub(crate) fn cpu(&self) -> Result<Cpu> {
        usage::cpu(self.pid)
    }

    /// Its resident memory in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        usage::resident(self.pid)
    }

    /// Ends it and removes what it wrote.
    pub(crate) async fn end(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Leftovers do no harm: the next run has other names, and all are below the target folder.
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn ours(
    programs: &Programs,
    folder: &Path,
    address: SocketAddr,
    database: &str,
    config: &str,
) -> Result<Command> {
    let file = folder.join("bench.toml");
    fs::write(&file, config).with_context(|| file.display().to_string())?;
    let mut command = Command::new(&programs.server);
    command
        .args(["serve", "--config", "bench.toml", "--database", database])
        .args([
            "--operator-token",
            OPERATOR_TOKEN,
            "--listen",
            &address.to_string(),
        ])
        .current_dir(folder);
    Ok(command)
}

fn peer(programs: &Programs, folder: &Path, address: SocketAddr) -> Result<Command> {
    let python = programs.python.as_ref().context("no Python was named")?;
    let mut command = Command::new(python);
    command
        .args([
            "-m",
            "uvicorn",
            "peer:app",
            "--app-dir",
            env!("CARGO_MANIFEST_DIR"),
        ])
        .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
        .args(["--log-level", "warning", "--no-access-log"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder);
    Ok(command)
}
