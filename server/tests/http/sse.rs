//! `GET /stream` as server-sent events.

use crate::support::Server;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;

/// Events as an `EventSource` sees them.
pub(crate) struct Events {
    body: futures_util::stream::BoxStream<'static, reqwest::Result<axum::body::Bytes>>,
    bytes: Vec<u8>,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: Value,
}

impl Events {
    pub(crate) async fn open(
        server: &Server,
        path: &str,
        last_event_id: Option<&str>,
    ) -> (reqwest::header::HeaderMap, Self) {
        let mut request = server
            .http
            .get(server.url(path))
            .header("accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        (
            headers,
            Events {
                body: response.bytes_stream().boxed(),
                bytes: Vec::new(),
            },
        )
    }

    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|two| two == b"\n\n") {
                let block = self.bytes.drain(..end + 2).collect::<Vec<_>>();
                let block = String::from_utf8(block).unwrap();
                let mut event = Event::default();
                for line in block.lines() {
                    match line.split_once(':') {
                        Some(("event", value)) => event.name = value.trim().to_owned(),
                        Some(("id", value)) => event.id = value.trim().to_owned(),
                        Some(("data", value)) => event.data = serde_json::from_str(value).unwrap(),
                        _ => {}
                    }
                }
                return Some(event);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.body.next())
                .await
                .expect("nothing came");
            self.bytes.extend_from_slice(&chunk?.unwrap());
        }
    }
}

#[tokio::test]
async fn envelopes_come_as_message_events_with_their_cursor_as_id() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let (headers, mut events) = Events::open(&server, &format!("/stream?sessionId={session}"), None).await;
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["cache-control"], "no-cache, no-transform");
    assert_eq!(headers["x-accel-buffering"], "no");
    let greeting = events.next().await.unwrap();
    assert_eq!(
        (greeting.name.as_str(), &greeting.data["type"]),
        ("connected", &json!("connected"))
    );
    assert!(greeting.id.starts_with("c1."));
    server.say(&session, "hello").await;
    let event = events.next().await.unwrap();
    assert_eq!(
        (event.name.as_str(), &event.data["data"]["content"]),
        ("message", &json!("hello"))
    );
    assert_eq!(event.data["cursor"], event.id.as_str());
}

#[tokio::test]
async fn the_last_event_id_beats_a_stale_after() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let path = format!("/stream?sessionId={session}");
    let (_, mut events) = Events::open(&server, &path, None).await;
    let start = events.next().await.unwrap().id;
    server.say(&session, "one").await;
    let one = events.next().await.unwrap().id;
    drop(events);
    server.say(&session, "two").await;
    let (_, mut events) = Events::open(&server, &format!("{path}&after={start}"), Some(&one)).await;
    assert_eq!(events.next().await.unwrap().name, "connected");
    assert_eq!(events.next().await.unwrap().data["data"]["content"], "two");
    let (_, mut events) = Events::open(&server, &format!("{path}&after={start}"), None).await;
    events.next().await;
    assert_eq!(events.next().await.unwrap().data["data"]["content"], "one");
}

#[tokio::test]
async fn a_refusal_is_an_answer_in_the_error_shape() {
    let server = Server::start().await;
    server.get("/stream").await.refused(422, "invalid_field");
    server
        .get("/stream?sessionId=nope")
        .await
        .refused(404, "session_not_found");
}

#[tokio::test]
async fn a_server_that_stops_ends_the_stream() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let (_, mut events) = Events::open(&server, &format!("/stream?sessionId={session}"), None).await;
    events.next().await;
    server.pp.shutdown();
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn operators_have_the_same_with_their_cookie() {
    let server = Server::start().await;
    let login = server
        .post("/operator/v1/login", json!({ "token": crate::support::TOKEN }))
        .await;
    let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
    let request = server
        .http
        .get(server.url("/operator/v1/stream"))
        .header("cookie", cookie);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let mut events = Events {
        body: response.bytes_stream().boxed(),
        bytes: Vec::new(),
    };
    assert_eq!(events.next().await.unwrap().name, "connected");
    let session = server.connect("v").await;
    server.say(&session, "hello").await;
    loop {
        let event = events.next().await.unwrap();
        if event.data["type"] == "message" {
            assert_eq!(event.data["sessionId"], session.as_str());
            break;
        }
    }
}
