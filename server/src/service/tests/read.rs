use super::*;
use pocketping_core::MessageId;
use pocketping_core::model::MessageStatus;
use pocketping_core::route::{OperatorReadRequest, ReadRequest};

fn read(session: &SessionId, ids: &[&MessageId], status: MessageStatus) -> ReadRequest {
    let message_ids = ids.iter().copied().cloned().collect();
    ReadRequest {
        session_id: session.clone(),
        message_ids,
        status,
    }
}

#[tokio::test]
async fn a_visitor_reads_the_other_sides_messages_once_and_never_its_own() {
    let server = Server::new();
    let session = server.session().await;
    let own = server.say(&session, "mine").await.message_id;
    let theirs = server.pp.send_message(&session, "hi").await.unwrap().id;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let ids = [&own, &theirs, &theirs];
    let updated = async |status| {
        server
            .pp
            .visitor_read(read(&session, &ids, status))
            .await
            .unwrap()
            .updated
    };
    assert_eq!(updated(MessageStatus::Sent).await, 0);
    assert_eq!(updated(MessageStatus::Delivered).await, 1);
    assert_eq!(updated(MessageStatus::Read).await, 1);
    assert_eq!(updated(MessageStatus::Read).await, 0);
    assert_eq!(updated(MessageStatus::Delivered).await, 0);
    let seen = events(&mut stream).await;
    assert_eq!(kinds(&seen), ["read", "read"]);
    let ServerEvent::Read(receipt) = &seen[1] else {
        panic!()
    };
    assert_eq!(receipt.message_ids, [theirs]);
    assert!(receipt.read_at.is_some() && receipt.delivered_at.is_some());
    let nobody = server
        .pp
        .visitor_read(read(&"nope".into(), &[&own], MessageStatus::Read))
        .await
        .unwrap();
    assert_eq!(nobody.updated, 0);
}

#[tokio::test]
async fn an_operators_reading_turns_the_visitors_ticks_and_lowers_unread() {
    let server = Server::new();
    let session = server.session().await;
    let first = server.say(&session, "1").await.message_id;
    server.say(&session, "2").await;
    assert_eq!(server.pp.get_session(&session).await.unwrap().unread, 2);
    let mut visitor = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    let request = OperatorReadRequest {
        message_ids: vec![first],
        status: MessageStatus::Read,
    };
    assert_eq!(
        server.pp.operator_read(&session, request).await.unwrap().updated,
        1
    );
    assert_eq!(kinds(&events(&mut visitor).await), ["read"]);
    let seen = events(&mut operators).await;
    assert_eq!(kinds(&seen), ["session", "read"]);
    let ServerEvent::Session(changed) = &seen[0] else {
        panic!()
    };
    assert_eq!(changed.unread, 1);
}
