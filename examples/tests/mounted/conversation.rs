//! A conversation with examples that listen: requests of all kinds, a WebSocket, server-sent events.

use crate::program::{Program, TOKEN};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything here takes; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A visitor at an example.
struct Visitor {
    program: Program,
    http: Client,
    session: String,
}

impl Visitor {
    async fn at(path: &str) -> Self {
        let mut visitor = Visitor {
            program: Program::start(path),
            http: Client::new(),
            session: String::new(),
        };
        let connected = visitor.post("/connect", json!({ "visitorId": "ada" })).await;
        assert_eq!(connected["welcomeMessage"], "Hello! How can we help?");
        visitor.session = connected["sessionId"].as_str().unwrap().to_owned();
        visitor
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.program.address);
        self.http.request(method, url).timeout(PATIENCE)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.request(Method::POST, &format!("/pocketping{path}"));
        let answer = request.json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn say(&self, content: &str) -> Value {
        let body = json!({ "sessionId": self.session, "content": content, "sender": "visitor" });
        self.post("/message", body).await
    }

    async fn operator(&self, method: Method, path: &str, body: Value) -> Value {
        let path = format!("/pocketping/operator/v1/sessions/{}{path}", self.session);
        let request = self.request(method, &path).bearer_auth(TOKEN);
        request.json(&body).send().await.unwrap().json().await.unwrap()
    }

    async fn socket(&self) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
        let (address, session) = (&self.program.address, &self.session);
        let url = format!("ws://{address}/pocketping/stream?sessionId={session}");
        timeout(PATIENCE, connect_async(url)).await.unwrap().unwrap().0
    }

    async fn events(&self) -> Response {
        let path = format!("/pocketping/stream?sessionId={}", self.session);
        let answer = self.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        answer
    }

    async fn contents(&self) -> Vec<Value> {
        let path = format!("/pocketping/messages?sessionId={}", self.session);
        let answer = self.request(Method::GET, &path).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        let messages = body["messages"].as_array().unwrap().iter();
        messages.map(|message| message["content"].clone()).collect()
    }
}

/// The next envelope of this type on a socket.
async fn next_of(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>, kind: &str) -> Value {
    let found = async {
        loop {
            let Some(Ok(frame)) = socket.next().await else {
                panic!("the socket was closed");
            };
            if let Message::Text(text) = frame {
                let envelope: Value = serde_json::from_str(&text).unwrap();
                if envelope["type"] == kind {
                    return envelope["data"].clone();
                }
            }
        }
    };
    timeout(PATIENCE, found).await.unwrap()
}

/// Reads on until a text has come.
async fn reads(events: &mut Response, text: &str) {
    let mut read = String::new();
    while !read.contains(text) {
        let piece = events.chunk().await.unwrap().expect("the stream ended");
        read.push_str(std::str::from_utf8(&piece).unwrap());
    }
}

/// Everything that a host has to pass on.
async fn holds_a_conversation(path: &str) {
    let visitor = Visitor::at(path).await;
    let (mut socket, mut events) = (visitor.socket().await, visitor.events().await);

    let sent = visitor.say("is anybody there?").await;
    let echo = next_of(&mut socket, "message").await;
    assert_eq!(echo["id"], sent["messageId"]);
    reads(&mut events, "is anybody there?").await;
    let answer = json!({ "content": "yes" });
    visitor.operator(Method::POST, "/messages", answer).await;
    assert_eq!(next_of(&mut socket, "message").await["content"], "yes");
    reads(&mut events, "yes").await;
    assert_eq!(visitor.contents().await, ["is anybody there?", "yes"]);

    let ping = Message::text(r#"{"type":"ping"}"#);
    socket.send(ping).await.unwrap();
    next_of(&mut socket, "pong").await;
    socket.close(None).await.unwrap();
    let closed = async { while let Some(Ok(_)) = socket.next().await {} };
    timeout(PATIENCE, closed)
        .await
        .expect("the server answers the closing frame");
    drop(events);

    let session = visitor.operator(Method::GET, "", Value::Null).await;
    assert_eq!(session["metadata"]["ip"], "127.0.0.1", "who is calling is known");
    let id = sent["messageId"].as_str().unwrap();
    let edit = visitor.request(Method::PATCH, &format!("/pocketping/message/{id}"));
    let edit = edit.json(&json!({ "sessionId": visitor.session, "content": "hello?" }));
    assert_eq!(edit.send().await.unwrap().status(), 200);
    assert_eq!(visitor.contents().await, ["hello?", "yes"]);
}

/// Answers keep their status, their headers and their length.
async fn answers_are_whole(path: &str) {
    let visitor = Visitor::at(path).await;
    let too_large =
        json!({ "sessionId": visitor.session, "content": "x".repeat(300_000), "sender": "visitor" });
    let refused = visitor
        .request(Method::POST, "/pocketping/message")
        .json(&too_large);
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.status(), 413);
    assert_eq!(
        refused.json::<Value>().await.unwrap()["error"]["code"],
        "payload_too_large"
    );

    let preflight = visitor
        .request(Method::OPTIONS, "/pocketping/message")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-pocketping-version",
        );
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");

    let whole = visitor
        .request(Method::GET, "/pocketping.js")
        .send()
        .await
        .unwrap();
    let (status, headers) = (whole.status(), whole.headers().clone());
    let length = whole.bytes().await.unwrap().len().to_string();
    let head = visitor
        .request(Method::HEAD, "/pocketping.js")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.status(), &head.headers()["content-type"]),
        (status, &headers["content-type"])
    );
    assert_eq!(head.headers()["content-length"], *length);
    let nothing = visitor
        .request(Method::GET, "/pocketping/nothing")
        .send()
        .await
        .unwrap();
    assert_eq!(nothing.status(), 404);
}

macro_rules! hosts {
    ($($name:ident)*) => { $(
        mod $name {
            const PATH: &str = env!(concat!("CARGO_BIN_EXE_", stringify!($name)));

            #[tokio::test]
            async fn holds_a_conversation() {
                super::holds_a_conversation(PATH).await;
            }

            #[tokio::test]
            async fn answers_are_whole() {
                super::answers_are_whole(PATH).await;
            }
        }
    )* };
}

hosts! { axum hyper actix }
