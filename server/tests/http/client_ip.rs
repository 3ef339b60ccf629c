//! Whose address a session shows.

use crate::support::Server;
use serde_json::{Value, json};

async fn ip(server: &Server, forwarded: &str) -> Value {
    let headers = [
        ("content-type", "application/json"),
        ("x-forwarded-for", forwarded),
    ];
    let answer = server
        .send(
            "POST",
            "/connect",
            &headers,
            json!({ "visitorId": "v" }).to_string(),
        )
        .await;
    let id = answer.json()["sessionId"].as_str().unwrap().to_owned();
    server
        .operator("GET", &format!("/sessions/{id}"), json!(null))
        .await
        .json()["metadata"]["ip"]
        .clone()
}

#[tokio::test]
async fn a_visitor_cannot_choose_an_address() {
    let server = Server::start().await;
    assert_eq!(ip(&server, "203.0.113.9").await, "127.0.0.1");
}

#[tokio::test]
async fn a_trusted_proxy_tells_the_visitors_address() {
    let server = Server::with(|builder| builder.trusted_proxies(["127.0.0.0/8".parse().unwrap()])).await;
    assert_eq!(
        ip(&server, "6.6.6.6, 203.0.113.9, 127.0.0.2").await,
        "203.0.113.9"
    );
}
