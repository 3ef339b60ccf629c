//! Rate limits: off, on, and never in the way of people.

use crate::support::Server;
use crate::support::socket::Socket;
use pocketping_server::RateLimit;
use serde_json::json;
use std::num::NonZeroU32;

async fn limited(burst: u32) -> Server {
    let burst = NonZeroU32::new(burst).unwrap();
    Server::with(|builder| {
        builder.rate_limit(RateLimit::PerAddress {
            per_second: NonZeroU32::MIN,
            burst,
        })
    })
    .await
}

#[tokio::test]
async fn an_address_over_its_limit_gets_429_and_when_to_come_back() {
    let server = limited(3).await;
    for _ in 0..3 {
        assert_eq!(server.get("/presence").await.status, 200);
    }
    let answer = server.get("/presence").await;
    answer.refused(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "*",
        "pages can read it"
    );
    let stored = server.pp.get_sessions(Default::default()).await.unwrap();
    assert!(stored.sessions.is_empty());
}

#[tokio::test]
async fn frames_of_a_socket_count_and_the_socket_stays() {
    let server = limited(4).await;
    let session = server.connect("v").await;
    let mut socket = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    for _ in 0..2 {
        socket.say(r#"{"type":"ping"}"#).await;
        socket.next_of("pong").await;
    }
    socket.say(r#"{"type":"ping"}"#).await;
    assert_eq!(socket.next_of("error").await["data"]["code"], "rate_limited");
    server
        .pp
        .send_message(&session.as_str().into(), "still there?")
        .await
        .unwrap();
    assert_eq!(socket.next_of("message").await["data"]["content"], "still there?");
}

#[tokio::test]
async fn operators_with_the_token_are_not_limited_and_guessers_are() {
    let server = limited(2).await;
    for _ in 0..10 {
        assert_eq!(server.operator("GET", "/sessions", json!(null)).await.status, 200);
    }
    for _ in 0..2 {
        server
            .post("/operator/v1/login", json!({ "token": "guess" }))
            .await
            .refused(401, "unauthorized");
    }
    server
        .post("/operator/v1/login", json!({ "token": "guess" }))
        .await
        .refused(429, "rate_limited");
    server
        .get("/operator/v1/sessions")
        .await
        .refused(429, "rate_limited");
}

#[tokio::test]
async fn ten_visitors_behind_one_address_typing_fast_are_never_hindered() {
    let server = Server::with(|builder| builder.rate_limit(RateLimit::default())).await;
    // What ten people send in their busiest second: ten typing signals and two messages each.
    let mut sessions = Vec::new();
    for visitor in 0..10 {
        sessions.push(server.connect(&format!("v{visitor}")).await);
    }
    for session in &sessions {
        for _ in 0..10 {
            let typing = json!({ "sessionId": session, "sender": "visitor" });
            assert_eq!(server.post("/typing", typing).await.status, 200);
        }
        server.say(session, "one").await;
        server.say(session, "two").await;
    }
}

#[tokio::test]
async fn switched_off_there_is_none() {
    let server = Server::start().await;
    for _ in 0..1000 {
        assert_eq!(server.get("/presence").await.status, 200);
    }
}
