//! What operators may not do, however they go about it.

use crate::support::{Answer, Server};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PREFIX: &str = "/operator/v1";

/// Id and token of an operator who was just added.
async fn add(server: &Server, name: &str, role: &str) -> (String, String) {
    let body = json!({ "name": name, "role": role });
    let made = server.operator("POST", "/operators", body).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["operator"]["id"]), text(&made["token"]))
}

/// `POST operators` whose body is complete only when `meanwhile` is done; the answer.
async fn slowly_add(server: &Server, token: &str, meanwhile: impl Future<Output = Answer>) -> String {
    let body = json!({ "name": "Eve", "role": "admin" }).to_string();
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /pocketping{PREFIX}/operators HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: it has let the request in.
    let mut asked = [0; 25];
    socket.read_exact(&mut asked).await.unwrap();
    assert!(asked.starts_with(b"HTTP/1.1 100"));
    assert_eq!(meanwhile.await.status, 200);
    socket.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn whoever_is_out_while_their_request_arrives_does_nothing_any_more() {
    let server = Server::start().await;
    for (change, body) in [
        (("DELETE", ""), Value::Null),
        (("PATCH", ""), json!({ "role": "agent" })),
        (("POST", "/token"), Value::Null),
    ] {
        let (id, token) = add(&server, "Ada", "admin").await;
        let path = format!("/operators/{id}{}", change.1);
        let answer = slowly_add(&server, &token, server.operator(change.0, &path, body)).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{change:?}: {answer}");
    }
    let all = server.operator("GET", "/operators?all=true", Value::Null).await;
    assert!(!all.text.contains("Eve"), "{all:?}");
}

#[tokio::test]
async fn nobody_puts_words_into_a_colleagues_mouth() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let ((_, ada), (_, bob)) = (
        add(&server, "Ada", "admin").await,
        add(&server, "Bob", "agent").await,
    );
    for path in ["messages", "notes"] {
        let path = format!("/sessions/{session}/{path}");
        let sent = server
            .operator_with(&bob, "POST", &path, json!({ "content": "hi" }))
            .await
            .json();
        let id = sent["id"].as_str().unwrap();
        let of_it = format!("/sessions/{session}/messages/{id}");
        let other = json!({ "content": "your password, please" });
        server
            .operator_with(&ada, "PATCH", &of_it, other.clone())
            .await
            .refused(403, "not_allowed");
        assert_eq!(
            server
                .operator_with(&bob, "PATCH", &of_it, other.clone())
                .await
                .status,
            200
        );
        assert_eq!(server.operator("PATCH", &of_it, other).await.status, 200);
        assert_eq!(
            server
                .operator_with(&ada, "DELETE", &of_it, Value::Null)
                .await
                .status,
            200
        );
    }
    let path = format!("/sessions/{session}/messages");
    for (named, status) in [(json!({ "name": "Bob" }), 403), (Value::Null, 200)] {
        let sent = json!({ "content": "hi", "operator": named });
        let sent = server.operator("POST", &path, sent).await.json();
        let of_it = format!("{path}/{}", sent["id"].as_str().unwrap());
        let edited = server
            .operator_with(&ada, "PATCH", &of_it, json!({ "content": "ho" }))
            .await;
        assert_eq!(edited.status, status, "{named}");
    }
}

#[tokio::test]
async fn who_says_that_they_are_away_makes_nobody_be_there() {
    let server = Server::start().await;
    let ((_, ada), (_, bob)) = (
        add(&server, "Ada", "agent").await,
        add(&server, "Bob", "agent").await,
    );
    // A sign of Bob's, who has not said that visitors should be told of him.
    assert_eq!(
        server.operator_with(&bob, "GET", "/me", Value::Null).await.status,
        200
    );
    let away = json!({ "online": false });
    assert_eq!(
        server.operator_with(&ada, "PUT", "/presence", away).await.status,
        200
    );
    assert_eq!(server.get("/presence").await.json()["online"], false);
}

#[tokio::test]
async fn another_sites_page_signs_nobody_in() {
    let server = Server::start().await;
    let (_, ada) = add(&server, "Ada", "agent").await;
    let path = format!("{PREFIX}/login");
    let body = json!({ "token": ada }).to_string();
    // Without a content type: browsers ask no server before they send that.
    let refused = server
        .send("POST", &path, &[("origin", "https://shop.example")], body.clone())
        .await;
    refused.refused(403, "origin_not_allowed");
    assert!(!refused.headers.contains_key("set-cookie"));
    let own = format!("http://{}", server.address);
    let answer = server.send("POST", &path, &[("origin", &own)], body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
