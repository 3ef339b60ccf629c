//! Widget versions: headers, and 426 for one that is too old (PROTOCOL §1.5).

use crate::support::{Answer, Server};
use serde_json::json;

async fn server() -> Server {
    Server::with(|builder| builder.min_widget_version("2.0.0").latest_widget_version("2.6.0")).await
}

async fn connect(server: &Server, version: &str) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("x-pocketping-version", version),
    ];
    server
        .send(
            "POST",
            "/connect",
            &headers,
            json!({ "visitorId": "v" }).to_string(),
        )
        .await
}

#[tokio::test]
async fn a_widget_that_is_too_old_gets_426_with_the_fields_of_all_servers() {
    let server = server().await;
    let answer = connect(&server, "1.9.0").await;
    let body = answer.refused(426, "widget_version_unsupported");
    assert_eq!(body["message"], body["detail"]);
    assert_eq!(body["minVersion"], "2.0.0");
    assert_eq!(body["latestVersion"], "2.6.0");
    assert_eq!(
        body["upgradeUrl"],
        "https://docs.pocketping.io/widget/installation"
    );
    assert_eq!(answer.header("x-pocketping-version-status"), "unsupported");
    assert!(
        server
            .pp
            .get_sessions(Default::default())
            .await
            .unwrap()
            .sessions
            .is_empty()
    );
}

#[tokio::test]
async fn an_older_widget_is_told_on_every_answer() {
    let server = server().await;
    let answer = connect(&server, "2.1.0").await;
    assert_eq!(
        (answer.status, answer.header("x-pocketping-version-status")),
        (200, "outdated")
    );
    assert_eq!(answer.header("x-pocketping-latest-version"), "2.6.0");
    let old = [("x-pocketping-version", "2.1.0")];
    assert_eq!(
        server
            .send("GET", "/presence", &old, "")
            .await
            .header("x-pocketping-version-status"),
        "outdated"
    );
    assert_eq!(
        server
            .get("/presence")
            .await
            .header("x-pocketping-version-status"),
        ""
    );
}

#[tokio::test]
async fn a_current_widget_and_none_are_ok() {
    let server = server().await;
    for version in ["2.6.0", "v3.0.0", "banana"] {
        let answer = connect(&server, version).await;
        assert_eq!(
            (answer.status, answer.header("x-pocketping-version-status")),
            (200, "ok"),
            "{version}"
        );
    }
}

#[tokio::test]
async fn a_conversation_under_way_goes_on_with_an_old_widget() {
    let server = server().await;
    let session = server.connect("v").await;
    let old = [
        ("x-pocketping-version", "1.0.0"),
        ("content-type", "application/json"),
    ];
    let body = json!({ "sessionId": session, "content": "hi", "sender": "visitor" }).to_string();
    assert_eq!(server.send("POST", "/message", &old, body).await.status, 200);
}
