//! Visitors whom an operator has shut out.

use super::*;
use crate::storage::MemoryStorage;
use crate::storage::Storage;
use pocketping_core::Value;
use pocketping_core::model::{Identity, MessageStatus, Sender};
use pocketping_core::route::{
    CsatRequest, EventRequest, IdentifyRequest, PageRequest, PreChatRequest, ReadRequest, Score,
};

const BLOCKED: &str = "visitor_blocked";

#[tokio::test]
async fn whatever_a_blocked_visitor_does_is_refused_and_nobody_hears_of_it() {
    let store = Arc::new(MemoryStorage::new());
    let server = Server::with(|builder| builder.storage_arc(Arc::clone(&store) as Arc<dyn Storage>));
    let session = server.session().await;
    let said = server.say(&session, "hello").await.message_id;
    let answer = server.pp.send_message(&session, "hi").await.unwrap().id;
    server.pp.set_blocked(&session, true).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    let (pp, before) = (&server.pp, store.head());
    let id = || session.clone();
    assert_eq!(code(pp.visitor_message(text(&session, "again")).await), BLOCKED);
    assert_eq!(
        code(pp.visitor_edit(id(), said.clone(), "x".into()).await),
        BLOCKED
    );
    assert_eq!(code(pp.visitor_delete(id(), said).await), BLOCKED);
    assert_eq!(
        code(pp.visitor_typing(id(), Sender::Visitor, true).await),
        BLOCKED
    );
    let event = EventRequest {
        session_id: id(),
        event_id: None,
        name: "x".into(),
        data: Value::Null,
        timestamp: None,
        page: None,
    };
    assert_eq!(code(pp.visitor_event(event).await), BLOCKED);
    let rating = CsatRequest {
        session_id: id(),
        score: Score::read(&Value::Int(1)).unwrap(),
        comment: None,
        event_id: None,
    };
    assert_eq!(code(pp.rate(rating).await), BLOCKED);
    let form = PreChatRequest {
        session_id: id(),
        email: Some("a@example.com".into()),
        phone: None,
        phone_country: None,
        event_id: None,
    };
    assert_eq!(code(pp.prechat(form).await), BLOCKED);
    let page = PageRequest {
        session_id: id(),
        url: "https://shop.example/".into(),
        title: None,
        referrer: None,
    };
    assert_eq!(code(pp.page(page).await), BLOCKED);
    let identify = IdentifyRequest {
        session_id: id(),
        identity: Identity::new("u"),
    };
    assert_eq!(code(pp.identify(identify).await), BLOCKED);
    let read = ReadRequest {
        session_id: id(),
        message_ids: vec![answer],
        status: MessageStatus::Read,
    };
    assert_eq!(code(pp.visitor_read(read).await), BLOCKED);
    assert_eq!(code(pp.list_messages(from_start(&session)).await), BLOCKED);
    assert_eq!(
        code(pp.connect(request("visitor"), Client::default()).await),
        BLOCKED
    );
    assert_eq!(pp.subscribe(id(), None).await.err().unwrap().code(), BLOCKED);
    assert_eq!(store.head(), before, "nothing was stored");
    assert!(drain(&mut operators).await.is_empty());
}

#[tokio::test]
async fn blocking_ends_the_streams_and_unblocking_lets_them_come_back() {
    let server = Server::new();
    let session = server.session().await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut other = {
        let other = server.connect("other").await.session_id;
        server.pp.subscribe(other, None).await.unwrap()
    };
    let seen = server.pp.set_blocked(&session, true).await.unwrap();
    assert!(seen.blocked);
    assert!(matches!(stream.next().await, Delivery::Closed));
    assert!(drain(&mut other).await.is_empty());
    server
        .pp
        .send_message(&session, "operators may write")
        .await
        .unwrap();
    server.pp.set_blocked(&session, false).await.unwrap();
    assert!(server.pp.subscribe(session.clone(), None).await.is_ok());
    assert_eq!(server.connect("visitor").await.session_id, session);
    server.say(&session, "thank you").await;
}
