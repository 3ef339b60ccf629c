//! What the webhook's target is told, and in which form.

use super::receiver::{Heard, Receiver, SECRET};
use super::*;
use crate::{BotPolicy, WebhookConfig, WebhookKind};
use pocketping_core::Value;
use pocketping_core::model::{Identity, SessionMetadata};
use pocketping_core::route::{CsatRequest, EventRequest, IdentifyRequest, OperatorReadRequest, Score};
use serde_json::json;

pub(super) fn to(receiver: &Receiver, forward: &[WebhookKind]) -> WebhookConfig {
    WebhookConfig {
        url: Some(receiver.url.clone()),
        secret: Some(SECRET.into()),
        forward: forward.to_vec(),
        allow_private_addresses: true,
        ..WebhookConfig::default()
    }
}

pub(super) fn event(session: &SessionId, name: &str) -> EventRequest {
    EventRequest {
        session_id: session.clone(),
        event_id: None,
        name: name.into(),
        data: serde_json::from_value(json!({ "plan": "pro" })).unwrap(),
        timestamp: None,
        page: None,
    }
}

fn ada() -> Identity {
    Identity {
        email: Some("ada@example.com".into()),
        ..Identity::new("user_42")
    }
}

fn identify(session: &SessionId) -> IdentifyRequest {
    let request =
        json!({ "sessionId": session.as_str(), "identity": { "id": "user_42", "email": "ada@example.com" } });
    IdentifyRequest::read(&serde_json::from_value(request).unwrap()).unwrap()
}

fn rating(session: &SessionId) -> CsatRequest {
    CsatRequest {
        session_id: session.clone(),
        score: Score::read(&Value::from(4)).unwrap(),
        comment: Some("ok".into()),
        event_id: None,
    }
}

fn kinds_of(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(Heard::kind).collect()
}

/// Every field that was recorded with a value is there with the same type.
#[track_caller]
fn has_the_shape_of(recorded: &serde_json::Value, ours: &serde_json::Value, path: &str) {
    use serde_json::Value;
    match (recorded, ours) {
        (Value::Object(fields), Value::Object(own)) => {
            for (name, field) in fields.iter().filter(|(_, field)| !field.is_null()) {
                let path = format!("{path}.{name}");
                has_the_shape_of(
                    field,
                    own.get(name).unwrap_or_else(|| panic!("{path} is missing")),
                    &path,
                );
            }
        }
        (Value::String(_), Value::String(_)) | (Value::Number(_), Value::Number(_)) => {}
        _ => panic!("{path}: {recorded} was recorded, and this is {ours}"),
    }
}

#[tokio::test]
async fn bodies_have_the_recorded_shapes_and_are_signed() {
    let receiver = Receiver::start().await;
    let config = to(&receiver, &WebhookConfig::default().forward);
    let server = Server::with(|builder| builder.webhook(config));
    let request = ConnectRequest {
        metadata: Some(SessionMetadata {
            url: Some("https://shop.example/".into()),
            ..Default::default()
        }),
        ..request("v-wh")
    };
    let client = Client {
        ip: Some("127.0.0.1".into()),
        user_agent: None,
    };
    let session = server.pp.connect(request, client).await.unwrap().session_id;
    server
        .pp
        .visitor_event(event(&session, "clicked_pricing"))
        .await
        .unwrap();
    server.pp.identify(identify(&session)).await.unwrap();
    server.pp.rate(rating(&session)).await.unwrap();
    server.pp.flush().await;
    let heard = receiver.heard();
    assert_eq!(
        kinds_of(&heard),
        ["custom_event", "identity_update", "csat_submitted"]
    );
    let recorded: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/webhook_out.json")).unwrap();
    for (recorded, heard) in recorded.as_array().unwrap().iter().zip(&heard) {
        has_the_shape_of(
            &recorded["request"]["body"],
            &heard.json(),
            &recorded["name"].to_string(),
        );
        assert!(heard.is_signed(), "{heard:?}");
        assert_eq!(heard.header("content-type"), "application/json");
        assert_eq!(heard.path, "/hook");
        assert_eq!(heard.id().len(), 36);
    }
    let body = heard[0].json();
    assert_eq!(body["event"]["name"], "clicked_pricing");
    assert_eq!(body["event"]["data"], json!({ "plan": "pro" }));
    assert_eq!(body["event"]["sessionId"], session.as_str());
    assert_eq!(body["session"]["visitorId"], "v-wh");
    assert_eq!(body["session"]["identity"], serde_json::Value::Null);
    assert_eq!(body["sentAt"], "2026-11-21T07:00:00.000Z");
    let body = heard[1].json();
    assert_eq!(body["event"]["name"], "identify");
    assert_eq!(body["session"]["identity"]["id"], "user_42");
    let ids: std::collections::BTreeSet<_> = heard.iter().map(Heard::id).collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn sessions_and_messages_are_told_by_choice_with_edits_and_deletions() {
    let receiver = Receiver::start().await;
    let config = to(&receiver, &[WebhookKind::Sessions, WebhookKind::Messages]);
    let server = Server::with(|builder| builder.webhook(config));
    let session = server.session().await;
    server.session().await;
    let said = server.say(&session, "hello").await.message_id;
    let answer = server.pp.send_message(&session, "yes?").await.unwrap();
    server
        .pp
        .add_note(&session, "a secret among us".into())
        .await
        .unwrap();
    let read = json!({ "messageIds": [said.as_str()] });
    let read = OperatorReadRequest::read(&serde_json::from_value(read).unwrap()).unwrap();
    server.pp.operator_read(&session, read).await.unwrap();
    server
        .pp
        .edit_message(&session, &answer.id, "yes".into())
        .await
        .unwrap();
    server.pp.delete_message(&session, &answer.id).await.unwrap();
    server
        .pp
        .visitor_event(event(&session, "not asked for"))
        .await
        .unwrap();
    server.pp.identify(identify(&session)).await.unwrap();
    server.pp.flush().await;
    let heard = receiver.heard();
    assert_eq!(
        kinds_of(&heard),
        [
            "new_session",
            "visitor_message",
            "operator_message",
            "operator_message_edited",
            "operator_message_deleted"
        ]
    );
    for heard in &heard {
        assert_eq!(heard.json()["type"], heard.kind());
        assert!(heard.is_signed() && heard.json()["sentAt"].is_string());
    }
    let data: Vec<_> = heard.iter().map(|heard| heard.json()["data"].clone()).collect();
    assert_eq!(data[0]["session"]["id"], session.as_str());
    assert_eq!(
        (&data[1]["message"]["content"], &data[1]["message"]["id"]),
        (&json!("hello"), &json!(said.as_str()))
    );
    assert_eq!(data[1]["session"]["visitorId"], "visitor");
    assert_eq!(
        (&data[3]["content"], &data[3]["messageId"]),
        (&json!("yes"), &json!(answer.id.as_str()))
    );
    assert!(data[3]["editedAt"].is_string() && data[4]["deletedAt"].is_string());
    assert_eq!(data[4].get("content"), None, "a deleted text is told to nobody");
}

#[tokio::test]
async fn what_changes_nothing_tells_nothing() {
    let receiver = Receiver::start().await;
    let config = to(&receiver, &WebhookKind::ALL);
    let server = Server::with(|builder| builder.webhook(config));
    let session = server.session().await;
    let once = EventRequest {
        event_id: Some("e".into()),
        ..event(&session, "once")
    };
    for _ in 0..2 {
        server.pp.visitor_event(once.clone()).await.unwrap();
        server.pp.identify(identify(&session)).await.unwrap();
        server.pp.rate(rating(&session)).await.unwrap();
    }
    let other = EventRequest {
        name: "other".into(),
        ..once
    };
    assert!(server.pp.visitor_event(other).await.is_err());
    assert!(server.pp.visitor_message(text(&session, " ")).await.is_err());
    server
        .pp
        .emit_event(&session, "to_the_page", Value::Null)
        .await
        .unwrap();
    server
        .pp
        .broadcast_event("to_all_pages", Value::Null)
        .await
        .unwrap();
    server.pp.flush().await;
    assert_eq!(
        kinds_of(&receiver.heard()),
        ["new_session", "custom_event", "identity_update", "csat_submitted"]
    );
}

#[tokio::test]
async fn an_identity_with_the_first_connect_is_told_and_a_program_begins_no_session() {
    let receiver = Receiver::start().await;
    let twice = [WebhookKind::ALL, WebhookKind::ALL].concat();
    let config = to(&receiver, &twice);
    let server = Server::with(|builder| builder.webhook(config).bot_detection(BotPolicy::Mark));
    let known = ConnectRequest {
        identity: Some(ada()),
        ..request("ada")
    };
    server.pp.connect(known, Client::default()).await.unwrap();
    let program = Client {
        ip: None,
        user_agent: Some("HeadlessChrome/120".into()),
    };
    server.pp.connect(request("bot"), program).await.unwrap();
    server.pp.flush().await;
    assert_eq!(kinds_of(&receiver.heard()), ["new_session", "identity_update"]);
}

#[tokio::test]
async fn a_page_cannot_pass_its_event_off_as_an_identity() {
    let receiver = Receiver::start().await;
    let config = to(&receiver, &[WebhookKind::Events, WebhookKind::Identify]);
    let server = Server::with(|builder| builder.webhook(config));
    let session = server.session().await;
    server
        .pp
        .visitor_event(event(&session, "identify"))
        .await
        .unwrap();
    server.pp.flush().await;
    assert_eq!(kinds_of(&receiver.heard()), ["custom_event"]);
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let receiver = Receiver::start().await;
    let config = WebhookConfig {
        secret: None,
        ..to(&receiver, &WebhookKind::ALL)
    };
    let server = Server::with(|builder| builder.webhook(config));
    server.session().await;
    server.pp.flush().await;
    assert_eq!(receiver.heard()[0].header("x-pocketping-signature"), "");
}
