//! A conversation, in both directions.

use crate::support::{Server, arrival, change, state, texts, within};
use pocketping_client::{
    Change, Client, Connection, Delivery, Draft, FailureReason, Identity, Object, Reset, SendError, Value,
    Window,
};
use pocketping_core::Wire;
use std::sync::atomic::Ordering::SeqCst;

fn identity(id: &str) -> Identity {
    Identity::read(&Object::new().with("id", id).with("name", "Ann").into()).unwrap()
}

#[tokio::test]
async fn messages_go_both_ways() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    let mut changes = client.changes();

    let sent = within(client.send("hello")).await.unwrap();
    assert_eq!(sent.content, "hello");
    assert_eq!(server.contents(&client).await, ["hello"]);

    let answer = server.answer(&client, "hi, what is it?").await;
    assert_eq!(arrival(&mut changes).await, "hi, what is it?");
    let reply = Draft::new("a question").reply_to(answer.id.clone());
    let reply = within(client.send(reply)).await.unwrap();
    assert_eq!(reply.reply_to.unwrap().id(), &answer.id);

    let messages = client.messages().await.unwrap();
    let contents: Vec<_> = messages
        .iter()
        .map(|entry| entry.message.content.as_str())
        .collect();
    assert_eq!(contents, ["hello", "hi, what is it?", "a question"]);
    assert!(messages.iter().all(|entry| entry.delivery != Delivery::Sending));
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn a_dropped_future_still_sends_and_order_is_kept() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    for at in 0..50 {
        drop(client.send(format!("m{at}")));
    }
    within(client.send("last")).await.unwrap();
    let mut expected: Vec<_> = (0..50).map(|at| format!("m{at}")).collect();
    expected.push("last".to_owned());
    assert_eq!(server.contents(&client).await, expected);
}

#[tokio::test]
async fn visitors_do_not_hear_each_other() {
    let server = Server::start().await;
    let ann = server.client().connect().await.unwrap();
    let bob = server.client().connect().await.unwrap();
    let (mut to_ann, mut to_bob) = (ann.changes(), bob.changes());
    within(ann.send("I am Ann")).await.unwrap();
    within(bob.send("I am Bob")).await.unwrap();
    server.answer(&ann, "for Ann").await;
    server.answer(&bob, "for Bob").await;
    // The first that each hears is its own, and so it is after one more round trip.
    assert_eq!(arrival(&mut to_ann).await, "for Ann");
    assert_eq!(arrival(&mut to_bob).await, "for Bob");
    let (ann, bob) = (ann.snapshot().await.unwrap(), bob.snapshot().await.unwrap());
    assert_ne!(ann.visitor_id, bob.visitor_id);
    assert_eq!(texts(&ann), ["I am Ann", "for Ann"]);
    assert_eq!(texts(&bob), ["I am Bob", "for Bob"]);
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_at_once() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    let mut blank = client.send(" ");
    assert_eq!(within(blank.saved()).await, Err(SendError::Blank));
    assert_eq!(within(blank).await, Err(SendError::Blank));
    assert_eq!(
        within(client.send("x".repeat(4001))).await,
        Err(SendError::TooLong)
    );
    assert_eq!(
        within(client.trigger("", Value::Null)).await,
        Err(SendError::EventName { chars: 0 })
    );
    assert!(client.messages().await.unwrap().is_empty());
    assert!(server.contents(&client).await.is_empty());
}

#[tokio::test]
async fn a_message_that_the_server_refuses_is_kept_until_it_is_removed_or_taken() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    server.between.refuse_sends.store(true, SeqCst);
    let mut keys = Vec::new();
    for text in ["removed", "retried"] {
        let refused = within(client.send(text)).await.unwrap_err();
        assert_eq!(refused, SendError::Refused { status: 422 });
        assert!(!refused.is_retryable());
        keys.push(client.messages().await.unwrap().last().unwrap().key.clone());
    }
    let failed = Delivery::Failed(FailureReason::Refused { status: 422 });
    let messages = client.messages().await.unwrap();
    assert!(messages.iter().all(|entry| entry.delivery == failed));

    server.between.refuse_sends.store(false, SeqCst);
    client.remove(keys[0].clone()).await.unwrap();
    client.retry(keys[1].clone()).await.unwrap();
    state(&client, |now| {
        now.messages[0].delivery != failed && now.unsent == 0
    })
    .await;
    assert_eq!(server.contents(&client).await, ["retried"]);
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn a_message_that_is_taken_back_tells_whoever_waits() {
    let server = Server::start().await;
    let address = server.stop().await;
    let client = Client::builder(format!("http://{address}/pocketping"))
        .start()
        .await
        .unwrap();
    let waiting = client.send("never mind");
    let key = client.messages().await.unwrap()[0].key.clone();
    client.remove(key).await.unwrap();
    assert_eq!(within(waiting).await, Err(SendError::Removed));
    assert!(client.messages().await.unwrap().is_empty());
}

#[tokio::test]
async fn events_go_both_ways() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let pp = pocketping_server::PocketPing::builder()
        .on_event("paid", move |event, _| tell.send(event.data.clone()).unwrap())
        .build()
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::serve(pp, listener).await;
    let client = server.client().connect().await.unwrap();
    let mut changes = client.changes();

    let data = Object::new().with("amount", 12);
    within(client.trigger("paid", data.clone())).await.unwrap();
    assert_eq!(within(told.recv()).await, Some(Value::Object(data)));

    let session = client.snapshot().await.unwrap().session_id.unwrap();
    server
        .pp
        .emit_event(&session, "offer", Value::Null)
        .await
        .unwrap();
    let name = change(&mut changes, |change| match change {
        Change::Event(event) => Some(event.name),
        _ => None,
    });
    assert_eq!(name.await, "offer");
}

#[tokio::test]
async fn the_server_learns_who_the_visitor_is() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    within(client.identify(identity("ann"))).await.unwrap();
    let session = client.snapshot().await.unwrap().session_id.unwrap();
    let kept = server.pp.get_session(&session).await.unwrap();
    assert_eq!(kept.identity.unwrap().id, "ann");
    client.reset(Reset::Identity).await.unwrap();
    assert_eq!(client.snapshot().await.unwrap().identity, None);
}

#[tokio::test]
async fn a_reset_starts_as_somebody_else_and_tells_whoever_waits() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    within(client.send("before")).await.unwrap();
    let before = client.snapshot().await.unwrap();
    // The answer to this one does not get through.
    server.between.lose_answers.store(usize::MAX, SeqCst);
    let waiting = client.send("in between");
    client.reset(Reset::Everything).await.unwrap();
    assert_eq!(within(waiting).await, Err(SendError::Reset));
    server.between.lose_answers.store(0, SeqCst);
    let after = state(&client, |now| now.session_id.is_some()).await;
    assert_ne!(after.visitor_id, before.visitor_id);
    assert_ne!(after.session_id, before.session_id);
    within(client.send("after")).await.unwrap();
    assert_eq!(server.contents(&client).await, ["after"]);
}

#[tokio::test]
async fn typing_and_reading_are_told() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    within(client.send("hello")).await.unwrap();
    let session = client.snapshot().await.unwrap().session_id.unwrap();
    let mut seen = server.pp.subscribe(session.clone(), None).await.unwrap();
    client.typing().await.unwrap();
    client.set_window(Window::Open).await.unwrap();
    server.answer(&client, "read me").await;
    let mut waits_for = vec![r#""type":"typing""#, r#""type":"read""#];
    within(async {
        while !waits_for.is_empty() {
            let pocketping_server::Delivery::Envelope(envelope) = seen.next().await else {
                panic!("the stream has ended");
            };
            let text = envelope.text().as_str().to_owned();
            let is_wanted = |kind: &&str| {
                text.contains(*kind) && (kind.contains("typing") || text.contains(r#""status":"read""#))
            };
            waits_for.retain(|kind| !is_wanted(kind));
        }
    })
    .await;
    assert_eq!(client.snapshot().await.unwrap().unread, 0);
}

#[tokio::test]
async fn disconnected_it_stays_so_until_the_next_act() {
    let server = Server::start().await;
    let client = server.client().connect().await.unwrap();
    client.disconnect().await.unwrap();
    assert_eq!(client.snapshot().await.unwrap().connection, Connection::Idle);
    server.pp.broadcast_event("unheard", Value::Null).await.unwrap();
    within(client.send("back")).await.unwrap();
    let now = state(&client, |now| now.connection == Connection::Live).await;
    assert_eq!(texts(&now), ["back"]);
}
