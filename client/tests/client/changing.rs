//! What was said is changed, rated and read back.

use crate::support::{Server, change, texts, within};
use pocketping_client::{Change, EntryKey, Reachable, Score, SendError, Value};
use pocketping_core::Wire;

fn score(number: i64) -> Score {
    Score::read(&Value::Int(number)).unwrap()
}

#[tokio::test]
async fn a_message_is_edited_and_deleted() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    let first = within(client.send("teh lamp")).await.unwrap();
    let second = within(client.send("a secret")).await.unwrap();
    within(client.edit(EntryKey(first.id.as_str().into()), "the lamp"))
        .await
        .unwrap();
    within(client.delete(EntryKey(second.id.as_str().into())))
        .await
        .unwrap();
    // The server keeps what was deleted, for operators only.
    assert_eq!(server.contents(&client).await, ["the lamp", "a secret"]);
    assert_eq!(texts(&client.snapshot().await.unwrap()), ["the lamp", ""]);
    let nobody = within(client.edit(EntryKey("nobody".into()), "x")).await;
    assert_eq!(nobody, Err(SendError::NotFound));
}

#[tokio::test]
async fn a_conversation_is_rated_once() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    within(client.rate(score(5), Some("quick".to_owned())))
        .await
        .unwrap();
    within(client.rate(score(1), None)).await.unwrap();
    let unreachable = within(client.submit_pre_chat(Reachable::default())).await;
    assert_eq!(unreachable, Err(SendError::Blank));
    within(client.close()).await.unwrap();
    let after = within(client.rate(score(2), None)).await;
    assert!(matches!(after, Err(SendError::Closed(_))));
}

#[tokio::test]
async fn older_pages_are_read_when_they_are_asked_for() {
    let server = Server::start().await;
    let writer = server.client().connect().await.unwrap();
    for number in 0..70 {
        drop(writer.send(number.to_string()));
    }
    within(writer.flush()).await.unwrap();
    let snapshot = writer.snapshot().await.unwrap();
    let client = server.client().visitor_id(snapshot.visitor_id.unwrap());
    let client = client.connect().await.unwrap();
    assert_eq!(texts(&client.snapshot().await.unwrap()).len(), 50);
    let mut changes = client.changes();
    client.read_older().await.unwrap();
    change(&mut changes, |change| {
        (change == Change::HasMore(false)).then_some(())
    })
    .await;
    assert_eq!(
        texts(&client.snapshot().await.unwrap()),
        server.contents(&client).await
    );
}
