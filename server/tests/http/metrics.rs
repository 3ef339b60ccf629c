//! `/metrics` and `/readyz`: what the monitoring is told.

use crate::support::socket::Socket;
use crate::support::{Server, TOKEN};
use serde_json::json;

async fn metrics(server: &Server) -> String {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str())];
    let answer = server.send("GET", "/../metrics", &headers, "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    answer.text
}

#[track_caller]
fn has(metrics: &str, line: &str) {
    assert!(
        metrics.lines().any(|found| found == line),
        "{line} is not in\n{metrics}"
    );
}

#[tokio::test]
async fn a_conversation_is_counted() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    server.connect("v").await;
    server.say(&session, "one").await;
    let again =
        json!({ "sessionId": session, "content": "two", "sender": "visitor", "clientMessageId": "c" });
    for _ in 0..2 {
        assert_eq!(server.post("/message", again.clone()).await.status, 200);
    }
    let answer = json!({ "content": "three" });
    let path = format!("/sessions/{session}/messages");
    assert_eq!(server.operator("POST", &path, answer).await.status, 200);
    let event = json!({ "sessionId": session, "name": "clicked" });
    assert_eq!(server.post("/event", event).await.status, 200);
    let path = format!("/sessions/{session}/events");
    let event = json!({ "name": "offer" });
    assert_eq!(server.operator("POST", &path, event).await.status, 200);
    let nobody = json!({ "sessionId": "nobody", "content": "four", "sender": "visitor" });
    server
        .post("/message", nobody)
        .await
        .refused(404, "session_not_found");

    let text = metrics(&server).await;
    for line in [
        "pocketping_connects_total{session=\"new\"} 1",
        "pocketping_connects_total{session=\"known\"} 1",
        "pocketping_messages_total{sender=\"visitor\"} 2",
        "pocketping_messages_total{sender=\"operator\"} 1",
        "pocketping_events_total{from=\"visitor\"} 1",
        "pocketping_events_total{from=\"operator\"} 1",
        "pocketping_refused_total{code=\"session_not_found\"} 1",
        "pocketping_requests_total{method=\"POST\",route=\"/pocketping/message\",status=\"200\"} 3",
        "pocketping_requests_total{method=\"POST\",route=\"/pocketping/message\",status=\"404\"} 1",
        "pocketping_request_seconds_count{method=\"POST\",route=\"/pocketping/message\"} 4",
        "pocketping_writes_waiting 0",
        "pocketping_writes_failed_total 0",
        "pocketping_hooks_waiting 0",
    ] {
        has(&text, line);
    }
    assert!(!text.contains(&session), "a session is a secret");
    // Two connects, five messages of which one is a repeat and one nobody's, two events.
    has(&text, "pocketping_write_seconds_count 9");
}

#[tokio::test]
async fn open_streams_are_counted_and_how_they_began() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let path = format!("/stream?sessionId={session}");
    let one = Socket::open(&server, &path).await;
    let _two = Socket::open(&server, &format!("{path}&after=c1.0")).await;
    let stale = Socket::open(&server, &format!("{path}&after=c1.999999")).await;
    let text = metrics(&server).await;
    for line in [
        "pocketping_streams_open{side=\"visitor\",transport=\"websocket\"} 3",
        "pocketping_sessions_online 1",
        "pocketping_streams_opened_total{side=\"visitor\",start=\"now\"} 1",
        "pocketping_streams_opened_total{side=\"visitor\",start=\"resumed\"} 1",
        "pocketping_streams_opened_total{side=\"visitor\",start=\"resync\"} 1",
    ] {
        has(&text, line);
    }
    drop((one, stale));
    let open = "pocketping_streams_open{side=\"visitor\",transport=\"websocket\"} 1";
    let closed = async {
        while !metrics(&server).await.lines().any(|line| line == open) {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(10);
    tokio::time::timeout(patience, closed)
        .await
        .expect("they are noticed");
}

#[tokio::test]
async fn odd_methods_and_addresses_make_no_labels_of_their_own() {
    let server = Server::start().await;
    for at in 0..3 {
        server.send("PROPFIND", &format!("/nothing-{at}"), &[], "").await;
    }
    let line = "pocketping_requests_total{method=\"other\",route=\"none\",status=\"404\"} 3";
    has(&metrics(&server).await, line);
}

#[tokio::test]
async fn metrics_are_for_operators_unless_they_have_an_address_of_their_own() {
    let server = Server::start().await;
    server.get("/../metrics").await.refused(401, "unauthorized");
    let headers = [("authorization", "Bearer somebody-elses-token")];
    let answer = server.send("GET", "/../metrics", &headers, "").await;
    answer.refused(401, "unauthorized");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = server.pp.metrics_for_anybody();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let open = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert!(open.text().await.unwrap().contains("pocketping_build_info"));
    let rest = reqwest::get(format!("http://{address}/inbox")).await.unwrap();
    assert_eq!(rest.status(), 404);
}

#[tokio::test]
async fn a_request_keeps_its_id_or_gets_one() {
    let server = Server::start().await;
    let id = async |given: Option<&str>| {
        let headers: Vec<_> = given.map(|id| ("x-request-id", id)).into_iter().collect();
        let answer = server.send("GET", "/presence", &headers, "").await;
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(id(Some("7b2e-from-the-proxy")).await, "7b2e-from-the-proxy");
    let (one, two) = (id(None).await, id(None).await);
    assert!(!one.is_empty() && one != two);
    assert_ne!(id(Some("a\tline")).await, "a\tline");
    let refused = server.get("/messages").await;
    assert!(!refused.header("x-request-id").is_empty(), "errors too");
}

#[tokio::test]
async fn a_server_that_ends_is_alive_and_not_ready() {
    let server = Server::start().await;
    assert_eq!(server.get("/../readyz").await.status, 200);
    server.pp.shutdown();
    server.get("/../readyz").await.refused(503, "shutting_down");
    assert_eq!(server.get("/../healthz").await.status, 200);
}
