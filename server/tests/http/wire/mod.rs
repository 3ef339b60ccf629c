//! The recorded traffic of the Python server, played against ours: statuses, shapes and values.
//!
//! Ids and times differ, so ids are translated as they come up: every field that was recorded with a value is in our
//! answer with the same value, or, where each server makes its own, with one of the same type. Errors have our own shape
//! (EXTENSIONS, Errors). Everything else that differs on purpose is in `differences.rs`, and in `docs/compatibility.md`.

mod call;
mod compare;
mod differences;
mod listed;
mod replay;
mod stage;

use crate::support::Server;
use crate::support::socket::Socket;
use differences::DIFFERENCES;
use pocketping_core::ua::UaFilterConfig;
use pocketping_server::{IpFilterConfig, Origins};
use replay::Replay;
use serde_json::Value;
use stage::Stage;

#[tokio::test]
async fn the_recorded_conversation_has_the_same_shapes_and_statuses() {
    let mut replay =
        Replay::new(Server::with(|builder| builder.welcome_message("Hi! How can we help?")).await);
    replay
        .file("connect", include_str!("../../../../tests/vectors/connect.json"))
        .await;
    // A message among the next ones takes a file along.
    replay
        .file(
            "attachments",
            include_str!("../../../../tests/vectors/attachments.json"),
        )
        .await;
    replay
        .file(
            "messages",
            include_str!("../../../../tests/vectors/messages.json"),
        )
        .await;
    replay
        .file(
            "edit_delete",
            include_str!("../../../../tests/vectors/edit_delete.json"),
        )
        .await;
    replay
        .file("typing", include_str!("../../../../tests/vectors/typing.json"))
        .await;
    replay
        .file("read", include_str!("../../../../tests/vectors/read.json"))
        .await;
    replay
        .file(
            "presence",
            include_str!("../../../../tests/vectors/presence.json"),
        )
        .await;
    replay
        .file("csat", include_str!("../../../../tests/vectors/csat.json"))
        .await;
    replay
        .file(
            "sessions",
            include_str!("../../../../tests/vectors/sessions.json"),
        )
        .await;
    replay.finish();
}

#[tokio::test]
async fn the_recorded_conversation_with_an_ai_has_the_same_shapes_and_statuses() {
    let mut replay = Replay::new(Server::start().await);
    replay
        .file("ai", include_str!("../../../../tests/vectors/ai.json"))
        .await;
    replay.finish();
}

#[tokio::test]
async fn recorded_version_checks_have_the_same_answers_and_headers() {
    let server = Server::with(|builder| builder.min_widget_version("1.0.0").latest_widget_version("2.3.0"));
    let mut replay = Replay::new(server.await);
    replay
        .file("version", include_str!("../../../../tests/vectors/version.json"))
        .await;
    replay.finish();
}

#[tokio::test]
async fn recorded_requests_of_other_origins_have_the_same_answers() {
    let origins = Origins::List(vec!["https://shop.example".into()]);
    let mut replay = Replay::new(
        Server::with(|builder| {
            builder
                .allowed_origins(origins)
                .welcome_message("Hi! How can we help?")
        })
        .await,
    );
    replay
        .file("cors", include_str!("../../../../tests/vectors/cors.json"))
        .await;
    replay.finish();
}

#[tokio::test]
async fn recorded_blocks_by_address_have_the_same_answers() {
    let filter = IpFilterConfig {
        enabled: true,
        blocklist: vec!["203.0.113.0/24".parse().unwrap()],
        ..Default::default()
    };
    let server = Server::with(|builder| {
        let proxy = ["127.0.0.1".parse().unwrap()];
        builder.ip_filter(filter).trusted_proxies(proxy)
    });
    let mut replay = Replay::new(server.await);
    replay
        .file(
            "ip_filter_http",
            include_str!("../../../../tests/vectors/ip_filter_http.json"),
        )
        .await;
    replay.finish();
}

#[tokio::test]
async fn the_recorded_stream_request_is_answered_by_events() {
    let server = Server::with(|builder| builder.ua_filter(UaFilterConfig::default())).await;
    let items: Vec<Value> = serde_json::from_str(include_str!("../../../../tests/vectors/sse.json")).unwrap();
    let (_, _, status, _) = DIFFERENCES.iter().find(|(file, ..)| *file == "sse").unwrap();
    assert_eq!(items.len(), 1);
    let session = server.connect("v").await;
    let url = server.url(&format!("/stream?sessionId={session}"));
    let response = server
        .http
        .get(url)
        .header("accept", "text/event-stream")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), *status);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
}

#[tokio::test]
async fn recorded_envelopes_have_the_same_shapes() {
    let items: Vec<Value> =
        serde_json::from_str(include_str!("../../../../tests/vectors/websocket.json")).unwrap();
    let mut replay = Replay::new(Server::start().await);
    let session = replay.server.connect("v").await;
    let mut socket = Socket::open(&replay.server, &format!("/stream?sessionId={session}")).await;
    let mut stage = Stage::new(&session);
    for item in &items {
        let name = item["name"].as_str().unwrap();
        if !stage
            .play(&replay.server, &mut socket, name, &item["client_frame"])
            .await
        {
            continue;
        }
        for recorded in item["server_frames"].as_array().into_iter().flatten() {
            let ours = socket.next_of(recorded["type"].as_str().unwrap()).await;
            replay.compare(name, recorded, &ours);
        }
    }
    replay.finish();
}
