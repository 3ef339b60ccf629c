//! What outlives the client.

use crate::support::folder::Folder;
use crate::support::{Server, change, state, texts, within};
use pocketping_client::{
    Change, Client, Notice, PersistFailure, SendError, SqliteStorage, StartError, Storage, StorageError,
    Stored, Value, Write,
};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc;

/// What the child of a test shall do: its name, its file and its server, one per line.
const CHILD: &str = "POCKETPING_TEST_CHILD";

/// This test program again, with one test that finds [`CHILD`] set.
fn child(test: &str, name: &str, file: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, format!("{name}\n{}\n{endpoint}", file.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Sends without an end, and tells of each message that is accepted.
async fn chatter(task: &str) {
    let mut lines = task.lines();
    let [name, file, endpoint] = std::array::from_fn(|_| lines.next().unwrap());
    let client = Client::builder(endpoint)
        .storage_file(file)
        .start()
        .await
        .unwrap();
    for round in 0.. {
        // Some are under way at once, so that the kill finds them in all states.
        let numbers = round * 5..round * 5 + 5;
        let mut sendings: Vec<_> = numbers.map(|at| client.send(format!("{name} {at}"))).collect();
        for sending in &mut sendings {
            sending.saved().await.unwrap();
            println!("\naccepted");
            std::io::stdout().flush().unwrap();
        }
    }
}

/// Runs the child until it has accepted so many, kills it, and gives how many it had accepted by then.
fn kill_after(mut command: Command, count: usize) -> usize {
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut accepted = lines.map_while(Result::ok).filter(|line| line == "accepted");
    let before = accepted.by_ref().take(count).count();
    // SIGKILL on Unix: nothing of it runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(before, count, "the child ended by itself");
    // And what it had still said.
    before + accepted.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_killed_sends_what_it_had_accepted_exactly_once() {
    if let Ok(task) = std::env::var(CHILD) {
        return chatter(&task).await;
    }
    const TEST: &str = "storage::a_client_that_is_killed_sends_what_it_had_accepted_exactly_once";
    let folder = Folder::new("killed");
    let server = Server::start().await;
    let file = folder.file("client.db");
    // The first child never reaches a server; the others are killed in the middle of sending.
    let nowhere = "http://127.0.0.1:9/pocketping".to_owned();
    let children = [
        ("a", 20, nowhere),
        ("b", 7, server.endpoint()),
        ("c", 33, server.endpoint()),
    ];
    let mut accepted = Vec::new();
    for (name, count, endpoint) in children {
        let command = child(TEST, name, &file, &endpoint);
        let count = tokio::task::spawn_blocking(move || kill_after(command, count));
        accepted.push((name, count.await.unwrap()));
    }
    let client = server.client().storage_file(&file).connect().await.unwrap();
    within(client.flush()).await.unwrap();
    let mut contents = server.contents(&client).await;
    for (name, count) in accepted {
        let own = contents.iter().take_while(|text| text.starts_with(name)).count();
        assert!(own >= count, "{own} of {count} that {name} had accepted");
        let own: Vec<_> = contents.drain(..own).collect();
        let expected: Vec<_> = (0..own.len()).map(|at| format!("{name} {at}")).collect();
        assert_eq!(own, expected, "each once, in order");
    }
    assert!(contents.is_empty(), "{contents:?}");
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_dropped_sends_the_rest_next_time() {
    let folder = Folder::new("dropped");
    let file = folder.file("client.db");
    let server = Server::start().await;
    let client = server.client().storage_file(&file).connect().await.unwrap();
    within(client.send("first")).await.unwrap();
    let before = client.snapshot().await.unwrap();
    for at in 0..30 {
        drop(client.send(format!("m{at}")));
    }
    within(client.trigger("last", Value::Null)).await.unwrap();
    drop(client);

    let client = server.client().storage_file(&file).start().await.unwrap();
    // Shown at once, before the server is asked.
    assert_eq!(client.messages().await.unwrap().len(), 31);
    within(client.flush()).await.unwrap();
    let now = client.snapshot().await.unwrap();
    assert_eq!(now.visitor_id, before.visitor_id);
    assert_eq!(now.session_id, before.session_id);
    let mut expected = vec!["first".to_owned()];
    expected.extend((0..30).map(|at| format!("m{at}")));
    assert_eq!(server.contents(&client).await, expected);
    assert_eq!(texts(&now), expected);
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn the_history_is_there_without_the_server() {
    let folder = Folder::new("history");
    let file = folder.file("client.db");
    let server = Server::start().await;
    let client = server.client().storage_file(&file).connect().await.unwrap();
    within(client.send("question")).await.unwrap();
    server.answer(&client, "answer").await;
    state(&client, |now| now.messages.len() == 2).await;
    within(client.close()).await.unwrap();
    let endpoint = server.endpoint();
    server.stop().await;
    let client = Client::builder(endpoint)
        .storage_file(&file)
        .start()
        .await
        .unwrap();
    assert_eq!(texts(&client.snapshot().await.unwrap()), ["question", "answer"]);
}

/// Commits when the test lets it, and says what it was asked for.
struct Held {
    asked: tokio::sync::mpsc::UnboundedSender<usize>,
    answers: mpsc::Receiver<Result<(), PersistFailure>>,
}

impl Storage for Held {
    fn load(&mut self) -> Result<Stored, StorageError> {
        Ok(Stored::default())
    }

    fn commit(&mut self, writes: &[Write]) -> Result<(), PersistFailure> {
        self.asked
            .send(writes.len())
            .map_err(|_| PersistFailure::Broken)?;
        // A test that has ended lets everything go.
        self.answers.recv().unwrap_or(Ok(()))
    }

    fn read_file(&mut self, _: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(None)
    }
}

#[tokio::test]
async fn nothing_goes_to_the_network_before_it_is_stored() {
    let server = Server::start().await;
    let (asked, mut asks) = tokio::sync::mpsc::unbounded_channel();
    let (answer, answers) = mpsc::channel();
    let open = move || Ok(Held { asked, answers });
    let client = server.client().storage(open).start().await.unwrap();
    let mut sending = client.send("kept first");
    within(asks.recv()).await.unwrap();
    // Whatever would go out now, goes out while another client says something.
    let other = server.client().connect().await.unwrap();
    within(other.send("meanwhile")).await.unwrap();
    let sessions = server.pp.get_sessions(Default::default()).await.unwrap().sessions;
    assert_eq!(
        sessions.len(),
        1,
        "not even a session is asked for, as the visitor's id is not kept yet"
    );
    answer.send(Ok(())).unwrap();
    within(asks.recv()).await.unwrap();
    within(other.send("meanwhile")).await.unwrap();
    let sends = server.between.sends.load(SeqCst);
    assert_eq!(sends, 2, "the message is not kept yet, and both are the other's");
    drop(answer);
    within(sending.saved()).await.unwrap();
    within(sending).await.unwrap();
    assert_eq!(server.contents(&client).await, ["kept first"]);
}

#[tokio::test]
async fn a_storage_that_fails_is_told_and_the_message_is_sent_nevertheless() {
    let server = Server::start().await;
    let (asked, _asks) = tokio::sync::mpsc::unbounded_channel();
    let (answer, answers) = mpsc::channel();
    for _ in 0..100 {
        answer.send(Err(PersistFailure::Broken)).unwrap();
    }
    let open = move || Ok(Held { asked, answers });
    let client = server.client().storage(open).start().await.unwrap();
    let mut changes = client.changes();
    let mut sending = client.send("not kept");
    let unsaved = within(sending.saved()).await;
    assert_eq!(unsaved, Err(SendError::NotSaved(PersistFailure::Broken)));
    within(sending).await.unwrap();
    let told = change(&mut changes, |change| match change {
        Change::Notice(notice) => Some(notice),
        _ => None,
    });
    assert_eq!(told.await, Notice::StorageDegraded(PersistFailure::Broken));
}

/// Panics at the first write.
struct Panics;

impl Storage for Panics {
    fn load(&mut self) -> Result<Stored, StorageError> {
        Ok(Stored::default())
    }

    fn commit(&mut self, _: &[Write]) -> Result<(), PersistFailure> {
        panic!("a storage with a mistake");
    }

    fn read_file(&mut self, _: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(None)
    }
}

#[tokio::test]
async fn a_storage_that_panics_does_not_take_the_client_along() {
    let server = Server::start().await;
    let client = server.client().storage(|| Ok(Panics)).connect().await.unwrap();
    within(client.send("still here")).await.unwrap();
    assert_eq!(server.contents(&client).await, ["still here"]);
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn one_file_serves_one_client() {
    let folder = Folder::new("locked");
    let file = folder.file("client.db");
    let server = Server::start().await;
    let client = server.client().storage_file(&file).connect().await.unwrap();
    let second = server.client().storage_file(&file).start().await.unwrap_err();
    assert!(
        matches!(second, StartError::Storage(StorageError::InUse)),
        "{second:?}"
    );
    assert!(second.is_retryable());
    within(client.close()).await.unwrap();
    let third = server.client().storage_file(&file).start().await.unwrap();
    within(third.close()).await.unwrap();
}

#[tokio::test]
async fn a_file_is_not_used_for_another_visitor() {
    let folder = Folder::new("visitor");
    let file = folder.file("client.db");
    let server = Server::start().await;
    let client = |visitor: &str| server.client().storage_file(&file).visitor_id(visitor.into());
    let ann = client("ann-0123456789").connect().await.unwrap();
    assert_eq!(
        ann.snapshot().await.unwrap().visitor_id,
        Some("ann-0123456789".into())
    );
    within(ann.close()).await.unwrap();
    let bob = client("bob-0123456789").start().await;
    assert!(matches!(bob, Err(StartError::OtherVisitor)), "{bob:?}");
    let ann = client("ann-0123456789").start().await.unwrap();
    within(ann.close()).await.unwrap();
}

#[test]
fn other_files_are_left_alone() {
    let folder = Folder::new("foreign");
    let text = folder.file("notes.txt");
    std::fs::write(&text, "buy milk, and much more than a page of it ".repeat(100)).unwrap();
    assert!(matches!(SqliteStorage::open(&text), Err(StorageError::Foreign)));

    let other = folder.file("other.db");
    let connection = rusqlite::Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE milk (litres)").unwrap();
    connection.close().unwrap();
    assert!(matches!(SqliteStorage::open(&other), Err(StorageError::Foreign)));

    let newer = folder.file("newer.db");
    drop(SqliteStorage::open(&newer).unwrap());
    let connection = rusqlite::Connection::open(&newer).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    connection.close().unwrap();
    assert!(matches!(
        SqliteStorage::open(&newer),
        Err(StorageError::Newer { found: 7, .. })
    ));
}

#[tokio::test]
async fn an_unreadable_entry_is_counted_and_the_others_are_sent() {
    let folder = Folder::new("corrupt");
    let file = folder.file("client.db");
    let nowhere = Client::builder("http://127.0.0.1:9/pocketping").storage_file(&file);
    let client = nowhere.start().await.unwrap();
    for text in ["one", "two", "three"] {
        within(client.send(text).saved()).await.unwrap();
    }
    client.disconnect().await.unwrap();
    within(client.close()).await.unwrap_err();
    let connection = rusqlite::Connection::open(&file).unwrap();
    let damaged = "UPDATE outbox SET value = '{\"v\":1,' WHERE value LIKE '%two%'";
    assert_eq!(connection.execute(damaged, []).unwrap(), 1);
    connection.close().unwrap();

    let server = Server::start().await;
    let client = server.client().storage_file(&file).start().await.unwrap();
    within(client.flush()).await.unwrap();
    let now = client.snapshot().await.unwrap();
    assert_eq!(texts(&now), ["one", "three"]);
    assert_eq!(server.contents(&client).await, ["one", "three"]);
    let ids: HashSet<_> = now.messages.iter().map(|entry| &entry.message.id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(now.notices, [Notice::StorageCorrupt { entries: 1 }]);
}
