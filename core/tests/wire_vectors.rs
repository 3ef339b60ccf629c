//! Recorded traffic of the existing servers is read by the models, and survives being written again.

// Helpers outside of test functions unwrap too: this is all test.
#![allow(clippy::unwrap_used)]

use pocketping_core::envelope::{ClientFrame, ServerEnvelope, ServerEvent};
use pocketping_core::model::{Attachment, Message, Session};
use pocketping_core::route::{
    ConnectRequest, ConnectResponse, CsatRequest, CsatResponse, EditResponse, MessagesResponse,
    PresenceResponse, ReadRequest, ReadResponse, SendMessageRequest, SendMessageResponse, TypingRequest,
    UploadRequest, UploadResponse,
};
use pocketping_core::{ErrorBody, Object, ReadError, Value, Wire};

fn vectors(text: &str) -> Vec<Value> {
    let items: Value = serde_json::from_str(text).unwrap();
    items.as_list().unwrap().to_vec()
}

fn text<'a>(item: &'a Value, key: &str) -> &'a str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What writers may change: unset members go, dates are in another spelling of the same moment.
fn same(name: &str, path: &str, recorded: &Value, written: &Value) {
    match (recorded, written) {
        (Value::Object(recorded), Value::Object(written)) => {
            for (key, value) in recorded.iter().filter(|(_, value)| !value.is_null()) {
                let found = written.get(key).unwrap_or(&Value::Null);
                same(name, &format!("{path}.{key}"), value, found);
            }
        }
        (Value::List(recorded), Value::List(written)) => {
            assert_eq!(recorded.len(), written.len(), "{name}{path}");
            for (at, (recorded, written)) in recorded.iter().zip(written).enumerate() {
                same(name, &format!("{path}.{at}"), recorded, written);
            }
        }
        (Value::String(recorded), Value::String(written)) if recorded != written => {
            let moment = pocketping_core::Timestamp::parse(recorded);
            assert!(moment.is_some(), "{name}{path}: {recorded} became {written}");
            assert_eq!(moment, pocketping_core::Timestamp::parse(written), "{name}{path}");
        }
        // An empty list is unset for the models that say so.
        (Value::List(items), Value::Null) if items.is_empty() => {}
        _ => assert_eq!(recorded, written, "{name}{path}"),
    }
}

fn round_trip<T: Wire>(name: &str, recorded: &Value) {
    let read = T::read(recorded).unwrap_or_else(|error| panic!("{name}: {error}"));
    same(name, "", recorded, &read.write());
}

/// Reads request and response of each recorded call to `path`; bad requests must be refused by name.
fn calls<Q: Wire, A: Wire>(file: &str, path: &str) -> usize {
    let mut read = 0;
    for item in vectors(file) {
        let Some(request) = item.get("request") else {
            continue;
        };
        let asked = text(request, "path").split('?').next().unwrap_or_default();
        if asked != path {
            continue;
        }
        let name = text(&item, "name").to_owned();
        let response = item.get("response").unwrap();
        let status = response.get("status").and_then(Value::as_int).unwrap();
        let null = Value::Null;
        let answer = response.get("body").unwrap_or(&null);
        if status == 200 {
            if request.get("body").is_some() {
                Q::read(request.get("body").unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            round_trip::<A>(&name, answer);
            read += 1;
        } else {
            ErrorBody::read(answer).unwrap();
        }
    }
    read
}

#[test]
fn requests_and_answers_of_every_route_are_read() {
    let none = |count: usize| assert!(count > 0, "the vectors hold no such call");
    none(calls::<ConnectRequest, ConnectResponse>(
        include_str!("../../tests/vectors/connect.json"),
        "/pocketping/connect",
    ));
    let messages = include_str!("../../tests/vectors/messages.json");
    none(calls::<SendMessageRequest, SendMessageResponse>(
        messages,
        "/pocketping/message",
    ));
    none(calls::<Value, MessagesResponse>(messages, "/pocketping/messages"));
    none(calls::<Value, MessagesResponse>(
        include_str!("../../tests/vectors/ai.json"),
        "/pocketping/messages",
    ));
    none(calls::<TypingRequest, Value>(
        include_str!("../../tests/vectors/typing.json"),
        "/pocketping/typing",
    ));
    none(calls::<ReadRequest, ReadResponse>(
        include_str!("../../tests/vectors/read.json"),
        "/pocketping/read",
    ));
    none(calls::<Value, PresenceResponse>(
        include_str!("../../tests/vectors/presence.json"),
        "/pocketping/presence",
    ));
    none(calls::<CsatRequest, CsatResponse>(
        include_str!("../../tests/vectors/csat.json"),
        "/pocketping/csat",
    ));
}

#[test]
fn bad_fields_are_refused_by_name() {
    let refused = |name: &str, body: &Value| -> Result<(), ReadError> {
        match name {
            "err_missing_visitor_id" | "err_visitor_id_wrong_type" | "err_identity_without_id" => {
                ConnectRequest::read(body).map(|_| ())
            }
            _ => SendMessageRequest::read(body).map(|_| ()),
        }
    };
    let fields = [
        ("err_missing_visitor_id", "visitorId is required"),
        ("err_visitor_id_wrong_type", "visitorId must be a string"),
        ("err_identity_without_id", "identity.id is required"),
        ("err_missing_session_id", "sessionId is required"),
        ("err_missing_content", "content is required"),
        ("err_missing_sender", "sender is required"),
        ("err_bad_sender", "sender must be visitor, operator or ai"),
    ];
    let all = [
        include_str!("../../tests/vectors/connect.json"),
        include_str!("../../tests/vectors/messages.json"),
    ];
    for (wanted, message) in fields {
        let item = all
            .iter()
            .flat_map(|file| vectors(file))
            .find(|item| text(item, "name") == wanted);
        let body = item.unwrap().get("request").unwrap().get("body").unwrap().clone();
        assert_eq!(refused(wanted, &body).unwrap_err().to_string(), message);
    }
}

#[test]
fn every_recorded_frame_of_the_server_is_of_a_known_type() {
    let mut frames = 0;
    for item in vectors(include_str!("../../tests/vectors/websocket.json")) {
        for frame in item
            .get("server_frames")
            .and_then(Value::as_list)
            .unwrap_or_default()
        {
            let envelope = ServerEnvelope::read(frame).unwrap();
            assert!(
                !matches!(envelope.event, ServerEvent::Unknown { .. }),
                "{frame:?}"
            );
            same(text(&item, "name"), "", frame, &envelope.write());
            frames += 1;
        }
        if let Some(frame) = item.get("client_frame") {
            ClientFrame::read(frame).unwrap();
        }
    }
    assert!(frames >= 15);
}

#[test]
fn an_unknown_type_or_odd_data_does_not_break_the_stream() {
    let odd = Object::new()
        .with("type", "message")
        .with("data", Object::new().with("id", 7));
    let envelope = ServerEnvelope::read(&odd.clone().into()).unwrap();
    assert_eq!(envelope.event.kind(), "message");
    assert!(matches!(envelope.event, ServerEvent::Unknown { .. }));
    assert_eq!(envelope.write(), odd.into(), "nothing of it is lost");
    let new = Object::new()
        .with("type", "hologram")
        .with("data", Object::new())
        .with("cursor", "c1.9");
    assert_eq!(
        ServerEnvelope::read(&new.clone().into()).unwrap().write(),
        new.into()
    );
}

#[test]
fn stored_models_are_read() {
    for item in vectors(include_str!("../../tests/vectors/connect.json")) {
        if text(&item, "call") == "session" {
            round_trip::<Session>(text(&item, "name"), item.get("output").unwrap());
        }
    }
    for item in vectors(include_str!("../../tests/vectors/attachments.json")) {
        let Some(output) = item
            .get("output")
            .filter(|output| output.get("_raised").is_none())
        else {
            continue;
        };
        match text(&item, "call") {
            "upload_request" => {
                UploadRequest::read(item.get("input").unwrap()).unwrap();
                round_trip::<UploadResponse>(text(&item, "name"), output);
            }
            _ => round_trip::<Attachment>(text(&item, "name"), output),
        }
    }
    for item in vectors(include_str!("../../tests/vectors/edit_delete.json")) {
        let output = item
            .get("output")
            .filter(|output| output.get("_raised").is_none());
        match (text(&item, "call"), output) {
            ("edit", Some(output)) => round_trip::<EditResponse>("edit", output),
            ("operator_message", Some(output)) => round_trip::<Message>("operator_message", output),
            _ => {}
        }
    }
}

#[test]
fn writers_are_camel_case_and_omit_what_is_unset() {
    let message = Object::new()
        .with("id", "m")
        .with("session_id", "s")
        .with("content", "hi")
        .with("sender", "visitor")
        .with("timestamp", "2026-01-01T00:00:00Z")
        .with("reply_to", Value::Null)
        .with("attachments", Value::Null);
    let written = Message::read(&message.into()).unwrap().write();
    let keys: Vec<&str> = written.as_object().unwrap().iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["id", "sessionId", "content", "sender", "timestamp"]);
}

#[test]
fn an_identitys_own_keys_survive() {
    let identity = Object::new()
        .with("id", "u")
        .with("plan", "pro")
        .with("seats", 3)
        .with("user_hash", "ab");
    let read = pocketping_core::model::Identity::read(&identity.into()).unwrap();
    assert_eq!(read.user_hash.as_deref(), Some("ab"));
    assert_eq!(read.custom, Object::new().with("plan", "pro").with("seats", 3));
}
