//! Coming back with a cursor: the same over WebSocket, server-sent events and polling.

use crate::sse::Events;
use crate::support::Server;
use crate::support::socket::Socket;
use pocketping_server::bus::LocalBus;
use pocketping_server::storage::{LogLimits, MemoryLimits, MemoryStorage};
use serde_json::{Value, json};

/// What each way of resuming gives, at most `limit` envelopes: WebSocket, SSE, polling.
async fn resumed(server: &Server, session: &str, cursor: &str, limit: usize) -> [Vec<Value>; 3] {
    let stream = format!("/stream?sessionId={session}&after={cursor}");
    let mut socket = Socket::open(server, &stream).await;
    let (_, mut events) = Events::open(server, &stream, None).await;
    assert_eq!(events.next().await.unwrap().name, "connected");
    let (mut over_socket, mut over_events) = (Vec::new(), Vec::new());
    for _ in 0..limit {
        over_socket.push(socket.next().await);
        over_events.push(events.next().await.expect("the stream stays open").data);
    }
    let mut polled = Vec::new();
    let mut place = cursor.to_owned();
    while polled.len() < limit {
        let answer = server
            .get(&format!("/messages?sessionId={session}&after={place}&limit=2"))
            .await
            .json();
        polled.extend(answer["events"].as_array().unwrap().iter().cloned());
        place = answer["cursor"].as_str().unwrap().to_owned();
    }
    [over_socket, over_events, polled]
}

#[tokio::test]
async fn all_three_transports_give_exactly_what_was_missed() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    server.say(&session, "seen").await;
    let cursor = server.get(&format!("/messages?sessionId={session}")).await.json()["cursor"].clone();
    let id = server.say(&session, "missed").await;
    let pp = &server.pp;
    pp.send_message(&session.as_str().into(), "an answer")
        .await
        .unwrap();
    let offer = json!({ "name": "show_offer", "data": { "discount": 20 } });
    server
        .operator("POST", &format!("/sessions/{session}/events"), offer)
        .await;
    let edit = json!({ "sessionId": session, "messageId": id, "content": "edited" });
    assert_eq!(server.post("/edit", edit).await.status, 200);
    let ways = resumed(&server, &session, cursor.as_str().unwrap(), 4).await;
    for missed in &ways {
        let kinds: Vec<_> = missed
            .iter()
            .map(|envelope| envelope["type"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["message", "message", "event", "message_edited"]);
        assert_eq!(*missed, ways[0]);
    }
}

#[tokio::test]
async fn all_three_transports_say_when_a_cursor_is_too_old() {
    let limits = MemoryLimits {
        log: LogLimits {
            per_session: 3,
            ..LogLimits::default()
        },
        ..MemoryLimits::default()
    };
    let server = Server::with(|builder| builder.storage(MemoryStorage::with_limits(limits))).await;
    let session = server.connect("v").await;
    let cursor = server.get(&format!("/messages?sessionId={session}")).await.json()["cursor"].clone();
    for _ in 0..5 {
        let event = json!({ "name": "n" });
        server
            .operator("POST", &format!("/sessions/{session}/events"), event)
            .await;
    }
    for seen in resumed(&server, &session, cursor.as_str().unwrap(), 1).await {
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (&seen[0]["type"], &seen[0]["data"]),
            (&json!("resync"), &json!({}))
        );
    }
}

/// More than the kernel and the server keep for a client that does not read; then it reads on.
#[tokio::test]
async fn a_slow_reader_of_events_is_cut_off_and_resumes_without_a_gap() {
    const MESSAGES: usize = 800;
    let server = Server::with(|builder| builder.event_bus(LocalBus::with_queue(16))).await;
    let session = server.connect("v").await;
    let path = format!("/stream?sessionId={session}");
    let (_, mut events) = Events::open(&server, &path, None).await;
    let mut last = events.next().await.unwrap().id;
    for number in 0..MESSAGES {
        let text = format!("{number} {}", "😀".repeat(3990));
        server
            .pp
            .send_message(&session.as_str().into(), text)
            .await
            .unwrap();
    }
    let (mut numbers, mut before) = (Vec::new(), None);
    while numbers.len() < MESSAGES {
        match events.next().await {
            Some(event) if event.name == "message" => {
                let content = event.data["data"]["content"].as_str().unwrap();
                numbers.push(content.split(' ').next().unwrap().parse::<usize>().unwrap());
                last = event.id;
            }
            Some(_) => {}
            // As an `EventSource` does.
            None => {
                before.get_or_insert(numbers.len());
                (_, events) = Events::open(&server, &path, Some(&last)).await;
            }
        }
    }
    assert!((1..MESSAGES).contains(&before.expect("it was cut off")));
    assert_eq!(numbers, (0..MESSAGES).collect::<Vec<_>>());
}
