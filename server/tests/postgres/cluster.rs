//! A PostgreSQL of the tests' own, in a temporary folder; it goes with the test program, however that ends.

use pocketping_server::storage::PostgresStorage;
use pocketping_server::storage::conformance::limits;
use sqlx::{Connection, PgConnection};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes a cluster, says so, and waits until nobody holds the other end of its input any more: then it stops and
/// removes everything.
const CLUSTER: &str = r#"
trap '' INT TERM HUP
"$BIN/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >log 2>&1 && start && echo ready || cat log
cat >/dev/null
stop
cd /
rm -rf "$FOLDER"
"#;

/// Without its own sync, which is for power cuts; by a socket in the folder, so that no port is taken.
const FUNCTIONS: &str = r#"
cd "$FOLDER" || exit 1
start() { "$BIN/pg_ctl" -D data -l log -w -o "-k '$FOLDER' -h '' -F -c max_connections=300" start >>log 2>&1; }
stop() { "$BIN/pg_ctl" -D data -m immediate stop >>log 2>&1; }
"#;

/// A PostgreSQL server with its databases.
pub(crate) struct Cluster {
    folder: PathBuf,
    /// It ends when its input does.
    script: Child,
}

impl Cluster {
    pub(crate) fn start(name: &str) -> Self {
        let folder = format!("pocketping-postgres-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        if is_root() {
            let owned = Command::new("chown").arg("nobody").arg(&folder).status();
            assert!(owned.unwrap().success());
        }
        let mut script = shell(&folder, CLUSTER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(script.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the script says something").unwrap();
        if first != "ready" {
            drop(script.stdin.take());
            let rest: Vec<String> = lines.map_while(Result::ok).collect();
            panic!("PostgreSQL did not start: {first}\n{}", rest.join("\n"));
        }
        Cluster { folder, script }
    }

    /// Ends all its processes at once; what it has committed stays.
    pub(crate) fn stop(&self) {
        assert!(shell(&self.folder, "stop").status().unwrap().success());
    }

    /// The same the other way round.
    pub(crate) fn start_again(&self) {
        assert!(shell(&self.folder, "start").status().unwrap().success());
    }

    pub(crate) fn url(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres://postgres@localhost/{database}?host={folder}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        // A failure leaves a folder behind, and the test has its result anyway.
        self.script.wait().ok();
    }
}

/// A script in the cluster's folder, as the user who may run it: PostgreSQL does not run as root.
fn shell(folder: &Path, script: &str) -> Command {
    let (folder, bin) = (folder.display(), binaries());
    let script = format!("FOLDER='{folder}'; BIN='{}'; {FUNCTIONS} {script}", bin.display());
    let mut command = Command::new(if is_root() { "su" } else { "sh" });
    if is_root() {
        command.args(["-s", "/bin/sh", "nobody"]);
    }
    command.args(["-c", &script]);
    command
}

/// The folder of `initdb` and `pg_ctl`: on PATH, or where Debian puts them.
fn binaries() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let has_both = |folder: &&PathBuf| {
        ["initdb", "pg_ctl"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    folders.iter().find(has_both).cloned().expect(
        "PostgreSQL is missing: `cargo xtask test postgres` installs it on Debian; elsewhere put initdb and pg_ctl on PATH",
    )
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// An empty database of the test's own.
pub(crate) async fn database() -> String {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = SHARED.get_or_init(|| Cluster::start("shared"));
    let name = format!("test{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    cluster.url(&name)
}

/// A storage on this database with the conformance suite's limits.
pub(crate) async fn open(url: &str) -> Box<PostgresStorage> {
    Box::new(PostgresStorage::connect_with(url, limits()).await.unwrap())
}
