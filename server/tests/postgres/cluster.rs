//! A PostgreSQL of the tests' own, in a temporary folder; it goes with the test program, however that ends.

use pocketping_server::storage::PostgresStorage;
use pocketping_server::storage::conformance::limits;
use sqlx::{Connection, PgConnection};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes a cluster, says so, and waits until nobody holds the other end of its input any more: then it stops and
/// removes everything. Without its own sync, which is for power cuts; by a socket in the folder, so that no port is
/// taken.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
cd "$FOLDER" || exit 1
"$BIN/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >log 2>&1 &&
"$BIN/pg_ctl" -D data -l log -w -o "-k '$FOLDER' -h '' -F -c max_connections=300" start >>log 2>&1 &&
echo ready || cat log
cat >/dev/null
"$BIN/pg_ctl" -D data -m immediate stop >/dev/null 2>&1
cd /
rm -rf "$FOLDER"
"#;

struct Cluster {
    folder: PathBuf,
    /// The script, which stops the cluster when its input ends: that is in here.
    _script: Child,
}

impl Cluster {
    fn start() -> Self {
        let bin = binaries();
        let folder = std::env::temp_dir().join(format!("pocketping-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let script = format!("FOLDER='{}'; BIN='{}'; {SCRIPT}", folder.display(), bin.display());
        // PostgreSQL does not run as root.
        let mut command = if is_root() {
            let owned = Command::new("chown").arg("nobody").arg(&folder).status().unwrap();
            assert!(owned.success());
            let mut command = Command::new("su");
            command.args(["-s", "/bin/sh", "nobody", "-c", &script]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", &script]);
            command
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the script says something").unwrap();
        if first != "ready" {
            drop(child.stdin.take());
            let rest: Vec<String> = lines.map_while(Result::ok).collect();
            panic!("PostgreSQL did not start: {first}\n{}", rest.join("\n"));
        }
        Cluster {
            folder,
            _script: child,
        }
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost/{database}?host={}",
            self.folder.display()
        )
    }
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
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(Cluster::start);
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
