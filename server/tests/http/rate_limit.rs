//! Rate limits: off, on, and never in the way of people.

use crate::support::Server;
use crate::support::socket::Socket;
use pocketping_server::{Rate, RateLimit, RateLimits};
use serde_json::json;
use std::num::NonZeroU32;

async fn with(limits: RateLimits) -> Server {
    Server::with(|builder| builder.rate_limit(RateLimit::On(limits))).await
}

async fn limited(burst: u32) -> Server {
    with(RateLimits {
        address: Rate::new(1, burst),
        ..Default::default()
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

#[tokio::test]
async fn a_visitor_who_connects_too_often_has_to_wait_and_others_do_not() {
    let server = with(RateLimits {
        visitor: Rate::new(1, 2),
        ..Default::default()
    })
    .await;
    server.connect("a").await;
    server.connect("a").await;
    for spelling in ["visitorId", "visitor_id"] {
        let answer = server.post("/connect", json!({ spelling: "a" })).await;
        answer.refused(429, "rate_limited");
        assert_eq!(answer.header("retry-after"), "1");
    }
    server.connect("b").await;
}

#[tokio::test]
async fn a_session_over_its_limit_has_to_wait_whatever_its_requests_are() {
    let server = with(RateLimits {
        session: Rate::new(1, 6),
        ..Default::default()
    })
    .await;
    let (session, other) = (server.connect("a").await, server.connect("b").await);
    let mut socket = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    socket.say(r#"{"type":"ping"}"#).await;
    socket.next_of("pong").await;
    server.say(&session, "one").await;
    let list = format!("/messages?sessionId={session}");
    assert_eq!(server.get(&list).await.status, 200);
    let typing = json!({ "session_id": session, "sender": "visitor" });
    assert_eq!(server.post("/typing", typing.clone()).await.status, 200);
    assert_eq!(
        server
            .post("/visibility", json!({ "sessionId": session, "state": "visible" }))
            .await
            .status,
        200
    );
    let message = json!({ "sessionId": session, "content": "two", "sender": "visitor" });
    for body in [&message, &typing] {
        let answer = server.post("/message", body.clone()).await;
        answer.refused(429, "rate_limited");
        assert_eq!(answer.header("retry-after"), "1");
    }
    server.get(&list).await.refused(429, "rate_limited");
    let refused = Socket::try_open(&server, &format!("/stream?sessionId={session}"), &[])
        .await
        .err();
    assert_eq!(refused.unwrap().0, 429);
    socket.say(r#"{"type":"ping"}"#).await;
    assert_eq!(socket.next_of("error").await["data"]["code"], "rate_limited");
    assert_eq!(
        server.contents(&other).await.len(),
        0,
        "another session has its own allowance"
    );
    let stored = server
        .pp
        .get_messages(&session.as_str().into(), Default::default())
        .await
        .unwrap();
    assert_eq!(stored.messages.len(), 1, "what was refused is not stored");
}

#[tokio::test]
async fn an_address_has_so_many_streams_and_gets_a_place_back_with_each_that_ends() {
    let server = with(RateLimits {
        streams_per_address: NonZeroU32::new(2).unwrap(),
        ..Default::default()
    })
    .await;
    let stream = format!("/stream?sessionId={}", server.connect("v").await);
    let socket = Socket::open(&server, &stream).await;
    let events = server.http.get(server.url(&stream)).send().await.unwrap();
    assert_eq!(events.status(), 200);
    let (status, body) = Socket::try_open(&server, &stream, &[]).await.err().unwrap();
    assert_eq!(
        (status, &body["error"]["code"]),
        (429, &json!("too_many_streams"))
    );
    let answer = server.get(&stream).await;
    answer.refused(429, "too_many_streams");
    assert_eq!(answer.header("retry-after"), "5");
    drop(socket);
    drop(events);
    // The server hears of an end when the network tells it.
    while Socket::try_open(&server, &stream, &[]).await.is_err() {
        tokio::task::yield_now().await;
    }
}
