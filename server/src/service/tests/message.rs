use super::*;
use pocketping_core::Object;
use pocketping_core::model::{MessageStatus, ReplyTo, SessionState};

fn with_id(session: &SessionId, id: &str, content: &str) -> SendMessageRequest {
    SendMessageRequest {
        client_message_id: Some(id.into()),
        ..text(session, content)
    }
}

#[tokio::test]
async fn a_repeat_answers_the_same_and_tells_nobody() {
    let server = Server::new();
    let session = server.session().await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let first = server
        .pp
        .visitor_message(with_id(&session, "c1", "hello"))
        .await
        .unwrap();
    server.later(60);
    let again = server
        .pp
        .visitor_message(with_id(&session, "c1", "hello"))
        .await
        .unwrap();
    assert_eq!(first, again);
    let seen = events(&mut stream).await;
    assert_eq!(kinds(&seen), ["message"]);
    let ServerEvent::Message(message) = &seen[0] else {
        panic!()
    };
    assert_eq!(
        message.client_message_id,
        Some("c1".into()),
        "the echo can be matched"
    );
    assert_eq!(message.status, Some(MessageStatus::Sent));
    assert_eq!(server.pp.get_session(&session).await.unwrap().unread, 1);
}

#[tokio::test]
async fn an_id_that_stands_for_another_text_is_refused() {
    let server = Server::new();
    let session = server.session().await;
    let first = server
        .pp
        .visitor_message(with_id(&session, "c1", "hello"))
        .await
        .unwrap();
    assert_eq!(
        code(server.pp.visitor_message(with_id(&session, "c1", "other")).await),
        "client_message_id_reused"
    );
    let edit = server
        .pp
        .visitor_edit(session.clone(), first.message_id.clone(), "edited".into());
    edit.await.unwrap();
    let again = server
        .pp
        .visitor_message(with_id(&session, "c1", "hello"))
        .await
        .unwrap();
    assert_eq!(
        again.message_id, first.message_id,
        "an edit since does not make the repeat a reuse"
    );
}

#[tokio::test]
async fn one_visitors_ids_mean_nothing_in_another_session() {
    let server = Server::new();
    let (ada, bob) = (
        server.connect("ada").await.session_id,
        server.connect("bob").await.session_id,
    );
    let first = server
        .pp
        .visitor_message(with_id(&ada, "c1", "hello"))
        .await
        .unwrap();
    let second = server
        .pp
        .visitor_message(with_id(&bob, "c1", "other"))
        .await
        .unwrap();
    assert_ne!(first.message_id, second.message_id);
}

#[tokio::test]
async fn bad_messages_are_refused_and_nothing_is_stored() {
    let server = Server::new();
    let session = server.session().await;
    let send = |request| server.pp.visitor_message(request);
    for sender in [Sender::Operator, Sender::Ai] {
        let posing = SendMessageRequest {
            sender,
            ..text(&session, "I am staff")
        };
        assert_eq!(code(send(posing).await), "sender_not_allowed");
    }
    assert_eq!(code(send(text(&"nope".into(), "hi")).await), "session_not_found");
    assert_eq!(code(send(text(&session, " \n ")).await), "content_blank");
    let ghost = SendMessageRequest {
        attachment_ids: vec!["ghost".into()],
        ..text(&session, "see the file")
    };
    assert_eq!(code(send(ghost).await), "invalid_field");
    assert_eq!(
        code(send(text(&session, &"y".repeat(4001))).await),
        "content_too_long"
    );
    assert_eq!(
        code(send(with_id(&session, &"c".repeat(65), "hi")).await),
        "invalid_field"
    );
    let seen = server.pp.get_session(&session).await.unwrap();
    assert_eq!((seen.unread, seen.last_message), (0, None));
    assert!(send(text(&session, &"😀".repeat(4000))).await.is_ok());
}

#[tokio::test]
async fn an_unknown_reply_does_not_lose_the_message() {
    let server = Server::new();
    let session = server.session().await;
    let first = server.say(&session, "first").await;
    let note = server.pp.add_note(&session, "careful".into()).await.unwrap();
    for (reply_to, kept) in [
        ("ghost", false),
        (note.id.as_str(), false),
        (first.message_id.as_str(), true),
    ] {
        let request = SendMessageRequest {
            reply_to: Some(reply_to.into()),
            ..text(&session, "reply")
        };
        server.pp.visitor_message(request).await.unwrap();
        let last = server
            .pp
            .get_session(&session)
            .await
            .unwrap()
            .last_message
            .unwrap();
        assert_eq!(last.reply_to, kept.then(|| ReplyTo::Id(reply_to.into())));
    }
}

#[tokio::test]
async fn text_is_stored_as_sent() {
    let server = Server::new();
    let session = server.session().await;
    server.say(&session, "  spaces stay \n").await;
    let last = server
        .pp
        .get_session(&session)
        .await
        .unwrap()
        .last_message
        .unwrap();
    assert_eq!(last.content, "  spaces stay \n");
}

#[tokio::test]
async fn times_of_a_session_grow_even_when_the_clock_steps_back() {
    let server = Server::new();
    let session = server.session().await;
    let first = server.say(&session, "1").await.timestamp;
    let second = server.say(&session, "2").await.timestamp;
    server.later(-3600);
    let third = server.say(&session, "3").await.timestamp;
    assert!(first.as_millis() < second.as_millis() && second.as_millis() < third.as_millis());
}

#[tokio::test]
async fn a_message_of_the_visitor_opens_a_closed_session_again() {
    let server = Server::new();
    let session = server.session().await;
    server.pp.close_session(&session).await.unwrap();
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    server.say(&session, "one more thing").await;
    assert_eq!(kinds(&events(&mut stream).await), ["message", "session"]);
    assert_eq!(
        server.pp.get_session(&session).await.unwrap().state,
        SessionState::Open
    );
}

#[tokio::test]
async fn a_blocked_visitor_is_refused() {
    let server = Server::new();
    let session = server.session().await;
    server.pp.set_blocked(&session, true).await.unwrap();
    assert_eq!(
        code(server.pp.visitor_message(text(&session, "hi")).await),
        "visitor_blocked"
    );
}

#[tokio::test]
async fn a_visitors_message_with_oversized_metadata_is_refused() {
    let server = Server::new();
    let session = server.session().await;
    let with = |bytes: usize| SendMessageRequest {
        metadata: Some(Object::new().with("key", "x".repeat(bytes))),
        ..text(&session, "hello")
    };
    server.pp.visitor_message(with(16_000)).await.unwrap();
    assert_eq!(
        code(server.pp.visitor_message(with(17_000)).await),
        "invalid_field"
    );
}
