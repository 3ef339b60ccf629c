use super::*;
use crate::OperatorMessage;
use pocketping_core::Object;
use pocketping_core::model::{MessageOperator, SessionState};

#[tokio::test]
async fn an_answer_reaches_the_visitor_with_its_author() {
    let server = Server::new();
    let session = server.session().await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let answer = OperatorMessage {
        metadata: Some(Object::new().with("card", true)),
        operator: Some(MessageOperator {
            id: None,
            name: "Ada".into(),
            avatar: None,
        }),
        ..OperatorMessage::from("hi")
    };
    let sent = server.pp.send_message(&session, answer).await.unwrap();
    let seen = events(&mut stream).await;
    assert_eq!(seen, [ServerEvent::Message(Box::new(sent))]);
    assert_eq!(server.pp.get_session(&session).await.unwrap().unread, 0);
    assert_eq!(
        code(server.pp.send_message(&"nope".into(), "hi").await),
        "session_not_found"
    );
    assert_eq!(code(server.pp.send_message(&session, " ").await), "content_blank");
}

#[tokio::test]
async fn no_visitor_ever_gets_a_note() {
    let server = Server::new();
    let session = server.session().await;
    let start = server.connect("visitor").await.cursor.unwrap();
    let mut live = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    let note = server.pp.add_note(&session, "beware".into()).await.unwrap();
    server
        .pp
        .edit_message(&session, &note.id, "beware of this one".into())
        .await
        .unwrap();
    server.pp.delete_message(&session, &note.id).await.unwrap();
    assert!(drain(&mut live).await.is_empty());
    let mut replayed = server
        .pp
        .subscribe(session.clone(), crate::After::parse(start.as_str()))
        .await
        .unwrap();
    assert!(drain(&mut replayed).await.is_empty());
    assert!(server.connect("visitor").await.messages.is_empty());
    let seen = events(&mut operators).await;
    assert_eq!(
        kinds(&seen),
        [
            "session",
            "message",
            "session",
            "message_edited",
            "session",
            "message_deleted"
        ]
    );
    let ServerEvent::Message(message) = &seen[1] else {
        panic!()
    };
    assert!(message.private);
}

#[tokio::test]
async fn closing_tells_the_visitor_and_moves_the_session() {
    let server = Server::new();
    let session = server.session().await;
    let mut visitor = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    assert_eq!(
        server.pp.close_session(&session).await.unwrap().state,
        SessionState::Resolved
    );
    server.pp.close_session(&session).await.unwrap();
    let seen = events(&mut visitor).await;
    assert!(
        matches!(&seen[..], [ServerEvent::SessionState(change)] if change.state == SessionState::Resolved)
    );
    let seen = drain(&mut operators).await;
    assert_eq!(seen.len(), 1);
    let ServerEvent::Session(changed) = parse(&seen[0]).event else {
        panic!()
    };
    assert_eq!((changed.state, changed.online), (SessionState::Resolved, true));
}

#[tokio::test]
async fn presence_is_told_once_and_remembered() {
    let server = Server::new();
    let session = server.session().await;
    assert!(!server.pp.presence().online);
    let mut stream = server.pp.subscribe(session, None).await.unwrap();
    server.pp.set_operator_online(true).await.unwrap();
    server.pp.set_operator_online(true).await.unwrap();
    assert_eq!(kinds(&events(&mut stream).await), ["presence"]);
    assert!(server.connect("later").await.operator_online);
}

#[tokio::test]
async fn labels_data_and_assignee_are_kept() {
    let server = Server::new();
    let session = server.session().await;
    let tags = vec![" vip ".into(), "vip".into(), String::new()];
    assert_eq!(server.pp.set_tags(&session, tags).await.unwrap().tags, ["vip"]);
    server
        .pp
        .set_assignee(&session, Some("owner".into()))
        .await
        .unwrap();
    server
        .pp
        .set_data(&session, Object::new().with("order", 7))
        .await
        .unwrap();
    let seen = server.pp.get_session(&session).await.unwrap();
    assert_eq!(seen.assignee, Some("owner".into()));
    assert_eq!(seen.data, Object::new().with("order", 7));
    let many = (0..51).map(|number| number.to_string()).collect();
    assert_eq!(code(server.pp.set_tags(&session, many).await), "invalid_field");
}

#[tokio::test]
async fn an_ai_answers_until_an_operator_does() {
    let server = Server::new();
    let session = server.session().await;
    server.say(&session, "hello?").await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let sent = server
        .pp
        .send_ai_message(&session, "I am a program")
        .await
        .unwrap();
    assert_eq!(sent.sender, Sender::Ai);
    assert_eq!(
        events(&mut stream).await,
        [ServerEvent::Message(Box::new(sent.clone()))]
    );
    assert!(server.pp.get_session(&session).await.unwrap().ai_active);
    let edited = server
        .pp
        .edit_message(&session, &sent.id, "I am a good program".into());
    assert_eq!(edited.await.unwrap().content, "I am a good program");
    server.pp.send_message(&session, "and I a person").await.unwrap();
    assert!(!server.pp.get_session(&session).await.unwrap().ai_active);
}

#[tokio::test]
async fn what_changes_nothing_tells_nobody() {
    let server = Server::new();
    let session = server.session().await;
    server.pp.set_tags(&session, vec!["vip".into()]).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    server.pp.set_tags(&session, vec!["vip".into()]).await.unwrap();
    server.pp.set_blocked(&session, false).await.unwrap();
    server.pp.set_assignee(&session, None).await.unwrap();
    assert!(drain(&mut operators).await.is_empty());
    server
        .pp
        .set_assignee(&session, Some("owner".into()))
        .await
        .unwrap();
    assert_eq!(kinds(&events(&mut operators).await), ["session"]);
    let long = "x".repeat(257);
    assert_eq!(
        code(server.pp.set_assignee(&session, Some(long.into())).await),
        "invalid_field"
    );
}

fn patient() -> Server {
    Server::with(|builder| builder.operator_timeout(std::time::Duration::from_secs(300)))
}

#[tokio::test]
async fn whoever_does_something_is_online_until_long_after() {
    let server = patient();
    let session = server.session().await;
    let online = || server.pp.is_operator_online();
    server
        .pp
        .send_ai_message(&session, "a program is nobody")
        .await
        .unwrap();
    assert!(!online());
    server.pp.operator_typing(&session, true).await.unwrap();
    assert!(online());
    server.later(299);
    server.pp.settle_presence().await.unwrap();
    assert!(online());
    server.pp.add_note(&session, "still here".into()).await.unwrap();
    server.later(299);
    server.pp.settle_presence().await.unwrap();
    assert!(online());
    server.later(1);
    let mut page = server.pp.subscribe(session.clone(), None).await.unwrap();
    server.pp.settle_presence().await.unwrap();
    server.pp.settle_presence().await.unwrap();
    assert!(!online());
    assert_eq!(kinds(&events(&mut page).await), ["presence"], "told once");
}

#[tokio::test]
async fn an_open_inbox_keeps_operators_online_and_does_not_bring_them() {
    let server = patient();
    let session = server.session().await;
    let inbox = server.pp.subscribe_operators(None).await.unwrap();
    server.pp.settle_presence().await.unwrap();
    assert!(!server.pp.is_operator_online());
    server.pp.send_message(&session, "hi").await.unwrap();
    server.later(10_000);
    server.pp.settle_presence().await.unwrap();
    assert!(server.pp.is_operator_online());
    drop(inbox);
    server.later(299);
    server.pp.settle_presence().await.unwrap();
    assert!(server.pp.is_operator_online());
    server.later(1);
    server.pp.settle_presence().await.unwrap();
    assert!(!server.pp.is_operator_online());
}

#[tokio::test]
async fn presence_that_is_said_holds_until_an_operator_acts() {
    let server = patient();
    let session = server.session().await;
    server.pp.set_operator_online(true).await.unwrap();
    server.later(299);
    server.pp.settle_presence().await.unwrap();
    assert!(server.pp.is_operator_online());
    server.pp.set_operator_online(false).await.unwrap();
    server.pp.settle_presence().await.unwrap();
    assert!(!server.pp.is_operator_online());
    server.pp.send_message(&session, "back").await.unwrap();
    assert!(server.pp.is_operator_online());
    let server = Server::new();
    let session = server.session().await;
    server.pp.send_message(&session, "hi").await.unwrap();
    assert!(
        !server.pp.is_operator_online(),
        "without a time-out only what is said counts"
    );
}
