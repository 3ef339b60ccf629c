//! How clients end.

use crate::support::{PATIENCE, Server, within};
use pocketping_client::{Client, Closed, SendError, Value};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

#[tokio::test]
async fn closing_sends_what_waits() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    let session = client.snapshot().await.unwrap().session_id.unwrap();
    let mut changes = client.changes();
    let last: Vec<_> = (0..20).map(|at| client.send(format!("m{at}"))).collect();
    within(client.close()).await.unwrap();
    for sending in last {
        within(sending).await.unwrap();
    }
    assert_eq!(server.contents_of(&session).await.len(), 20);
    while within(changes.next()).await.is_some() {}

    assert_eq!(within(client.send("late")).await, Err(SendError::Closed(Closed)));
    assert_eq!(client.messages().await.unwrap_err(), Closed);
    within(client.close()).await.unwrap();
    assert!(within(client.changes().next()).await.is_none());
}

#[tokio::test]
async fn closing_says_what_could_not_be_sent() {
    let address = Server::start().await.stop().await;
    let client = Client::builder(format!("http://{address}/pocketping"))
        .close_timeout(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let waiting = client.send("unsent");
    within(client.trigger("unsent", Value::Null)).await.unwrap();
    let unsent = within(client.close()).await.unwrap_err();
    let contents: Vec<_> = unsent
        .messages
        .iter()
        .map(|entry| &*entry.message.content)
        .collect();
    assert_eq!(contents, ["unsent"]);
    assert_eq!(unsent.others, 1);
    assert_eq!(within(waiting).await, Err(SendError::Closed(Closed)));
}

#[tokio::test]
async fn a_disconnected_client_closes_at_once() {
    let server = Server::start().await;
    let client = server
        .client()
        .close_timeout(PATIENCE * 2)
        .connect()
        .await
        .unwrap();
    let lost = server.stop().await;
    drop(client.send("unsent"));
    client.disconnect().await.unwrap();
    let unsent = within(client.close()).await.unwrap_err();
    assert_eq!(unsent.messages.len(), 1, "{lost} was away");
}

/// A runtime that holds nothing but the client.
fn alone() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Waits until no task is left.
fn no_task_is_left(runtime: &Runtime) {
    let began = Instant::now();
    while runtime.metrics().num_alive_tasks() > 0 {
        assert!(
            began.elapsed() < PATIENCE,
            "{} tasks are left",
            runtime.metrics().num_alive_tasks()
        );
        runtime.block_on(tokio::task::yield_now());
    }
}

#[test]
fn nothing_of_a_closed_client_is_left() {
    let servers = Runtime::new().unwrap();
    let server = servers.block_on(Server::start());
    let runtime = alone();
    runtime.block_on(async {
        let client = server.client().connect().await.unwrap();
        within(client.send("hello")).await.unwrap();
        within(client.close()).await.unwrap();
    });
    no_task_is_left(&runtime);
}

#[test]
fn nothing_of_a_dropped_client_is_left() {
    let servers = Runtime::new().unwrap();
    let server = servers.block_on(Server::start());
    let runtime = alone();
    runtime.block_on(async {
        let client = server.client().connect().await.unwrap();
        within(client.send("hello")).await.unwrap();
        // Its changes do not keep it alive.
        let mut changes = client.changes();
        drop(client);
        while within(changes.next()).await.is_some() {}
    });
    no_task_is_left(&runtime);
}
