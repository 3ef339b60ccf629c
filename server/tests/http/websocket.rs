//! `GET /stream` as a WebSocket.

use crate::support::Server;
use crate::support::socket::{Closed, Socket};
use pocketping_server::bus::LocalBus;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Bytes, Message};

async fn opened(server: &Server) -> (String, Socket) {
    let session = server.connect("v").await;
    let socket = Socket::open(server, &format!("/stream?sessionId={session}")).await;
    (session, socket)
}

#[tokio::test]
async fn messages_of_both_sides_arrive_with_cursors() {
    let server = Server::start().await;
    let (session, mut socket) = opened(&server).await;
    server.say(&session, "hello").await;
    server
        .pp
        .send_message(&session.as_str().into(), "hi there")
        .await
        .unwrap();
    for (sender, content) in [("visitor", "hello"), ("operator", "hi there")] {
        let envelope = socket.next_of("message").await;
        assert_eq!(
            (&envelope["data"]["sender"], &envelope["data"]["content"]),
            (&json!(sender), &json!(content))
        );
        assert!(envelope["cursor"].as_str().unwrap().starts_with("c1."));
        assert_eq!(
            envelope.get("sessionId"),
            None,
            "visitors know whose stream it is"
        );
    }
}

#[tokio::test]
async fn a_stream_goes_on_after_a_cursor() {
    let server = Server::start().await;
    let (session, mut socket) = opened(&server).await;
    server.say(&session, "one").await;
    let cursor = socket.next_of("message").await["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    drop(socket);
    server.say(&session, "two").await;
    let mut socket = Socket::open(&server, &format!("/stream?sessionId={session}&after={cursor}")).await;
    assert_eq!(socket.next_of("message").await["data"]["content"], "two");
    let mut lost = Socket::open(&server, &format!("/stream?sessionId={session}&after=c1.nonsense")).await;
    assert_eq!(lost.next().await["type"], "resync");
}

#[tokio::test]
async fn a_refusal_comes_before_the_upgrade() {
    let server = Server::start().await;
    let refusal = |path: &'static str| Socket::try_open(&server, path, &[]);
    let (status, body) = refusal("/stream").await.err().unwrap();
    assert_eq!((status, &body["error"]["code"]), (422, &json!("invalid_field")));
    let (status, body) = refusal("/stream?sessionId=nope").await.err().unwrap();
    assert_eq!(
        (status, &body["error"]["code"]),
        (404, &json!("session_not_found"))
    );
}

#[tokio::test]
async fn ping_is_answered_by_pong() {
    let server = Server::start().await;
    let (_, mut socket) = opened(&server).await;
    socket.say(r#"{"type":"ping"}"#).await;
    assert_eq!(socket.next().await, json!({ "type": "pong", "data": {} }));
}

#[tokio::test]
async fn custom_events_reach_the_servers_handlers() {
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::with(|builder| {
        builder.on_event("clicked_pricing", move |event, session| {
            told.send((event, session.id)).unwrap()
        })
    })
    .await;
    let (session, mut socket) = opened(&server).await;
    let data = json!({ "name": "clicked_pricing", "data": { "plan": "pro" }, "timestamp": "2026-01-01T00:00:00.000Z" });
    socket
        .say(json!({ "type": "event", "data": data }).to_string())
        .await;
    let (event, id) = heard.recv().await.unwrap();
    assert_eq!(
        (event.name.as_str(), id.as_str()),
        ("clicked_pricing", session.as_str())
    );
    server
        .pp
        .emit_event(&id, "show_offer", pocketping_core::Value::Null)
        .await
        .unwrap();
    assert_eq!(socket.next_of("event").await["data"]["name"], "show_offer");
}

#[tokio::test]
async fn typing_frames_of_both_spellings_reach_the_operators() {
    let server = Server::start().await;
    let (_, mut socket) = opened(&server).await;
    let mut operators = operator_socket(&server).await;
    socket
        .say(r#"{"type":"typing","sender":"visitor","isTyping":true}"#)
        .await;
    assert_eq!(operators.next_of("typing").await["data"]["isTyping"], true);
    socket
        .say(r#"{"type":"typing","data":{"sender":"visitor","isTyping":false}}"#)
        .await;
    assert_eq!(operators.next_of("typing").await["data"]["isTyping"], false);
    socket
        .say(r#"{"type":"typing","data":{"sender":"operator","isTyping":true}}"#)
        .await;
    assert_eq!(
        socket.next_of("error").await["data"]["code"],
        "sender_not_allowed"
    );
}

#[tokio::test]
async fn a_page_frame_is_seen_by_the_operators() {
    let server = Server::start().await;
    let (session, mut socket) = opened(&server).await;
    socket
        .say(r#"{"type":"page","data":{"url":"https://shop.example/cart","title":"Cart"}}"#)
        .await;
    // Frames are handled in order: once the ping is answered, the page is stored.
    socket.say(r#"{"type":"ping"}"#).await;
    socket.next_of("pong").await;
    let seen = server
        .operator("GET", &format!("/sessions/{session}"), json!(null))
        .await
        .json();
    assert_eq!(seen["pages"][0]["url"], "https://shop.example/cart");
}

#[tokio::test]
async fn a_broken_frame_is_answered_and_nothing_else_happens() {
    let server = Server::start().await;
    let (session, mut socket) = opened(&server).await;
    for (frame, code) in [
        ("not json", "malformed_json"),
        ("", "malformed_json"),
        ("[]", "invalid_field"),
        (r#"{"type":7}"#, "invalid_field"),
        (r#"{"type":"event","data":{"name":7}}"#, "invalid_field"),
        (r#"{"type":"event"}"#, "invalid_field"),
        (r#"{"type":"page","data":{}}"#, "invalid_field"),
    ] {
        socket.say(frame).await;
        let answer = socket.next().await;
        assert_eq!(
            (&answer["type"], &answer["data"]["code"]),
            (&json!("error"), &json!(code)),
            "{frame}"
        );
    }
    socket
        .send(Message::Binary(Bytes::from_static(b"\xff\x00")))
        .await;
    assert_eq!(socket.next().await["type"], "error");
    let large = json!({ "type": "event", "data": { "name": "x", "timestamp": "2026-01-01T00:00:00Z", "data": { "t": "x".repeat(40_000) } } });
    socket.say(large.to_string()).await;
    assert_eq!(socket.next().await["data"]["code"], "event_too_large");
    socket
        .say(r#"{"type":"inspector_select","data":{"selector":"a"}}"#)
        .await;
    socket.say(r#"{"type":"whatever"}"#).await;
    server.say(&session, "still here").await;
    assert_eq!(socket.next().await["data"]["content"], "still here");
    assert_eq!(server.contents(&session).await, ["still here"]);
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_the_socket_and_only_it() {
    let server = Server::with(|builder| builder.max_body_bytes(10_000)).await;
    let (session, mut socket) = opened(&server).await;
    let mut other = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    socket.say("x".repeat(10_001)).await;
    assert_eq!(socket.closed().await, Closed { code: 1008 });
    server.say(&session, "still here").await;
    assert_eq!(other.next_of("message").await["data"]["content"], "still here");
}

#[tokio::test]
async fn a_server_that_stops_says_so_with_1012() {
    let server = Server::start().await;
    let (_, mut socket) = opened(&server).await;
    let mut operators = operator_socket(&server).await;
    server.pp.shutdown();
    assert_eq!(socket.closed().await, Closed { code: 1012 });
    assert_eq!(operators.closed().await, Closed { code: 1012 });
    drop((socket, operators));
    server.pp.sockets_closed().await;
}

#[tokio::test]
async fn operators_hear_of_all_sessions() {
    let server = Server::start().await;
    let mut operators = operator_socket(&server).await;
    let session = server.connect("v").await;
    server.say(&session, "hello").await;
    let envelope = operators.next_of("message").await;
    assert_eq!(
        (&envelope["sessionId"], &envelope["data"]["content"]),
        (&json!(session), &json!("hello"))
    );
    operators.say(r#"{"type":"ping"}"#).await;
    operators.next_of("pong").await;
    operators.say("{oops").await;
    operators.next_of("error").await;
}

#[tokio::test]
async fn a_client_too_slow_to_follow_is_sent_away_and_resumes_without_a_gap() {
    // More than the kernel keeps for a client that does not read.
    const MESSAGES: usize = 800;
    let server = Server::with(|builder| builder.event_bus(LocalBus::with_queue(16))).await;
    let session = server.connect("v").await;
    let path = format!("/stream?sessionId={session}");
    let mut socket = Socket::open_narrow(&server, &path).await;
    for number in 0..MESSAGES {
        let text = format!("{number} {}", "😀".repeat(3990));
        server
            .pp
            .send_message(&session.as_str().into(), text)
            .await
            .unwrap();
    }
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    let mut note = |envelope: &serde_json::Value| {
        let content = envelope["data"]["content"].as_str().unwrap();
        numbers.push(content.split(' ').next().unwrap().parse::<usize>().unwrap());
        cursor = envelope["cursor"].as_str().unwrap().to_owned();
        (numbers.len(), cursor.clone())
    };
    let mut last = (0, String::new());
    let closed = loop {
        match socket.event().await {
            Ok(envelope) => last = note(&envelope),
            Err(closed) => break closed,
        }
    };
    assert_eq!(closed, Closed { code: 1013 });
    assert!((1..MESSAGES).contains(&last.0), "{} arrived", last.0);
    let mut socket = Socket::open(&server, &format!("{path}&after={}", last.1)).await;
    while last.0 < MESSAGES {
        last = note(&socket.next_of("message").await);
    }
    assert_eq!(numbers, (0..MESSAGES).collect::<Vec<_>>());
}

async fn operator_socket(server: &Server) -> Socket {
    let bearer = format!("Bearer {}", crate::support::TOKEN);
    let opened = Socket::try_open(server, "/operator/v1/stream", &[("authorization", &bearer)]).await;
    opened.ok().unwrap()
}
