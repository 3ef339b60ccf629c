//! Files reach the server before their message, whatever happens meanwhile.

use crate::support::folder::Folder;
use crate::support::{Server, bind, within};
use axum::routing::post;
use axum::{Json, Router};
use pocketping_client::{Client, Draft, EntryKey, SendError, Snapshot};
use serde_json::json;

const TEXT: &[u8] = "name,price\nlamp,20\n".as_bytes();

/// Names and bytes of the files of the conversation's messages, as the server gives them out.
async fn files(server: &Server, client: &Client) -> Vec<(String, Vec<u8>)> {
    let Snapshot { messages, .. } = client.snapshot().await.unwrap();
    let mut files = Vec::new();
    for file in messages.iter().flat_map(|entry| &entry.message.attachments) {
        let url = format!("http://{}{}", server.address, file.url);
        let answer = reqwest::get(url).await.unwrap();
        files.push((file.filename.clone(), answer.bytes().await.unwrap().to_vec()));
    }
    files
}

#[tokio::test]
async fn a_file_is_uploaded_and_a_message_carries_it() {
    let server = Server::with_files().await;
    let client = server.client().connect().await.unwrap();
    let upload = client.upload("prices.csv", "text/csv", TEXT);
    let message = client.send(Draft::new("the prices").file(&upload));
    let attachment = within(upload).await.unwrap();
    assert_eq!(
        (attachment.filename.as_str(), attachment.size),
        ("prices.csv", TEXT.len() as u64)
    );
    let message = within(message).await.unwrap();
    assert_eq!(message.attachments[0].id, attachment.id);
    assert_eq!(
        files(&server, &client).await,
        [("prices.csv".to_owned(), TEXT.to_vec())]
    );

    // One that was waited for goes along by its id, and so does one that nobody waits for any more.
    let other = client.upload("large.txt", "text/plain", vec![b'x'; 3_000_000]);
    let large = Draft::new("").file(&other);
    let id = within(other).await.unwrap().id;
    let message = within(client.send(large)).await.unwrap();
    assert_eq!(message.attachments[0].id, id);
    assert_eq!(files(&server, &client).await[1].1.len(), 3_000_000);
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn the_next_client_on_the_storage_sends_the_file_and_then_the_message() {
    let folder = Folder::new("uploads");
    let file = folder.file("client.db");
    let server = Server::with_files().await;
    let nowhere = Client::builder("http://127.0.0.1:9/pocketping").storage_file(&file);
    let client = nowhere.start().await.unwrap();
    let upload = client.upload("prices.csv", "text/csv", TEXT);
    let mut message = client.send(Draft::new("the prices").file(&upload));
    within(message.saved()).await.unwrap();
    drop((upload, message, client));

    let client = server.client().storage_file(&file).connect().await.unwrap();
    within(client.flush()).await.unwrap();
    assert_eq!(server.contents(&client).await, ["the prices"]);
    assert_eq!(
        files(&server, &client).await,
        [("prices.csv".to_owned(), TEXT.to_vec())]
    );
    within(client.close()).await.unwrap();
    let storage = rusqlite::Connection::open(&file).unwrap();
    let left: i64 = storage
        .query_row("SELECT count(*) FROM files", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0, "the bytes are deleted when the server has them");
}

#[tokio::test]
async fn a_refused_file_fails_its_message_and_nothing_else() {
    let server = Server::with_files().await;
    let client = server.client().connect().await.unwrap();
    let upload = client.upload("run.exe", "application/x-msdownload", TEXT);
    let message = client.send(Draft::new("look").file(&upload));
    assert!(matches!(within(upload).await, Err(SendError::Refused { .. })));
    assert!(matches!(within(message).await, Err(SendError::Refused { .. })));
    within(client.send("still here")).await.unwrap();
    assert_eq!(server.contents(&client).await, ["still here"]);
}

#[tokio::test]
async fn a_server_without_a_file_store_refuses_and_an_upload_can_be_given_up() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    let refused = within(client.upload("prices.csv", "text/csv", TEXT)).await;
    assert_eq!(refused, Err(SendError::Refused { status: 404 }));

    let nowhere = Client::builder("http://127.0.0.1:9/pocketping");
    let client = nowhere.start().await.unwrap();
    let upload = client.upload("prices.csv", "text/csv", TEXT);
    let key = EntryKey(upload.id().as_str().into());
    client.remove(key).await.unwrap();
    assert_eq!(within(upload).await, Err(SendError::FileGone));
}

#[tokio::test]
async fn an_address_for_bytes_that_is_none_fails_the_file() {
    for address in ["http://:0/", "ftp://files.example/a"] {
        let session = json!({ "sessionId": "s", "visitorId": "v", "operatorOnline": false, "messages": [] });
        let upload = json!({ "attachmentId": "a", "uploadUrl": address });
        let app = Router::new()
            .route("/connect", post(async || Json(session)))
            .route("/upload", post(async || Json(upload)));
        let listener = bind("127.0.0.1:0").await;
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let client = Client::builder(endpoint).connect().await.unwrap();
        let refused = within(client.upload("prices.csv", "text/csv", TEXT)).await;
        assert_eq!(refused, Err(SendError::Refused { status: 422 }), "{address}");
    }
}
