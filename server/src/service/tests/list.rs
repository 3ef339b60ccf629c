use super::*;
use pocketping_core::route::MessagesResponse;

fn texts(answer: &MessagesResponse) -> Vec<&str> {
    answer
        .messages
        .iter()
        .map(|message| message.content.as_str())
        .collect()
}

async fn filled(server: &Server) -> (SessionId, Vec<SendMessageResponse>) {
    let session = server.session().await;
    let mut sent = Vec::new();
    for content in ["a", "b", "c", "d", "e"] {
        server.later(1);
        sent.push(server.say(&session, content).await);
    }
    (session, sent)
}

#[tokio::test]
async fn lists_go_forward_by_default_and_backward_with_before() {
    let server = Server::new();
    let (session, sent) = filled(&server).await;
    let list = |query| server.pp.list_messages(query);
    let answer = list(MessagesQuery {
        limit: Some(2),
        ..from_start(&session)
    })
    .await
    .unwrap();
    assert_eq!((texts(&answer), answer.has_more), (vec!["a", "b"], true));
    let after = Some(sent[1].message_id.to_string());
    let answer = list(MessagesQuery {
        after,
        ..from_start(&session)
    })
    .await
    .unwrap();
    assert_eq!((texts(&answer), answer.has_more), (vec!["c", "d", "e"], false));
    let answer = list(MessagesQuery {
        before: Some("end".into()),
        limit: Some(2),
        ..from_start(&session)
    })
    .await
    .unwrap();
    assert_eq!((texts(&answer), answer.has_more), (vec!["d", "e"], true));
    let before = Some(sent[1].message_id.to_string());
    let answer = list(MessagesQuery {
        before,
        ..from_start(&session)
    })
    .await
    .unwrap();
    assert_eq!((texts(&answer), answer.has_more), (vec!["a"], false));
    let answer = list(MessagesQuery {
        after: Some("unknown".into()),
        limit: Some(1),
        ..from_start(&session)
    });
    assert_eq!(texts(&answer.await.unwrap()), ["a"]);
    let answer = list(MessagesQuery {
        limit: Some(0),
        ..from_start(&session)
    })
    .await
    .unwrap();
    assert_eq!((texts(&answer), answer.has_more), (vec![], true));
}

#[tokio::test]
async fn an_old_widgets_date_brings_what_was_created_or_changed_after_it() {
    let server = Server::new();
    let (session, sent) = filled(&server).await;
    server.later(10);
    let edited = server
        .pp
        .visitor_edit(session.clone(), sent[0].message_id.clone(), "A".into());
    edited.await.unwrap();
    let after = Some(sent[3].timestamp.to_string());
    let answer = server
        .pp
        .list_messages(MessagesQuery {
            after,
            ..from_start(&session)
        })
        .await
        .unwrap();
    assert_eq!(texts(&answer), ["A", "e"]);
    assert_eq!(answer.events, None);
    let future = MessagesQuery {
        after: Some("2099-01-01T00:00:00.000Z".into()),
        ..from_start(&session)
    };
    assert!(server.pp.list_messages(future).await.unwrap().messages.is_empty());
}

#[tokio::test]
async fn polling_by_cursor_misses_nothing_and_repeats_nothing() {
    let server = Server::new();
    let session = server.session().await;
    let mut cursor = server.connect("visitor").await.cursor;
    let first = server.say(&session, "a").await.message_id;
    server
        .pp
        .visitor_edit(session.clone(), first, "A".into())
        .await
        .unwrap();
    server
        .pp
        .emit_event(&session, "offer", pocketping_core::Value::Null)
        .await
        .unwrap();
    server.pp.set_operator_online(true).await.unwrap();
    server.pp.send_message(&session, "answer").await.unwrap();
    server.pp.add_note(&session, "note".into()).await.unwrap();
    let (mut seen, mut messages) = (Vec::new(), Vec::new());
    loop {
        let after = cursor.as_ref().map(ToString::to_string);
        let answer = server
            .pp
            .list_messages(MessagesQuery {
                after,
                limit: Some(2),
                ..from_start(&session)
            })
            .await
            .unwrap();
        messages.extend(texts(&answer).into_iter().map(str::to_owned));
        seen.extend(
            answer
                .events
                .unwrap()
                .iter()
                .map(|envelope| envelope.event.kind().to_owned()),
        );
        cursor = answer.cursor;
        if !answer.has_more {
            break;
        }
    }
    assert_eq!(
        seen,
        ["message", "message_edited", "event", "presence", "message"]
    );
    assert_eq!(messages, ["A", "answer"]);
    let after = cursor.map(|cursor| cursor.to_string());
    let nothing = server
        .pp
        .list_messages(MessagesQuery {
            after,
            ..from_start(&session)
        })
        .await
        .unwrap();
    assert_eq!((nothing.events, nothing.messages), (Some(vec![]), vec![]));
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_asks_for_a_new_reading() {
    let server = Server::new();
    let session = server.session().await;
    for cursor in ["c1.999999", "c1.nonsense"] {
        let answer = server.pp.list_messages(MessagesQuery {
            after: Some(cursor.into()),
            ..from_start(&session)
        });
        let events = answer.await.unwrap().events.unwrap();
        assert_eq!(events[0].event, ServerEvent::Resync);
    }
}

#[tokio::test]
async fn an_unknown_session_has_an_empty_list() {
    let answer = Server::new()
        .pp
        .list_messages(from_start(&"nope".into()))
        .await
        .unwrap();
    assert_eq!((answer.messages, answer.has_more), (vec![], false));
}

#[tokio::test]
async fn a_page_of_nothing_skips_nothing() {
    let server = Server::new();
    let session = server.session().await;
    let cursor = server.connect("visitor").await.cursor;
    server.say(&session, "a").await;
    let nothing = MessagesQuery {
        after: cursor.as_ref().map(ToString::to_string),
        limit: Some(0),
        ..from_start(&session)
    };
    let answer = server.pp.list_messages(nothing).await.unwrap();
    assert_eq!((answer.has_more, answer.cursor), (true, cursor));
    assert_eq!((answer.events, answer.messages), (Some(vec![]), vec![]));
}
