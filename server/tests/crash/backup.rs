//! `pocketping backup` of a running server, and `pocketping restore`.

use crate::burst::{Ack, Burst, Place};
use crate::running::{Folder, Running, serve};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tokio::sync::watch;

/// Longer than a stream takes to begin; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// `pocketping backup` or `restore`.
fn pocketping(verb: &str, database: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pocketping"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POCKETPING_")) {
        command.env_remove(name);
    }
    let database = format!("sqlite://{}", database.display());
    let command = command.args([verb, "--database", &database]).args(arguments);
    command.output().unwrap()
}

#[track_caller]
fn done(output: Output) -> String {
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(output: Output, with: &str) {
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.lines().count() == 1 && error.contains(with), "{error}");
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The ids of all messages of a database.
fn messages(database: &Path) -> HashSet<String> {
    let file = Connection::open(database).unwrap();
    let mut rows = file.prepare("SELECT id FROM messages").unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn holds(database: &Path, acks: &[Ack]) {
    let stored = messages(database);
    for ack in acks {
        assert!(stored.contains(&ack.message_id), "{ack:?} of {}", stored.len());
    }
}

/// The names in a folder that begin so.
fn names(folder: &Path, beginning: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_one = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(beginning);
    entries.filter(is_one).collect()
}

#[cfg(unix)]
fn only_the_owner_may_read(backup: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mut files = names(&backup.with_file_name("monday.db.files"), "");
    files.push(backup.to_owned());
    for file in files {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file:?}");
    }
}

async fn post(server: &Running, path: &str, body: Value) -> Value {
    let url = format!("{}/pocketping{path}", server.address);
    let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_was_acknowledged_before_a_backup_began_is_in_it_while_others_write() {
    let folder = Folder::new("backup");
    let database = folder.path("chat.db");
    let server = Running::start(&serve(&database), Stdio::null());
    let (_told, heard) = watch::channel(Place {
        start: 0,
        address: server.address.clone(),
    });
    let burst = Burst::new(20, 100, heard);
    let (mut count, acks) = (burst.count(), burst.acks());
    let burst = tokio::spawn(burst.run());
    for at in 1..=3 {
        count.wait_for(|count| *count >= at * 400).await.unwrap();
        let before = acks.lock().unwrap().clone();
        let file = folder.path(&format!("backup-{at}.db"));
        let taking = {
            let (database, file) = (database.clone(), text(&file));
            tokio::task::spawn_blocking(move || pocketping("backup", &database, &[&file]))
        };
        let said = done(taking.await.unwrap());
        // Not all have begun when others have written most of theirs.
        assert!(said.contains(" conversations, "), "{said}");
        holds(&file, &before);
        let left: Vec<_> = names(file.parent().unwrap(), &format!("backup-{at}.db"));
        assert_eq!(
            left.len(),
            2,
            "the file and its folder and nothing else: {left:?}"
        );
    }
    let all = burst.await.unwrap();
    server.kill();
    assert_eq!(
        messages(&database).len(),
        all.len(),
        "the server was not disturbed"
    );
}

#[tokio::test]
async fn a_restored_server_is_as_it_was_with_its_files_and_what_was_there_is_kept() {
    let folder = Folder::new("restore");
    let (database, backup) = (folder.path("chat.db"), text(&folder.path("saved/monday.db")));
    std::fs::create_dir(folder.path("saved")).unwrap();
    let server = Running::start(&serve(&database), Stdio::null());
    let session = post(&server, "/connect", json!({ "visitorId": "v" })).await["sessionId"].clone();
    let file = json!({ "sessionId": session, "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let upload = post(&server, "/upload", file).await;
    let address = format!("{}{}", server.address, upload["uploadUrl"].as_str().unwrap());
    let put = reqwest::Client::new().put(address).body("hello");
    assert_eq!(put.send().await.unwrap().status(), 204);
    let id = &upload["attachmentId"];
    let complete = post(&server, "/upload/complete", json!({ "attachmentId": id })).await;
    let say = |content: &str, files: Value| json!({ "sessionId": session, "content": content, "sender": "visitor", "attachmentIds": files });
    post(&server, "/message", say("one", json!([id]))).await;

    assert!(done(pocketping("backup", &database, &[&backup])).contains("1 messages, 1 files"));
    refused(pocketping("backup", &database, &[&backup]), "--force");
    #[cfg(unix)]
    only_the_owner_may_read(Path::new(&backup));
    post(&server, "/message", say("two", json!([]))).await;
    let cursor = post(&server, "/connect", json!({ "visitorId": "v" })).await["cursor"].clone();
    refused(pocketping("restore", &database, &[&backup]), "another server");
    server.kill();

    let said = done(pocketping("restore", &database, &[&backup]));
    assert!(said.contains("what was there before is in"), "{said}");
    let server = Running::start(&serve(&database), Stdio::null());
    let again = post(&server, "/connect", json!({ "visitorId": "v" })).await;
    assert_eq!(again["sessionId"], session);
    let contents: Vec<_> = again["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["content"])
        .collect();
    assert_eq!(contents, ["one"]);
    let url = format!("{}{}", server.address, complete["url"].as_str().unwrap());
    assert_eq!(reqwest::get(url).await.unwrap().text().await.unwrap(), "hello");
    post(&server, "/message", say("three", json!([]))).await;
    // The place after "two" is none in this server's log, however much is written.
    let (session, cursor) = (session.as_str().unwrap(), cursor.as_str().unwrap());
    let url = format!(
        "{}/pocketping/stream?sessionId={session}&after={cursor}",
        server.address
    );
    let mut stream = reqwest::get(url).await.unwrap();
    let mut heard = String::new();
    while !heard.contains("\"resync\"") {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk())
            .await
            .expect("a resync");
        heard.push_str(&String::from_utf8_lossy(&chunk.unwrap().unwrap()));
    }
    server.kill();

    let aside = &names(database.parent().unwrap(), "chat.db.before-restore-")[0];
    let old = aside.join("chat.db");
    assert_eq!(messages(&old).len(), 2);
    assert_eq!(std::fs::read_dir(aside.join("chat.db.files")).unwrap().count(), 1);
    assert!(
        names(database.parent().unwrap(), "chat.db.")
            .iter()
            .all(|left| !text(left).ends_with(".part"))
    );
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_is_changed() {
    let folder = Folder::new("damaged");
    let database = folder.path("chat.db");
    Running::start(&serve(&database), Stdio::null()).kill();
    let before = std::fs::read(&database).unwrap();
    let backup = folder.path("backup.db");
    std::fs::write(&backup, "no database".repeat(500)).unwrap();
    refused(
        pocketping("restore", &database, &[&text(&backup)]),
        "not a database",
    );
    Connection::open(folder.path("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    let other = text(&folder.path("other.db"));
    refused(
        pocketping("restore", &database, &[&other]),
        "no database of PocketPing",
    );
    refused(
        pocketping(
            "backup",
            &folder.path("other.db"),
            &[&text(&folder.path("new.db"))],
        ),
        "PocketPing",
    );
    assert!(!folder.path("new.db").exists());
    refused(
        pocketping("restore", &database, &[&text(&folder.path("nothing.db"))]),
        "there is no",
    );
    assert_eq!(std::fs::read(&database).unwrap(), before);
    assert_eq!(names(database.parent().unwrap(), "chat.db.before").len(), 0);
    let server = Running::start(&serve(&database), Stdio::null());
    server.kill();
}

#[test]
fn a_damaged_database_is_replaced_and_kept_as_it_is() {
    let folder = Folder::new("replaced");
    let (database, backup) = (folder.path("chat.db"), text(&folder.path("backup.db")));
    Running::start(&serve(&database), Stdio::null()).kill();
    done(pocketping("backup", &database, &[&backup]));
    let damaged = "damaged".repeat(1_000);
    std::fs::write(&database, &damaged).unwrap();
    // With its log SQLite would make it whole again.
    std::fs::remove_file(folder.path("chat.db-wal")).unwrap();
    let output = pocketping("restore", &database, &[&backup]);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(said.contains("cannot be read"), "{said}");
    done(output);
    Running::start(&serve(&database), Stdio::null()).kill();
    let aside = &names(database.parent().unwrap(), "chat.db.before-restore-")[0];
    assert_eq!(std::fs::read_to_string(aside.join("chat.db")).unwrap(), damaged);
}

#[test]
fn other_databases_are_told_what_to_do() {
    for (database, said) in [
        ("postgres://u:hunter2@localhost/chat", "pg_dump"),
        ("memory:", "in memory"),
    ] {
        for verb in ["backup", "restore"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_pocketping"));
            let output = command
                .args([verb, "x.db", "--database", database])
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(2));
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(error.contains(said) && !error.contains("hunter2"), "{error}");
        }
    }
}
