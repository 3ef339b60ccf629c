//! Every route of the protocol (PROTOCOL §1.2) in both spellings, widgets' and Node's, each asked for something that works.

use crate::support::{Answer, Server};
use pocketping_server::StreamPolicy;
use serde_json::{Value, json};

/// What a row's request is about, made anew for each.
struct Facts {
    server: Server,
    session: String,
    /// A message of the visitor's.
    message: String,
    /// An upload whose bytes have arrived.
    upload: Value,
    /// A wish for a screenshot, and the picture that has arrived for it.
    wish: String,
    picture: Value,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

/// Purpose as in the protocol's table, method, path.
const ROUTES: [(&str, &str, &str); 32] = [
    ("open/resume session", "POST", "/connect"),
    ("send message", "POST", "/message"),
    ("list messages", "GET", "/messages?sessionId={session}"),
    ("typing", "POST", "/typing"),
    ("read receipts", "POST", "/read"),
    ("presence", "GET", "/presence"),
    ("identify", "POST", "/identify"),
    ("edit", "PATCH", "/message/{message}"),
    ("edit", "POST", "/edit"),
    ("delete", "DELETE", "/message/{message}?sessionId={session}"),
    ("delete", "POST", "/delete"),
    ("CSAT", "POST", "/csat"),
    ("pre-chat form", "POST", "/prechat"),
    ("begin upload", "POST", "/upload"),
    ("begin upload", "POST", "/upload-request"),
    ("bytes", "PUT", "{uploadUrl}"),
    ("finish upload", "POST", "/upload/complete"),
    ("finish upload", "POST", "/upload-complete"),
    ("fail upload", "POST", "/upload-failed"),
    ("visitor left", "POST", "/disconnect"),
    ("visitor left by beacon", "POST", "/disconnect"),
    ("visitor left without a type", "POST", "/disconnect"),
    ("tab hidden/visible", "POST", "/visibility"),
    ("tab hidden/visible by beacon", "POST", "/visibility"),
    (
        "open screenshots",
        "GET",
        "/screenshot/requests?sessionId={session}",
    ),
    ("begin screenshot", "POST", "/screenshot/upload"),
    ("finish screenshot", "POST", "/screenshot/upload/complete"),
    ("realtime", "GET", "/stream?sessionId={session}"),
    ("event", "POST", "/event"),
    ("page", "POST", "/page"),
    (
        "operators' wish",
        "POST",
        "/operator/v1/sessions/{session}/screenshot",
    ),
    (
        "operators' upload",
        "POST",
        "/operator/v1/sessions/{session}/upload",
    ),
];

impl Facts {
    async fn new() -> Self {
        let server = Server::start().await;
        let session = server.connect("v").await;
        let message = server.say(&session, "hello").await;
        let file =
            json!({ "sessionId": session, "filename": "a.png", "mimeType": "image/png", "size": PNG.len() });
        let upload = server.post("/upload", file).await.json();
        let route = format!("/sessions/{session}/screenshot");
        let wish = server.operator("POST", &route, json!({})).await.json();
        let wish = wish["requestId"].as_str().unwrap().to_owned();
        let picture = json!({ "sessionId": session, "requestId": wish });
        let picture = server.post("/screenshot/upload", picture).await.json();
        let facts = Facts {
            server,
            session,
            message,
            upload,
            wish,
            picture,
        };
        for upload in [&facts.upload, &facts.picture] {
            let path = facts.path(upload["uploadUrl"].as_str().unwrap());
            let put = facts
                .server
                .send("PUT", &path, &[("content-type", "image/png")], PNG);
            assert_eq!(put.await.status, 204);
        }
        facts
    }

    /// A path with what it is about.
    fn path(&self, path: &str) -> String {
        let upload = self.upload["uploadUrl"].as_str().unwrap();
        let path = path
            .replace("{session}", &self.session)
            .replace("{message}", &self.message)
            .replace("{uploadUrl}", upload);
        path.strip_prefix("/pocketping").unwrap_or(&path).to_owned()
    }

    /// The body of a request for this.
    fn body(&self, purpose: &str) -> Value {
        let mut body = match purpose {
            "open/resume session" => json!({ "visitorId": "v" }),
            "send message" => json!({ "content": "hi", "sender": "visitor" }),
            "typing" => json!({ "sender": "visitor", "isTyping": true }),
            "read receipts" => json!({ "messageIds": [self.message], "status": "read" }),
            "identify" => json!({ "identity": { "id": "ada" } }),
            "edit" => json!({ "messageId": self.message, "content": "other" }),
            "delete" => json!({ "messageId": self.message }),
            "CSAT" => json!({ "score": 5 }),
            "pre-chat form" => json!({ "email": "ada@example.com" }),
            "begin upload" | "operators' upload" => {
                json!({ "filename": "a.png", "mimeType": "image/png", "size": 9 })
            }
            "finish upload" | "fail upload" => json!({ "attachmentId": self.upload["attachmentId"] }),
            "visitor left" | "visitor left by beacon" | "visitor left without a type" => {
                json!({ "duration": 5, "reason": "page_unload" })
            }
            "tab hidden/visible" | "tab hidden/visible by beacon" => {
                json!({ "state": "visible", "timestamp": 1_795_244_400_000_u64 })
            }
            "begin screenshot" => json!({ "requestId": self.wish }),
            "finish screenshot" => json!({
                "requestId": self.wish, "attachmentId": self.picture["attachmentId"], "size": PNG.len(),
            }),
            "event" => json!({ "name": "clicked" }),
            "page" => json!({ "url": "https://shop.example/" }),
            "operators' wish" => json!({ "requestedBy": "Ada" }),
            _ => return Value::Null,
        };
        body["sessionId"] = json!(self.session);
        body
    }

    async fn ask(&self, purpose: &str, method: &str, path: &str) -> Answer {
        let kind = match purpose {
            "bytes" => "image/png",
            "visitor left by beacon" => "text/plain;charset=UTF-8",
            "tab hidden/visible by beacon" => "application/x-www-form-urlencoded",
            _ => "application/json",
        };
        let token = format!("Bearer {}", crate::support::TOKEN);
        let headers = [("authorization", token.as_str()), ("content-type", kind)];
        let headers = if purpose.ends_with("without a type") {
            &headers[..1]
        } else {
            &headers
        };
        let body = match purpose {
            "bytes" => PNG.to_vec(),
            _ => match self.body(purpose) {
                Value::Null => Vec::new(),
                body => body.to_string().into(),
            },
        };
        self.server.send(method, path, headers, body).await
    }
}

/// The same path as the other servers take or redirect it.
fn with_slash(path: &str) -> String {
    match path.split_once('?') {
        Some((path, query)) => format!("{path}/?{query}"),
        None => format!("{path}/"),
    }
}

#[tokio::test]
async fn every_route_answers_in_every_spelling() {
    for (purpose, method, path) in ROUTES {
        // A stream has no end: its refusals are elsewhere, and what it brings.
        if purpose == "realtime" {
            let facts = Facts::new().await;
            let url = facts.server.url(&facts.path(path));
            let answer = facts.server.http.get(url).send().await.unwrap();
            assert_eq!(answer.headers()["content-type"], "text/event-stream");
            continue;
        }
        for slash in [false, true] {
            let facts = Facts::new().await;
            let path = facts.path(path);
            let path = if slash { with_slash(&path) } else { path };
            let answer = facts.ask(purpose, method, &path).await;
            let right = if purpose == "bytes" { 204 } else { 200 };
            assert_eq!(answer.status, right, "{purpose}: {method} {path} {answer:?}");
            assert!(
                right == 204 || answer.header("content-type") == "application/json",
                "{purpose}: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_405() {
    let facts = Facts::new().await;
    let of_visitors = ROUTES
        .iter()
        .filter(|(purpose, ..)| !purpose.starts_with("operators'"));
    for (purpose, _, path) in of_visitors {
        let path = facts.path(path);
        let answer = facts.server.send("TRACE", &path, &[], "").await;
        answer.refused(405, "method_not_allowed");
        assert!(!answer.header("allow").is_empty(), "{purpose}");
    }
}

#[tokio::test]
async fn where_no_streams_are_offered_there_are_none() {
    let server = Server::with(|builder| builder.streams(StreamPolicy::Off)).await;
    let session = server.connect("v").await;
    for path in ["/stream", "/stream/"] {
        let path = format!("{path}?sessionId={session}");
        server.get(&path).await.refused(404, "not_found");
    }
    let operators = server.operator("GET", "/stream", Value::Null).await;
    operators.refused(404, "not_found");
    server.say(&session, "polled").await;
    assert_eq!(server.contents(&session).await, ["polled"]);
}
