//! What has to work behind a proxy, whichever.

use crate::server::{Behind, TOKEN};
use crate::{caddy, nginx};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

/// Less than any buffer or time-out of a proxy would hold something back.
const AT_ONCE: Duration = Duration::from_secs(5);

async fn a_socket_is_upgraded_and_carries_both_ways(behind: Behind) {
    let session = behind.connect("v").await;
    let request = behind
        .request("GET", &format!("/pocketping/stream?sessionId={session}"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 101);
    let upgraded = answer.upgrade().await.unwrap();
    let mut socket = WebSocketStream::from_raw_socket(upgraded, Role::Client, None).await;
    socket.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    let text = json!({ "sessionId": session, "content": "hello", "sender": "visitor" });
    assert_eq!(behind.post("/message", text).await.status(), 200);
    let (mut pong, mut message) = (false, false);
    while !(pong && message) {
        let frame = timeout(AT_ONCE, socket.next())
            .await
            .expect("a frame")
            .unwrap()
            .unwrap();
        if let Message::Text(text) = frame {
            pong |= text.contains("pong");
            message |= text.contains("hello");
        }
    }
}

async fn events_come_one_by_one_as_they_happen(behind: Behind) {
    let session = behind.connect("v").await;
    let path = format!("/pocketping/stream?sessionId={session}");
    let mut stream = behind.request("GET", &path).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    for expected in ["connected", "one", "two", "three"] {
        if expected != "connected" {
            let text = json!({ "sessionId": session, "content": expected, "sender": "visitor" });
            assert_eq!(behind.post("/message", text).await.status(), 200);
        }
        let mut heard = String::new();
        while !heard.contains(expected) {
            let chunk = timeout(AT_ONCE, stream.chunk()).await;
            let chunk = chunk.unwrap_or_else(|_| panic!("{expected} was held back"));
            heard.push_str(&String::from_utf8_lossy(
                &chunk.unwrap().expect("the stream goes on"),
            ));
        }
    }
}

async fn a_visitors_address_is_the_one_that_the_proxy_saw(behind: Behind) {
    let request = behind
        .request("POST", "/pocketping/connect")
        .header("x-forwarded-for", "203.0.113.66")
        .json(&json!({ "visitorId": "v" }));
    let session = request.send().await.unwrap().json::<Value>().await.unwrap();
    let path = format!(
        "/pocketping/operator/v1/sessions/{}",
        session["sessionId"].as_str().unwrap()
    );
    let asked = behind.request("GET", &path).bearer_auth(TOKEN).send();
    let session = asked.await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(session["metadata"]["ip"], "127.0.0.9");
}

async fn the_largest_file_goes_through_and_a_larger_one_is_refused_by_the_server(behind: Behind) {
    const LARGEST: usize = 10 * 1024 * 1024;
    let session = behind.connect("v").await;
    let announce = async |size: usize| {
        let file =
            json!({ "sessionId": session, "filename": "a.txt", "mimeType": "text/plain", "size": size });
        behind.post("/upload", file).await
    };
    let upload = announce(LARGEST).await.json::<Value>().await.unwrap();
    let put = behind.request("PUT", upload["uploadUrl"].as_str().unwrap());
    let answer = put.body("x".repeat(LARGEST)).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let complete = json!({ "attachmentId": upload["attachmentId"] });
    let file = behind.post("/upload/complete", complete).await;
    let file = file.json::<Value>().await.unwrap();
    let read = behind
        .request("GET", file["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(read.bytes().await.unwrap().len(), LARGEST);

    let refused = announce(LARGEST + 1).await;
    assert_eq!(refused.status(), 413);
    let refused = refused.json::<Value>().await.unwrap();
    assert_eq!(refused["error"]["code"], "file_too_large");
    let put = behind.request("PUT", upload["uploadUrl"].as_str().unwrap());
    let answer = put.body("x".repeat(LARGEST + 1)).send().await.unwrap();
    let refused = answer.json::<Value>().await.unwrap();
    assert!(
        refused["error"]["code"].is_string(),
        "{refused}: a page of the proxy would be no JSON"
    );
}

async fn operators_sign_in_with_a_cookie_that_is_sent_over_tls_only(behind: Behind) {
    let login = behind
        .request("POST", "/pocketping/operator/v1/login")
        .header("origin", behind.origin())
        .json(&json!({ "token": TOKEN }));
    let answer = login.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; Secure"), "{cookie}");
    // With the cookie a write has to come from a page of this host and port, as the proxy has passed them on.
    let presence = behind
        .request("PUT", "/pocketping/operator/v1/presence")
        .header("cookie", cookie.split(';').next().unwrap())
        .header("origin", behind.origin())
        .json(&json!({ "online": true }));
    assert_eq!(presence.send().await.unwrap().status(), 200);
}

/// Asks for a session's messages; the one id that the answer has, and the session's.
async fn request_id(behind: &Behind) -> (String, String) {
    let session = behind.connect("v").await;
    let path = format!("/pocketping/messages?sessionId={session}");
    let answer = behind.request("GET", &path).send().await.unwrap();
    let ids: Vec<_> = answer.headers().get_all("x-request-id").iter().collect();
    assert_eq!(ids.len(), 1);
    (ids[0].to_str().unwrap().to_owned(), session)
}

#[tokio::test]
async fn a_request_has_one_id_in_both_logs_and_no_secret_in_either() {
    let behind = Behind::start(nginx::in_front_of, "id");
    let (id, session) = request_id(&behind).await;
    assert_eq!(id.len(), 32, "nginx's $request_id");
    let log = behind.front.log_with(&id);
    assert!(!log.contains(&session), "{log}");
}

#[tokio::test]
async fn caddy_gives_a_request_its_id_and_logs_no_secret() {
    let behind = Behind::start(caddy::in_front_of, "id");
    let (id, session) = request_id(&behind).await;
    assert_eq!(id.len(), 36, "Caddy's {{http.request.uuid}}");
    let log = behind.front.log();
    assert!(!log.contains(&session), "{log}");
}

/// Each of these behind each proxy.
macro_rules! behind_each {
    ($($promise:ident)*) => {
        mod of_nginx { $(
            #[tokio::test]
            async fn $promise() {
                super::$promise(super::Behind::start(super::nginx::in_front_of, stringify!($promise))).await;
            }
        )* }
        mod of_caddy { $(
            #[tokio::test]
            async fn $promise() {
                super::$promise(super::Behind::start(super::caddy::in_front_of, stringify!($promise))).await;
            }
        )* }
    };
}

behind_each! {
    a_socket_is_upgraded_and_carries_both_ways
    events_come_one_by_one_as_they_happen
    a_visitors_address_is_the_one_that_the_proxy_saw
    the_largest_file_goes_through_and_a_larger_one_is_refused_by_the_server
    operators_sign_in_with_a_cookie_that_is_sent_over_tls_only
}
