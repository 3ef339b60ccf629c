//! The server goes away and comes back.

use crate::support::folder::Folder;
use crate::support::{Server, arrival, state, texts, within};
use pocketping_client::Connection;
use std::sync::atomic::Ordering::SeqCst;

#[tokio::test]
async fn the_conversation_goes_on_after_the_servers_restart() {
    let folder = Folder::new("restart");
    let file = folder.file("server.db");
    let server = Server::on_file(&file, "127.0.0.1:0").await;
    let client = server.client().connect().await.unwrap();
    let mut changes = client.changes();
    within(client.send("before")).await.unwrap();
    let before = client.snapshot().await.unwrap();

    let address = server.stop().await;
    let meanwhile = [client.send("while it is away"), client.send("and once more")];
    state(&client, |now| now.connection == Connection::Retrying).await;

    let server = Server::on_file(&file, &address).await;
    for sending in meanwhile {
        within(sending).await.unwrap();
    }
    server.answer(&client, "back again").await;
    assert_eq!(arrival(&mut changes).await, "back again");
    let now = client.snapshot().await.unwrap();
    assert_eq!(now.session_id, before.session_id);
    assert_eq!(
        texts(&now),
        ["before", "while it is away", "and once more", "back again"]
    );
    assert_eq!(server.contents(&client).await, texts(&now));
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn what_was_said_while_the_stream_was_gone_is_heard() {
    let folder = Folder::new("missed");
    let file = folder.file("server.db");
    let server = Server::on_file(&file, "127.0.0.1:0").await;
    let client = server.client().connect().await.unwrap();
    let mut changes = client.changes();
    within(client.send("hello")).await.unwrap();
    let session = client.snapshot().await.unwrap().session_id.unwrap();
    let address = server.stop().await;

    // Nobody listens on its port while these are written.
    let apart = Server::on_file(&file, "127.0.0.1:0").await;
    for text in ["one", "two", "three"] {
        apart.pp.send_message(&session, text).await.unwrap();
    }
    apart.stop().await;

    let _server = Server::on_file(&file, &address).await;
    for text in ["one", "two", "three"] {
        assert_eq!(arrival(&mut changes).await, text);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_doubles_nothing() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    server.between.no_sockets.store(true, SeqCst);
    server.between.lose_answers.store(2, SeqCst);
    for text in ["one", "two", "two"] {
        within(client.send(text)).await.unwrap();
    }
    assert_eq!(server.contents(&client).await, ["one", "two", "two"]);
    assert_eq!(texts(&client.snapshot().await.unwrap()), ["one", "two", "two"]);
}
