//! The webhook from outside: operators and its queue, and the receiver of the examples.

use crate::support::Server;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use pocketping_server::WebhookConfig;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

#[allow(dead_code)]
#[path = "../../examples/webhook_receiver.rs"]
pub(crate) mod webhook_receiver;

const SECRET: &str = "the-webhooks-secret";

/// Serves on a port of its own; the address of `/hook`.
pub(crate) async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/hook")
}

fn webhook(url: String) -> WebhookConfig {
    WebhookConfig {
        url: Some(url),
        secret: Some(SECRET.into()),
        allow_private_addresses: true,
        ..WebhookConfig::default()
    }
}

async fn trigger(server: &Server, session: &str, name: &str) {
    let answer = server
        .post("/event", json!({ "sessionId": session, "name": name }))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn operators_see_what_was_given_up_and_send_it_anew_or_drop_it() {
    let status = Arc::new(AtomicU16::new(410));
    let says = Arc::clone(&status);
    let answer = move || async move { StatusCode::from_u16(says.load(Ordering::SeqCst)).unwrap() };
    let url = serve(Router::new().route("/hook", post(answer))).await;
    let server = Server::with(|builder| builder.webhook(webhook(url))).await;
    let session = server.connect("v").await;
    for name in ["one", "two", "three"] {
        trigger(&server, &session, name).await;
    }
    server.pp.flush().await;
    let answer = server.operator("GET", "/webhooks", json!(null)).await;
    assert_eq!(answer.json(), json!({ "enabled": true, "waiting": 0, "dead": 3 }));
    let measured = server.pp.metrics_text().await;
    for line in ["pocketping_webhook_waiting 0", "pocketping_webhook_dead 3"] {
        assert!(measured.lines().any(|found| found == line), "{measured}");
    }
    let page = server
        .operator("GET", "/webhooks/dead?limit=2", json!(null))
        .await
        .json();
    let letters = page["deliveries"].as_array().unwrap();
    assert_eq!(letters.len(), 2);
    let letter = &letters[0];
    assert_eq!(
        (&letter["type"], &letter["sessionId"]),
        (&json!("custom_event"), &json!(session))
    );
    assert_eq!(
        (
            &letter["attempts"],
            letter["problem"].as_str().unwrap().is_empty()
        ),
        (&json!(1), false)
    );
    assert!(letter["queuedAt"].is_string() && letter["diedAt"].is_string());
    let body: serde_json::Value = serde_json::from_str(letter["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["event"]["name"], "three");
    let next = page["next"].as_str().unwrap();
    let last = server
        .operator("GET", &format!("/webhooks/dead?before={next}"), json!(null))
        .await;
    assert_eq!(last.json()["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(last.json()["next"], json!(null));

    let id = letter["id"].as_str().unwrap();
    let path = format!("/webhooks/dead/{id}");
    let dropped = server.operator("DELETE", &path, json!(null)).await;
    assert_eq!(
        (dropped.status, dropped.json()),
        (200, json!({ "deleted": true }))
    );
    for (method, path) in [("DELETE", path.clone()), ("POST", format!("{path}/retry"))] {
        server
            .operator(method, &path, json!(null))
            .await
            .refused(404, "dead_letter_not_found");
    }
    status.store(204, Ordering::SeqCst);
    let one = letters[1]["id"].as_str().unwrap();
    let retried = server
        .operator("POST", &format!("/webhooks/dead/{one}/retry"), json!(null))
        .await;
    assert_eq!(retried.json(), json!({ "ok": true }));
    let retried = server.operator("POST", "/webhooks/dead/retry", json!(null)).await;
    assert_eq!(retried.json(), json!({ "retried": 1 }));
    server.pp.flush().await;
    let answer = server.operator("GET", "/webhooks", json!(null)).await;
    assert_eq!(answer.json(), json!({ "enabled": true, "waiting": 0, "dead": 0 }));
}

#[tokio::test]
async fn strange_ids_and_places_of_dead_letters_are_answered() {
    let server = Server::start().await;
    let answer = server.operator("GET", "/webhooks", json!(null)).await;
    assert_eq!(
        answer.json(),
        json!({ "enabled": false, "waiting": 0, "dead": 0 })
    );
    for before in ["", "x", "1", "1.", ".1", "99999999999999999999.1", "-1.-1", "%00"] {
        let answer = server
            .operator("GET", &format!("/webhooks/dead?before={before}"), json!(null))
            .await;
        assert_eq!(
            answer.json(),
            json!({ "deliveries": [], "next": null }),
            "{before}"
        );
    }
    server
        .operator("GET", "/webhooks/dead?limit=many", json!(null))
        .await
        .refused(422, "invalid_field");
    for id in ["x", "%00", "%F0%9F%92%A9", &"y".repeat(4_000)] {
        server
            .operator("DELETE", &format!("/webhooks/dead/{id}"), json!(null))
            .await
            .refused(404, "dead_letter_not_found");
    }
}

#[tokio::test]
async fn the_examples_receiver_takes_what_is_signed_and_each_delivery_once() {
    let (app, mut told) = webhook_receiver::receiver(SECRET);
    let url = serve(app).await;
    let server = Server::with(|builder| builder.webhook(webhook(url.clone()))).await;
    let session = server.connect("v").await;
    trigger(&server, &session, "clicked_pricing").await;
    server.pp.flush().await;
    let (kind, body) = told.try_recv().unwrap();
    assert_eq!(
        (kind.as_str(), &body["event"]["name"]),
        ("custom_event", &json!("clicked_pricing"))
    );

    let recorded: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/vectors/webhook_out.json")).unwrap();
    let (app, mut told) = webhook_receiver::receiver(recorded[0]["secret"].as_str().unwrap());
    let url = serve(app).await;
    let body = recorded[0]["request"]["body_text"].as_str().unwrap();
    let signature = recorded[0]["request"]["headers"]["x-pocketping-signature"]
        .as_str()
        .unwrap();
    let http = reqwest::Client::new();
    let send = async |signature: &str, body: &str| {
        let request = http.post(&url).header("x-pocketping-signature", signature);
        let request = request
            .header("x-pocketping-delivery", "d1")
            .body(body.to_owned());
        request.send().await.unwrap().status().as_u16()
    };
    for wrong in [
        "",
        "sha256=",
        "sha256=zz",
        &signature[..signature.len() - 2],
        "7e87",
    ] {
        assert_eq!(send(wrong, body).await, 401, "{wrong}");
    }
    assert_eq!(send(signature, &body.replace("pro", "free")).await, 401);
    for _ in 0..2 {
        assert_eq!(send(signature, body).await, 204);
    }
    assert_eq!(told.try_recv().unwrap().1["event"]["name"], "clicked_pricing");
    assert!(told.try_recv().is_err(), "a repeat is taken once");
}
