//! The user-agent filter, on every route and upgrade of visitors.

use crate::support::Server;
use crate::support::socket::Socket;
use pocketping_core::ua::UaFilterConfig;
use serde_json::json;

const BOT: (&str, &str) = ("user-agent", "Googlebot/2.1 (+http://www.google.com/bot.html)");
const BROWSER: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");

async fn filtered(config: UaFilterConfig) -> Server {
    Server::with(|builder| {
        builder.ua_filter(UaFilterConfig {
            enabled: true,
            ..config
        })
    })
    .await
}

#[tokio::test]
async fn bots_are_refused_everywhere_and_browsers_nowhere() {
    let server = filtered(UaFilterConfig::default()).await;
    let session = server.connect("v").await;
    let json = ("content-type", "application/json");
    let connect = json!({ "visitorId": "bot" }).to_string();
    server
        .send("POST", "/connect", &[BOT, json], connect.clone())
        .await
        .refused(403, "user_agent_blocked");
    server
        .send("GET", "/presence", &[BOT], "")
        .await
        .refused(403, "user_agent_blocked");
    let list = format!("/messages?sessionId={session}");
    server
        .send("GET", &list, &[BOT], "")
        .await
        .refused(403, "user_agent_blocked");
    server
        .send("GET", "/nothing", &[BOT], "")
        .await
        .refused(403, "user_agent_blocked");
    let stream = format!("/stream?sessionId={session}");
    let refused = Socket::try_open(&server, &stream, &[BOT]).await.err().unwrap();
    assert_eq!(
        (refused.0, &refused.1["error"]["code"]),
        (403, &json!("user_agent_blocked"))
    );
    assert_eq!(
        server
            .send("POST", "/connect", &[BROWSER, json], connect)
            .await
            .status,
        200
    );
    assert!(Socket::try_open(&server, &stream, &[BROWSER]).await.is_ok());
    let stored = server.pp.get_sessions(Default::default()).await.unwrap();
    assert_eq!(stored.sessions.len(), 2, "nothing is stored for a bot");
}

#[tokio::test]
async fn status_and_text_of_the_refusal_can_be_chosen() {
    let config = UaFilterConfig {
        blocked_status_code: 418,
        blocked_message: "no tea for robots".into(),
        ..Default::default()
    };
    let server = filtered(config).await;
    let body = server
        .send("GET", "/presence", &[BOT], "")
        .await
        .refused(418, "user_agent_blocked");
    assert_eq!(body["detail"], "no tea for robots");
}

#[tokio::test]
async fn programs_of_operators_are_not_filtered() {
    let server = filtered(UaFilterConfig::default()).await;
    let bearer = format!("Bearer {}", crate::support::TOKEN);
    let headers = [
        ("user-agent", "python-requests/2.32"),
        ("authorization", bearer.as_str()),
    ];
    assert_eq!(
        server
            .send("GET", "/operator/v1/sessions", &headers, "")
            .await
            .status,
        200
    );
    assert_eq!(
        server.send("GET", "/presence", &headers[..1], "").await.status,
        403
    );
}
