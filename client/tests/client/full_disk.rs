//! A storage that does not take everything, for a while.

use crate::support::{Server, bind, within};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use pocketping_client::{
    Client, Draft, LocalKey, PersistFailure, SqliteStorage, Storage, StorageError, Stored, Value, Write,
};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Which writes there is no room for.
type Refuses = fn(&Write) -> bool;

/// A disk that outlives its clients; commits that hold something refused fail.
#[derive(Clone)]
struct Disk {
    disk: Arc<Mutex<SqliteStorage>>,
    refuses: Arc<Mutex<Refuses>>,
    refused: Arc<Notify>,
    unreadable_files: Arc<AtomicUsize>,
}

impl Disk {
    fn new(refuses: Refuses) -> Self {
        Disk {
            disk: Arc::new(Mutex::new(SqliteStorage::open(":memory:").unwrap())),
            refuses: Arc::new(Mutex::new(refuses)),
            refused: Arc::default(),
            unreadable_files: Arc::default(),
        }
    }

    /// From here on there is room for everything.
    fn has_room(&self) {
        *self.refuses.lock().unwrap() = |_| false;
    }
}

impl Storage for Disk {
    fn load(&mut self) -> Result<Stored, StorageError> {
        self.disk.lock().unwrap().load()
    }

    fn commit(&mut self, writes: &[Write]) -> Result<(), PersistFailure> {
        if writes.iter().any(*self.refuses.lock().unwrap()) {
            self.refused.notify_one();
            return Err(PersistFailure::Full);
        }
        self.disk.lock().unwrap().commit(writes)
    }

    fn read_file(&mut self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let one_less = |left: usize| left.checked_sub(1);
        if self
            .unreadable_files
            .fetch_update(SeqCst, SeqCst, one_less)
            .is_ok()
        {
            return Err(StorageError::Failed("not now".into()));
        }
        self.disk.lock().unwrap().read_file(key)
    }
}

fn names_the_visitor(write: &Write) -> bool {
    matches!(
        write,
        Write::Local {
            key: LocalKey::VisitorId,
            value: Some(_)
        }
    )
}

/// What the journal of a write says of tries.
fn tries(write: &Write) -> bool {
    let Write::Local {
        key: LocalKey::Outbox,
        value: Some(journal),
    } = write
    else {
        return false;
    };
    journal
        .get("tried")
        .and_then(Value::as_list)
        .is_some_and(|tried| !tried.is_empty())
}

#[tokio::test]
async fn what_was_accepted_is_sent_by_the_next_client_though_the_visitor_was_refused() {
    let disk = Disk::new(names_the_visitor);
    let opened = disk.clone();
    let nowhere = Client::builder("http://127.0.0.1:9/pocketping").storage(move || Ok(opened));
    let client = nowhere.start().await.unwrap();
    let mut sending = client.send("kept");
    within(disk.refused.notified()).await;
    disk.has_room();
    // Whether it was in that commit or not: there is one that has it.
    drop(within(sending.saved()).await);
    within(client.send("kept too").saved()).await.unwrap();
    // It dies without another word.
    drop((sending, client));

    let server = Server::start().await;
    let client = server.client().storage(move || Ok(disk)).start().await.unwrap();
    within(client.flush()).await.unwrap();
    assert_eq!(server.contents(&client).await, ["kept", "kept too"]);
}

#[tokio::test]
async fn what_was_accepted_is_sent_though_the_visitor_is_never_written() {
    let disk = Disk::new(names_the_visitor);
    let opened = disk.clone();
    let nowhere = Client::builder("http://127.0.0.1:9/pocketping").storage(move || Ok(opened));
    let client = nowhere.start().await.unwrap();
    within(client.send("kept").saved()).await.unwrap();
    within(client.send("kept too").saved()).await.unwrap();
    drop(client);

    disk.has_room();
    let server = Server::start().await;
    let client = server.client().storage(move || Ok(disk)).start().await.unwrap();
    within(client.flush()).await.unwrap();
    assert_eq!(server.contents(&client).await, ["kept", "kept too"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_for_a_while_is_sent_later() {
    let disk = Disk::new(|_| false);
    disk.unreadable_files.store(1, SeqCst);
    let server = Server::with_files().await;
    let client = server.client().storage(move || Ok(disk)).connect().await.unwrap();
    let upload = client.upload("prices.csv", "text/csv", "a,b");
    let message = within(client.send(Draft::new("the prices").file(&upload)))
        .await
        .unwrap();
    assert_eq!(message.attachments.len(), 1);
}

/// How many messages a server without idempotent sends has stored.
type Sends = Arc<AtomicUsize>;

async fn foreign() -> (String, Sends) {
    async fn message(State(sends): State<Sends>) -> Json<serde_json::Value> {
        let number = sends.fetch_add(1, SeqCst);
        Json(json!({ "messageId": format!("m{number}"), "timestamp": "2026-01-01T00:00:00.000Z" }))
    }
    let session = json!({ "sessionId": "s", "visitorId": "v", "operatorOnline": false, "messages": [] });
    let list = json!({ "messages": [], "hasMore": false });
    let sends = Sends::default();
    let app = Router::new()
        .route("/connect", post(async || Json(session)))
        .route("/messages", get(async || Json(list)))
        .route("/message", post(message))
        .with_state(Arc::clone(&sends));
    let listener = bind("127.0.0.1:0").await;
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (endpoint, sends)
}

#[tokio::test]
async fn a_try_that_the_journal_cannot_note_is_not_made_where_it_could_be_doubled() {
    let disk = Disk::new(tries);
    let opened = disk.clone();
    let (endpoint, sends) = foreign().await;
    let client = Client::builder(endpoint)
        .storage(move || Ok(opened))
        .start()
        .await
        .unwrap();
    let sending = client.send("once");
    within(disk.refused.notified()).await;
    // The next refusal is of the next try: what the first one led to is over.
    within(disk.refused.notified()).await;
    assert_eq!(
        sends.load(SeqCst),
        0,
        "the next client would find it, and send it again"
    );
    disk.has_room();
    within(sending).await.unwrap();
    assert_eq!(sends.load(SeqCst), 1);
}
