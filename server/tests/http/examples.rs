//! The examples of `server/examples/`, really run: each holds its conversation and says what came of it.

use crate::support::Server;
use crate::webhooks::{serve, webhook_receiver};
use pocketping_core::model::VersionStatus;
use pocketping_server::AddressReason;
use pocketping_server::storage::conformance::limits;
use pocketping_server::storage::{MemoryLimits, MemoryStorage};
use serde_json::{Value, json};

/// The examples as modules; their `main` is what is left over.
macro_rules! examples {
    ($($name:ident = $path:literal),* $(,)?) => {
        $( #[allow(dead_code)] #[path = $path] mod $name; )*
    };
}

examples! {
    configuration = "../../examples/configuration.rs",
    custom_events = "../../examples/custom_events.rs",
    custom_storage = "../../examples/custom_storage.rs",
    hooks = "../../examples/hooks.rs",
    identify = "../../examples/identify.rs",
    ip_filter = "../../examples/ip_filter.rs",
    messages = "../../examples/messages.rs",
    operator_presence = "../../examples/operator_presence.rs",
    quick_start = "../../examples/quick_start.rs",
    retention = "../../examples/retention.rs",
    sessions = "../../examples/sessions.rs",
    streams = "../../examples/streams.rs",
    ua_filter = "../../examples/ua_filter.rs",
    webhook_sender = "../../examples/webhook_sender.rs",
    widget_versions = "../../examples/widget_versions.rs",
}

#[tokio::test]
async fn quick_start_greets_the_pages_of_its_site_and_serves_the_site() {
    let pp = quick_start::chat().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = quick_start::app(&pp);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let http = reqwest::Client::new();
    let shop = http.get(format!("http://{address}/")).send().await.unwrap();
    assert!(shop.status().is_success());
    let connect = |origin: &str| {
        http.post(format!("http://{address}/pocketping/connect"))
            .header("origin", origin.to_owned())
            .header("content-type", "application/json")
            .body(json!({ "visitorId": "v" }).to_string())
            .send()
    };
    let answer = connect("https://shop.example")
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["welcomeMessage"], "Hi! How can we help?");
    assert_eq!(connect("https://other.example").await.unwrap().status(), 403);
}

#[tokio::test]
async fn configuration_is_good_and_its_mistakes_are_named() {
    let pp = configuration::configured().unwrap().build().unwrap();
    let answer = Server::run(pp)
        .await
        .post("/connect", json!({ "visitorId": "v" }))
        .await;
    assert_eq!(answer.json()["trackedElements"][0]["name"], "clicked_pricing");
    let problems = configuration::mistaken().unwrap().build().err().unwrap();
    let keys: Vec<_> = problems.iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["operator_token", "min_widget_version"]);
}

#[tokio::test]
async fn hooks_hear_of_both_sides() {
    let told = [
        "a new conversation",
        "a visitor asks: Is it in stock?",
        "we say: Yes, two of them.",
    ];
    assert_eq!(hooks::run().await.unwrap(), told);
}

#[tokio::test]
async fn custom_events_are_heard_by_name_until_unsubscribed() {
    let heard = [
        "clicked_pricing",
        "clicked_pricing",
        "purchase_completed",
        "1 offer made",
    ];
    assert_eq!(custom_events::run().await.unwrap(), heard);
}

#[tokio::test]
async fn sessions_are_found_and_closed() {
    let [mut before, after] = sessions::run().await.unwrap();
    // Both are of the same moment.
    before.sort();
    assert_eq!(before, ["Is it in stock?", "Where is my order?"]);
    assert_eq!(after, ["Where is my order?"]);
}

#[tokio::test]
async fn messages_go_both_ways_without_http() {
    assert_eq!(messages::run().await.unwrap(), ["Yes, two of them.", "1 read"]);
}

#[tokio::test]
async fn identify_keeps_keys_of_the_sites_own() {
    let known = identify::run().await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].custom.get("plan").unwrap().as_str(), Some("premium"));
}

#[tokio::test]
async fn operator_presence_is_set_and_derived() {
    assert_eq!(operator_presence::run().await.unwrap(), [false, true, true, true]);
}

#[tokio::test]
async fn streams_go_on_where_they_ended() {
    let texts = streams::run().await.unwrap();
    let kinds = texts
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).unwrap()["type"].clone());
    assert_eq!(kinds.collect::<Vec<_>>(), ["message", "event"]);
}

#[test]
fn widget_versions_are_judged() {
    let judged = widget_versions::judged(&["0.9.0", "1.5.0", "2.1.0", "2.3.0"]).unwrap();
    let statuses: Vec<_> = judged.into_iter().map(|(_, check)| check.status).collect();
    use VersionStatus::{Deprecated, Ok, Outdated, Unsupported};
    assert_eq!(statuses, [Unsupported, Deprecated, Outdated, Ok]);
}

#[test]
fn ip_filter_takes_lists_hook_and_both_families() {
    let pp = ip_filter::server().unwrap();
    let reason = |address| ip_filter::verdict(&pp, address).unwrap().reason;
    assert_eq!(reason("127.0.0.1"), AddressReason::Custom);
    assert_eq!(reason("10.1.2.3"), AddressReason::Allowlist);
    assert_eq!(reason("203.0.113.7"), AddressReason::Blocklist);
    assert_eq!(reason("2001:db8::7"), AddressReason::Blocklist);
    assert_eq!(reason("198.51.100.1"), AddressReason::Default);
}

#[test]
fn ua_filter_takes_lists_and_hook() {
    let pp = ua_filter::server().unwrap();
    let allowed = |agent| ua_filter::verdict(&pp, agent).unwrap().allowed;
    assert!(allowed("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0"));
    assert!(allowed("our-own-monitor (a bot)"));
    assert!(!allowed("Googlebot/2.1"));
    assert!(!allowed("ShopBot/7"));
    assert!(!allowed("My Scraper"));
}

#[tokio::test]
async fn retention_erases_what_is_old() {
    assert_eq!(retention::run().await.unwrap(), (1, 1));
}

#[tokio::test]
async fn webhook_sender_reaches_the_receiver() {
    let (app, mut told) = webhook_receiver::receiver("choose-a-long-secret");
    let url = serve(app).await;
    assert_eq!(webhook_sender::run(&url).await.unwrap(), 0);
    let (kind, body) = told.recv().await.unwrap();
    assert_eq!(
        (kind.as_str(), &body["event"]["data"]["plan"]),
        ("custom_event", &json!("pro"))
    );
}

#[tokio::test]
async fn custom_storage_keeps_a_trail() {
    let trail = custom_storage::run().await.unwrap();
    let lines = [
        "a session began",
        "a message of the visitor",
        "a message of the operator",
        "a change",
    ];
    assert_eq!(trail, lines);
}

/// The example keeps every promise of a storage.
mod audited {
    use super::*;

    fn open_empty() -> custom_storage::Audited<MemoryStorage> {
        let limits = MemoryLimits {
            log: limits(),
            ..MemoryLimits::default()
        };
        custom_storage::Audited::new(MemoryStorage::with_limits(limits))
    }

    pocketping_server::storage_conformance!(Box::new(open_empty()));
}
