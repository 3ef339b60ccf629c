use super::*;
use crate::Page;
use pocketping_core::MessageId;

#[tokio::test]
async fn an_edit_is_trimmed_stored_and_told() {
    let server = Server::new();
    let session = server.session().await;
    let id = server.say(&session, "hello").await.message_id;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let edited = server
        .pp
        .visitor_edit(session.clone(), id.clone(), "  new  ".into())
        .await
        .unwrap()
        .message;
    assert_eq!((edited.id, edited.content.as_str()), (id.clone(), "new"));
    let seen = events(&mut stream).await;
    let ServerEvent::MessageEdited(event) = &seen[0] else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (&event.message_id, event.content.as_str(), event.edited_at),
        (&id, "new", edited.edited_at)
    );
    let listed = server
        .pp
        .list_messages(from_start(&session))
        .await
        .unwrap()
        .messages;
    assert_eq!(listed[0].content, "new");
}

#[tokio::test]
async fn refusals_come_in_the_documented_order() {
    let server = Server::new();
    let session = server.session().await;
    let other = server.connect("other").await.session_id;
    let mine = server.say(&session, "mine").await.message_id;
    let gone = server.say(&session, "gone").await.message_id;
    let operators = server.pp.send_message(&session, "hi").await.unwrap().id;
    let note = server
        .pp
        .add_note(&session, "note".into())
        .await
        .map(|note| note.id);
    server
        .pp
        .visitor_delete(session.clone(), gone.clone())
        .await
        .unwrap();
    let edit = async |session: &SessionId, id: &MessageId, content: &str| {
        code(
            server
                .pp
                .visitor_edit(session.clone(), id.clone(), content.into())
                .await,
        )
    };
    assert_eq!(edit(&"nope".into(), &mine, " ").await, "session_not_found");
    assert_eq!(edit(&session, &"nope".into(), " ").await, "message_not_found");
    assert_eq!(edit(&other, &mine, " ").await, "message_not_found");
    assert_eq!(edit(&session, &note.unwrap(), " ").await, "message_not_found");
    assert_eq!(edit(&session, &gone, " ").await, "message_deleted");
    assert_eq!(edit(&session, &operators, " ").await, "not_allowed");
    assert_eq!(edit(&session, &mine, " ").await, "content_blank");
    assert_eq!(edit(&session, &mine, &"y".repeat(4001)).await, "content_too_long");
    assert_eq!(
        code(server.pp.visitor_delete(session.clone(), gone).await),
        "message_deleted"
    );
    assert_eq!(
        code(server.pp.visitor_delete(session.clone(), operators).await),
        "not_allowed"
    );
    assert_eq!(
        code(server.pp.edit_message(&session, &mine, "x".into()).await),
        "not_allowed"
    );
}

#[tokio::test]
async fn deleted_text_is_on_no_wire_but_the_operators() {
    let server = Server::new();
    let session = server.session().await;
    let cursor = server.connect("visitor").await.cursor.unwrap();
    let id = server.say(&session, "a secret").await.message_id;
    server
        .pp
        .visitor_edit(session.clone(), id.clone(), "another secret".into())
        .await
        .unwrap();
    server
        .pp
        .visitor_delete(session.clone(), id.clone())
        .await
        .unwrap();
    let listed = server
        .pp
        .list_messages(from_start(&session))
        .await
        .unwrap()
        .messages;
    assert!(listed[0].deleted_at.is_some());
    let polled = MessagesQuery {
        after: Some(cursor.to_string()),
        ..from_start(&session)
    };
    let polled = server.pp.list_messages(polled).await.unwrap();
    let connected = server.connect("visitor").await;
    let mut stream = server
        .pp
        .subscribe(session.clone(), crate::After::parse(cursor.as_str()))
        .await
        .unwrap();
    let replayed = drain(&mut stream).await;
    let wires = [
        format!("{listed:?}"),
        format!("{polled:?}"),
        format!("{connected:?}"),
        format!("{replayed:?}"),
    ];
    for wire in wires {
        assert!(!wire.contains("secret"), "{wire}");
    }
    let kinds: Vec<_> = replayed.iter().map(Envelope::kind).collect();
    assert_eq!(kinds, ["message", "message_deleted"]);
    let audit = server.pp.get_messages(&session, Page::default()).await.unwrap();
    assert_eq!(audit.messages[0].content, "another secret");
    assert_eq!(server.pp.get_session(&session).await.unwrap().unread, 0);
}
