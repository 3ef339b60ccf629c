//! The webhook of two servers on one database.

use crate::cluster::{database, open};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use pocketping_core::route::{ConnectRequest, EventRequest};
use pocketping_core::{SessionId, Timestamp, Value};
use pocketping_server::{Client, Clock, PocketPing, WebhookConfig};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

/// A clock that the test moves.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 + self.0.load(Ordering::SeqCst))
    }
}

/// A target that notes ids and names of events, and takes nothing while it is told to refuse.
#[derive(Clone, Default)]
struct Target {
    heard: Arc<Mutex<Vec<(String, String)>>>,
    refuses: Arc<AtomicBool>,
}

impl Target {
    async fn serve(&self) -> String {
        let target = self.clone();
        let hook = move |headers: HeaderMap, body: String| async move {
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let id = headers["x-pocketping-delivery"].to_str().unwrap().to_owned();
            let name = body["event"]["name"].as_str().unwrap().to_owned();
            target.heard.lock().unwrap().push((id, name));
            match target.refuses.load(Ordering::SeqCst) {
                true => StatusCode::SERVICE_UNAVAILABLE,
                false => StatusCode::NO_CONTENT,
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let app = Router::new().route("/", post(hook));
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    fn names(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(_, name)| name.clone()).collect()
    }
}

async fn server(database: &str, url: &str, clock: &Hand) -> PocketPing {
    let webhook = WebhookConfig {
        url: Some(url.to_owned()),
        allow_private_addresses: true,
        ..WebhookConfig::default()
    };
    let builder = PocketPing::builder()
        .storage(*open(database).await)
        .clock(clock.clone());
    builder.webhook(webhook).build().unwrap()
}

async fn connect(pp: &PocketPing, visitor: &str) -> SessionId {
    let request = ConnectRequest {
        visitor_id: visitor.into(),
        session_id: None,
        metadata: None,
        identity: None,
        inspector_token: None,
    };
    pp.connect(request, Client::default()).await.unwrap().session_id
}

async fn trigger(pp: &PocketPing, session: &SessionId, name: String) {
    let request = EventRequest {
        session_id: session.clone(),
        event_id: None,
        name,
        data: Value::Null,
        timestamp: None,
        page: None,
    };
    pp.visitor_event(request).await.unwrap();
}

#[tokio::test]
async fn two_servers_deliver_each_event_once_and_each_sessions_in_order() {
    const SESSIONS: usize = 6;
    const EACH: usize = 20;
    let (database, clock, target) = (database().await, Hand::default(), Target::default());
    let url = target.serve().await;
    let servers = [
        server(&database, &url, &clock).await,
        server(&database, &url, &clock).await,
    ];
    let sessions = (0..SESSIONS).map(|number| {
        let server = &servers[number % 2];
        async move { connect(server, &format!("visitor {number}")).await }
    });
    let sessions = futures_util::future::join_all(sessions).await;
    let told = sessions.iter().enumerate().map(|(number, session)| {
        let servers = &servers;
        async move {
            for event in 0..EACH {
                // One after the other, by turns at both servers.
                trigger(&servers[event % 2], session, format!("{number} {event:02}")).await;
            }
        }
    });
    futures_util::future::join_all(told).await;
    for server in &servers {
        server.flush().await;
    }
    let mut by_session: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in target.names() {
        let session = name.split_once(' ').unwrap().0.to_owned();
        by_session.entry(session).or_default().push(name);
    }
    for (session, names) in &by_session {
        let expected: Vec<_> = (0..EACH).map(|event| format!("{session} {event:02}")).collect();
        assert_eq!(*names, expected);
    }
    assert_eq!(by_session.len(), SESSIONS);
}

#[tokio::test]
async fn what_a_server_leaves_behind_the_other_one_delivers_when_it_is_due() {
    let (database, clock, target) = (database().await, Hand::default(), Target::default());
    let url = target.serve().await;
    target.refuses.store(true, Ordering::SeqCst);
    let first = server(&database, &url, &clock).await;
    let session = connect(&first, "ada").await;
    trigger(&first, &session, "left".into()).await;
    first.flush().await;
    drop(first);
    target.refuses.store(false, Ordering::SeqCst);
    let second = server(&database, &url, &clock).await;
    second.flush().await;
    assert_eq!(target.names(), ["left"], "it is not due yet");
    clock.0.fetch_add(7_000, Ordering::SeqCst);
    second.flush().await;
    let heard = target.heard.lock().unwrap().clone();
    assert_eq!((heard.len(), &heard[0]), (2, &heard[1]));
}
