//! The power goes right after an answer was sent: what the answer said is on the disk.
//!
//! Killing a program proves nothing about this: the operating system keeps what it wrote. So the server runs under
//! strace, which writes down every write, every sync and every answer; then, for many moments, the disk is built as it
//! would be had the power gone there, with nothing (or by lot some) of what was not synced, and the database is opened.

use crate::burst::{Ack, Burst, Place, Server};
use crate::disk::{Disk, Unsynced};
use crate::lots::Lots;
use crate::running::{Folder, Running, serve};
use crate::trace::{self, CALLS, Step};
use rusqlite::Connection;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::{Command, Stdio};
use tokio::sync::watch;

const SENDERS: usize = 16;
const MESSAGES: usize = 100;
const FILES: usize = 5;
/// Power cuts in each way of losing what was not synced.
const CUTS: usize = 60;
const SEED: u64 = 0x706f_7765;

/// What the server did and acknowledged.
struct Recording {
    folder: Folder,
    steps: Vec<Step>,
    acks: Vec<Ack>,
    /// Completed uploads and what is in them.
    files: HashMap<String, String>,
}

/// What an answer has promised.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Promise {
    Message(String),
    File(String),
}

impl Recording {
    async fn of(name: &str, options: &[&str]) -> Self {
        let installed = Command::new("strace").arg("--version").output();
        installed.expect("strace is installed: `cargo xtask test crash` sees to it");
        let folder = Folder::new(name);
        std::fs::create_dir_all(folder.path("disk")).unwrap();
        let trace = folder.path("trace");
        let strace = ["strace", "-f", "--seccomp-bpf", "-xx", "-s", "8000000", "-e"].map(str::to_owned);
        let output = [
            format!("trace={CALLS}"),
            "-o".to_owned(),
            trace.display().to_string(),
        ];
        let serve = serve(&folder.path("disk/chat.db"));
        let options = options.iter().map(|option| (*option).to_owned());
        let command: Vec<_> = strace
            .into_iter()
            .chain(output)
            .chain(serve)
            .chain(options)
            .collect();
        let server = Running::start(&command, Stdio::null());
        let address = server.address.clone();
        let (_told, place) = watch::channel(Place { start: 0, address });
        let burst = tokio::spawn(Burst::new(SENDERS, MESSAGES, place.clone()).run());
        let files = upload(&mut Server::new(place)).await;
        let acks = burst.await.unwrap();
        stop(&trace);
        tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
        let steps = trace::read(&std::fs::read_to_string(trace).unwrap());
        Recording {
            folder,
            steps,
            acks,
            files,
        }
    }

    /// Cuts the power after some answers, by lot, and after the last; what was promised by then and is not there.
    fn lost(&self, unsynced: fn(u64) -> Unsynced) -> Vec<Promise> {
        let answers = SENDERS * MESSAGES + FILES;
        let mut lots = Lots(SEED);
        let cuts: HashSet<usize> = (0..CUTS)
            .map(|_| lots.below(answers))
            .chain([answers - 1])
            .collect();
        let mut disk = Disk::new(&self.folder.path("disk"));
        let (mut promised, mut lost) = (Vec::new(), Vec::new());
        for step in &self.steps {
            let Some(promise) = disk.take(step).and_then(promise_of) else {
                continue;
            };
            promised.push(promise);
            if cuts.contains(&(promised.len() - 1)) {
                let image = self.folder.path("image");
                disk.cut_power(unsynced(promised.len() as u64), &image);
                lost.extend(self.missing(&image, &promised));
                std::fs::remove_dir_all(&image).ok();
            }
        }
        self.check_recording(&disk, &promised);
        lost
    }

    /// How often the log beside the database was synced while it was being written.
    fn log_syncs(&self) -> usize {
        let log = self.folder.path("disk/chat.db-wal");
        let mut open = HashSet::new();
        let mut syncs = 0;
        for step in &self.steps {
            match step {
                Step::Open { fd, path, .. } if *path == log => drop(open.insert(*fd)),
                Step::Open { fd, .. } | Step::Close { fd } => drop(open.remove(fd)),
                Step::Sync { fd } => syncs += usize::from(open.contains(fd)),
                _ => {}
            }
        }
        syncs
    }

    /// That the recording shows what it has to show.
    fn check_recording(&self, disk: &Disk, promised: &[Promise]) {
        let messages = self
            .acks
            .iter()
            .map(|ack| Promise::Message(ack.message_id.clone()));
        let files = self.files.keys().map(|id| Promise::File(id.clone()));
        let told: HashSet<Promise> = messages.chain(files).collect();
        assert_eq!(
            told,
            promised.iter().cloned().collect(),
            "every answer is in the trace"
        );
        assert_eq!(told.len(), SENDERS * MESSAGES + FILES);
        assert!(
            disk.syncs(&self.folder.path("disk/chat.db.token")) > 0,
            "syncs are in the trace"
        );
    }

    /// Which promises a server that starts on this disk would not keep.
    fn missing(&self, image: &Path, promised: &[Promise]) -> Vec<Promise> {
        let kept = Kept::on(image);
        let broken = |promise: &&Promise| match promise {
            Promise::Message(id) => !kept.messages.contains(id),
            Promise::File(id) => kept.files.get(id) != Some(&self.files[id]),
        };
        promised.iter().filter(broken).cloned().collect()
    }
}

/// What is in a database and beside it.
#[derive(Default)]
struct Kept {
    messages: HashSet<String>,
    files: HashMap<String, String>,
}

impl Kept {
    fn on(image: &Path) -> Self {
        // A file that is no database any more, or a damaged one, holds nothing.
        Self::read(image).unwrap_or_default()
    }

    fn read(image: &Path) -> rusqlite::Result<Self> {
        std::fs::create_dir_all(image).unwrap();
        let connection = Connection::open(image.join("chat.db"))?;
        let healthy: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if healthy != "ok" {
            return Ok(Kept::default());
        }
        let mut messages = connection.prepare("SELECT id FROM messages")?;
        let messages = messages
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut files = connection.prepare("SELECT id, file FROM attachments WHERE stage = 3")?;
        let files = files.query_map([], |row| {
            let (id, file): (String, String) = (row.get(0)?, row.get(1)?);
            Ok((
                id,
                std::fs::read_to_string(image.join("chat.db.files").join(file)).unwrap_or_default(),
            ))
        })?;
        let files = files.collect::<Result<_, _>>()?;
        Ok(Kept { messages, files })
    }
}

/// Sends files; their ids and what is in them.
async fn upload(server: &mut Server) -> HashMap<String, String> {
    let session = server.post("/connect", json!({ "visitorId": "files" })).await["sessionId"].clone();
    let mut files = HashMap::new();
    for number in 1..=FILES {
        let text = format!("file {number}. ").repeat(10_000 * number);
        let file = json!({
            "sessionId": session, "filename": "a.txt", "mimeType": "text/plain", "size": text.len(),
        });
        let upload = server.post("/upload", file).await;
        server
            .put(upload["uploadUrl"].as_str().unwrap(), text.clone())
            .await;
        let complete = json!({ "attachmentId": upload["attachmentId"] });
        let complete = server.post("/upload/complete", complete).await;
        files.insert(complete["id"].as_str().unwrap().to_owned(), text);
    }
    files
}

/// What bytes for the network promise, when they are such an answer.
fn promise_of(sent: &[u8]) -> Option<Promise> {
    let text = String::from_utf8_lossy(sent);
    let after = |key: &str| {
        let (_, rest) = text.split_once(key)?;
        Some(rest.split('"').next()?.to_owned())
    };
    if !text.starts_with("HTTP/1.1 200") {
        return None;
    }
    if text.contains("\"status\":\"ready\"") {
        return after("{\"id\":\"").map(Promise::File);
    }
    after("{\"messageId\":\"").map(Promise::Message)
}

/// Ends the traced server as an operator would. strace would only let go of it.
fn stop(trace: &Path) {
    let text = std::fs::read_to_string(trace).unwrap();
    let first = text.split(' ').next().unwrap();
    assert!(Command::new("kill").arg(first).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_power_cut() {
    let recording = Recording::of("power", &[]).await;
    assert_eq!(recording.lost(|_| Unsynced::Lost), []);
    assert_eq!(recording.lost(Unsynced::ByLot), []);

    let mut disk = Disk::new(&recording.folder.path("disk"));
    for step in &recording.steps {
        disk.take(step);
    }
    let answers = SENDERS * MESSAGES;
    let taken = disk.syncs(&recording.folder.path("disk/chat.db"));
    assert!(
        disk.syncs(&recording.folder.path("disk/chat.db")) > 2,
        "the log was taken into the database"
    );
    println!(
        "{answers} messages, {} syncs of the log, {taken} of the database",
        recording.log_syncs()
    );
    assert!(recording.log_syncs() < answers, "waiting writes share a commit");
}

/// That the test above can fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncs_a_power_cut_loses_what_was_acknowledged() {
    let recording = Recording::of("no-power", &["--unsafe-no-sync"]).await;
    let lost = recording.lost(|_| Unsynced::Lost);
    let messages = lost
        .iter()
        .filter(|promise| matches!(promise, Promise::Message(_)));
    assert!(messages.count() > SENDERS * MESSAGES);
    assert!(!recording.lost(Unsynced::ByLot).is_empty());
}
