//! Bad input on the operators' routes, as a table: the right status, the error's shape, nothing stored, nothing broadcast.

use crate::support::bad::{Kind, Route, Watched, optional, required, route};
use serde_json::{Value, json};

const PREFIX: &str = "/operator/v1";

/// All routes that take JSON, each with what is right. `message` is an operator's, `upload` one whose bytes have arrived.
fn routes(session: &str, message: &str, upload: &str, person: &str, operator: &str) -> Vec<Route> {
    let of = |rest: &str| format!("{PREFIX}/sessions/{session}{rest}");
    let content = || required("content", Kind::Text(4_000, 413));
    let event = || vec![required("name", Kind::Text(128, 422))];
    vec![
        route(
            "POST",
            format!("{PREFIX}/login"),
            json!({ "token": crate::support::TOKEN }),
            vec![required("token", Kind::AnyText)],
        ),
        route(
            "PUT",
            of("/state"),
            json!({ "state": "pending" }),
            vec![required("state", Kind::Choice)],
        ),
        route(
            "PUT",
            of("/assignee"),
            json!({ "operatorId": "owner" }),
            vec![
                optional("operatorId", Kind::Id),
                optional("operatorId", Kind::Text(256, 422)),
            ],
        ),
        route(
            "PUT",
            of("/tags"),
            json!({ "tags": ["vip"] }),
            vec![required("tags", Kind::Texts)],
        ),
        route(
            "PUT",
            of("/data"),
            json!({ "data": { "x": 1 } }),
            vec![required("data", Kind::Object)],
        ),
        route(
            "PUT",
            of("/blocked"),
            json!({ "blocked": false }),
            vec![required("blocked", Kind::Flag)],
        ),
        route(
            "POST",
            of("/messages"),
            json!({ "content": "hi" }),
            vec![
                content(),
                optional("replyTo", Kind::Id),
                optional("attachmentIds", Kind::Ids),
                optional("clientMessageId", Kind::Text(64, 422)),
                optional("metadata", Kind::Object),
                optional("operator", Kind::Object),
            ],
        ),
        route(
            "PATCH",
            of(&format!("/messages/{message}")),
            json!({ "content": "x" }),
            vec![content()],
        ),
        route("POST", of("/notes"), json!({ "content": "x" }), vec![content()]),
        route(
            "POST",
            of("/typing"),
            json!({ "isTyping": true }),
            vec![optional("isTyping", Kind::Flag)],
        ),
        route(
            "POST",
            of("/read"),
            json!({ "messageIds": [] }),
            vec![
                required("messageIds", Kind::Ids),
                optional("status", Kind::Choice),
            ],
        ),
        route(
            "POST",
            of("/screenshot"),
            json!({ "requestedBy": "Ada" }),
            vec![optional("requestedBy", Kind::Text(128, 422))],
        ),
        route("POST", of("/events"), json!({ "name": "x" }), event()),
        route(
            "POST",
            of("/upload"),
            json!({ "filename": "a.txt", "mimeType": "text/plain", "size": 5 }),
            vec![
                required("filename", Kind::AnyText),
                required("mimeType", Kind::AnyText),
                required("size", Kind::Number),
            ],
        ),
        route(
            "POST",
            of("/upload/complete"),
            json!({ "attachmentId": upload }),
            vec![required("attachmentId", Kind::Id)],
        ),
        route(
            "POST",
            format!("{PREFIX}/events"),
            json!({ "name": "x" }),
            event(),
        ),
        route(
            "PATCH",
            format!("{PREFIX}/people/{person}"),
            json!({ "attributes": {} }),
            vec![required("attributes", Kind::Object)],
        ),
        route(
            "PUT",
            format!("{PREFIX}/presence"),
            json!({ "online": true }),
            vec![required("online", Kind::Flag)],
        ),
        route(
            "POST",
            format!("{PREFIX}/operators"),
            json!({ "name": "Ada" }),
            vec![
                required("name", Kind::Text(100, 422)),
                optional("avatar", Kind::Text(2_048, 422)),
                optional("role", Kind::Choice),
            ],
        ),
        route(
            "PATCH",
            format!("{PREFIX}/operators/{operator}"),
            json!({ "name": "Ada" }),
            vec![
                optional("name", Kind::Text(100, 422)),
                optional("avatar", Kind::Text(2_048, 422)),
                optional("role", Kind::Choice),
            ],
        ),
    ]
}

/// The id of an operator's upload whose bytes have arrived.
async fn arrived(watched: &Watched) -> String {
    let server = &watched.server;
    let path = format!("/sessions/{}/upload", watched.session());
    let announced = json!({ "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let upload = server.operator("POST", &path, announced).await.json();
    let address = upload["uploadUrl"]
        .as_str()
        .unwrap()
        .strip_prefix("/pocketping")
        .unwrap();
    let bytes = server
        .send("PUT", address, &[("content-type", "text/plain")], "hello")
        .await;
    assert_eq!(bytes.status, 204, "{bytes:?}");
    upload["attachmentId"].as_str().unwrap().to_owned()
}

/// Names the visitor and gives the person's id.
async fn named(watched: &Watched) -> String {
    let identify = json!({ "sessionId": watched.session(), "identity": { "id": "u" } });
    assert_eq!(watched.server.post("/identify", identify).await.status, 200);
    let people = watched
        .server
        .operator("GET", "/people", Value::Null)
        .await
        .json();
    people["people"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whatever_is_wrong_with_a_body_is_refused_and_leaves_nothing() {
    let mut watched = Watched::start().await;
    let session = watched.session().to_owned();
    let message = watched
        .server
        .pp
        .send_message(&session.as_str().into(), "hi")
        .await
        .unwrap();
    let (upload, person) = (arrived(&watched).await, named(&watched).await);
    let ada = json!({ "name": "Ada" });
    let added = watched.server.operator("POST", "/operators", ada).await.json();
    let operator = added["operator"]["id"].as_str().unwrap();
    let routes = routes(&session, message.id.as_str(), &upload, &person, operator);
    watched.are_all(&routes, |path| path.starts_with(PREFIX));
    for route in &routes {
        watched.try_everything(route).await;
    }
}

#[tokio::test]
async fn what_is_not_there_or_over_is_refused_and_leaves_nothing() {
    let mut watched = Watched::start().await;
    let server = &watched.server;
    let session = watched.session().to_owned();
    let asked = server.say(&session, "from the visitor").await;
    let other = server.connect("somebody else").await;
    let (id, elsewhere) = (session.as_str().into(), other.as_str().into());
    let gone = server.pp.send_message(&id, "gone").await.unwrap().id;
    server.pp.delete_message(&id, &gone).await.unwrap();
    let theirs = server
        .pp
        .send_message(&elsewhere, "to somebody else")
        .await
        .unwrap()
        .id;
    let path = format!("/sessions/{session}/upload");
    let announced = json!({ "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let waiting = server.operator("POST", &path, announced.clone()).await.json()["attachmentId"].clone();
    let arrived = arrived(&watched).await;
    let person = named(&watched).await;

    let of = |rest: &str| format!("/sessions/{session}{rest}");
    let nope = |rest: &str| format!("/sessions/nope{rest}");
    let elsewhere = |rest: &str| format!("/sessions/{other}{rest}");
    let (content, none) = (json!({ "content": "x" }), Value::Null);
    let long_tags = vec!["x".repeat(65)];
    let large = json!({ "x": "x".repeat(33_000) });
    let sent = |rest: Value| {
        let mut body = json!({ "content": "x" });
        body.as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        body
    };
    // One row, one line.
    #[rustfmt::skip]
    let rows: Vec<(&str, String, Value, u16, &str)> = vec![
        ("GET", nope(""), none.clone(), 404, "session_not_found"),
        ("PUT", nope("/state"), json!({ "state": "open" }), 404, "session_not_found"),
        ("POST", nope("/close"), none.clone(), 404, "session_not_found"),
        ("PUT", nope("/assignee"), json!({ "operatorId": "owner" }), 404, "session_not_found"),
        ("PUT", of("/assignee"), json!({ "operatorId": "nobody" }), 422, "invalid_field"),
        ("POST", "/operators".to_owned(), json!({ "name": " " }), 422, "invalid_field"),
        ("POST", "/operators".to_owned(), json!({ "name": "a\nb" }), 422, "invalid_field"),
        ("POST", "/operators".to_owned(), json!({ "name": "Ada", "avatar": "javascript:alert(1)" }), 422, "invalid_field"),
        ("PATCH", "/operators/nope".to_owned(), json!({ "name": "Ada" }), 404, "operator_not_found"),
        ("PATCH", "/operators/owner".to_owned(), json!({ "name": "Ada" }), 404, "operator_not_found"),
        ("DELETE", "/operators/nope".to_owned(), none.clone(), 404, "operator_not_found"),
        ("DELETE", "/operators/owner".to_owned(), none.clone(), 404, "operator_not_found"),
        ("POST", "/operators/nope/token".to_owned(), none.clone(), 404, "operator_not_found"),
        ("PUT", nope("/tags"), json!({ "tags": [] }), 404, "session_not_found"),
        ("PUT", nope("/data"), json!({ "data": {} }), 404, "session_not_found"),
        ("PUT", nope("/blocked"), json!({ "blocked": true }), 404, "session_not_found"),
        ("POST", nope("/csat"), none.clone(), 404, "session_not_found"),
        ("GET", nope("/messages"), none.clone(), 404, "session_not_found"),
        ("POST", nope("/messages"), content.clone(), 404, "session_not_found"),
        ("PATCH", nope(&format!("/messages/{gone}")), content.clone(), 404, "session_not_found"),
        ("DELETE", nope(&format!("/messages/{gone}")), none.clone(), 404, "session_not_found"),
        ("POST", nope("/notes"), content.clone(), 404, "session_not_found"),
        ("POST", nope("/typing"), json!({}), 404, "session_not_found"),
        ("POST", nope("/read"), json!({ "messageIds": [asked] }), 404, "session_not_found"),
        ("POST", nope("/events"), json!({ "name": "x" }), 404, "session_not_found"),
        ("GET", nope("/events"), none.clone(), 404, "session_not_found"),
        ("POST", nope("/screenshot"), json!({}), 404, "session_not_found"),
        ("POST", nope("/upload"), announced, 404, "session_not_found"),
        ("PATCH", of("/messages/nope"), content.clone(), 404, "message_not_found"),
        ("PATCH", of(&format!("/messages/{theirs}")), content.clone(), 404, "message_not_found"),
        ("PATCH", of(&format!("/messages/{asked}")), content.clone(), 403, "not_allowed"),
        ("PATCH", of(&format!("/messages/{gone}")), content, 409, "message_deleted"),
        ("DELETE", of("/messages/nope"), none.clone(), 404, "message_not_found"),
        ("DELETE", of(&format!("/messages/{theirs}")), none.clone(), 404, "message_not_found"),
        ("DELETE", of(&format!("/messages/{asked}")), none.clone(), 403, "not_allowed"),
        ("DELETE", of(&format!("/messages/{gone}")), none.clone(), 409, "message_deleted"),
        ("POST", of("/messages"), sent(json!({ "content": " " })), 422, "content_blank"),
        ("POST", of("/notes"), json!({ "content": " " }), 422, "content_blank"),
        ("POST", of("/messages"), sent(json!({ "attachmentIds": ["nope"] })), 422, "invalid_field"),
        ("POST", of("/messages"), sent(json!({ "attachmentIds": [waiting] })), 422, "invalid_field"),
        ("POST", elsewhere("/messages"), sent(json!({ "attachmentIds": [arrived] })), 422, "invalid_field"),
        ("POST", of("/messages"), sent(json!({ "metadata": large })), 422, "invalid_field"),
        ("POST", of("/messages"), sent(json!({ "operator": { "name": "x".repeat(3_000) } })), 422, "invalid_field"),
        ("POST", of("/messages"), sent(json!({ "operator": { "id": "ada" } })), 422, "invalid_field"),
        ("POST", of("/upload/complete"), json!({ "attachmentId": "nope" }), 404, "attachment_not_found"),
        ("POST", of("/upload/complete"), json!({ "attachmentId": waiting }), 409, "upload_incomplete"),
        ("POST", elsewhere("/upload/complete"), json!({ "attachmentId": arrived }), 404, "attachment_not_found"),
        ("PUT", of("/tags"), json!({ "tags": long_tags }), 422, "invalid_field"),
        ("PUT", of("/tags"), json!({ "tags": (0..51).map(|n| n.to_string()).collect::<Vec<_>>() }), 422, "invalid_field"),
        ("PUT", of("/data"), json!({ "data": large }), 422, "invalid_field"),
        ("POST", of("/events"), json!({ "name": "" }), 422, "invalid_field"),
        ("POST", of("/events"), json!({ "name": "x", "data": large }), 413, "event_too_large"),
        ("POST", "/events".into(), json!({ "name": "x", "data": large }), 413, "event_too_large"),
        ("GET", "/people/nope".into(), none.clone(), 404, "person_not_found"),
        ("PATCH", "/people/nope".into(), json!({ "attributes": {} }), 404, "person_not_found"),
        ("PATCH", format!("/people/{person}"), json!({ "attributes": large }), 422, "invalid_field"),
        ("DELETE", "/people/nope".into(), none.clone(), 404, "person_not_found"),
        ("GET", "/people/nope/export".into(), none.clone(), 404, "person_not_found"),
        ("DELETE", "/webhooks/dead/nope".into(), none.clone(), 404, "dead_letter_not_found"),
        ("POST", "/webhooks/dead/nope/retry".into(), none.clone(), 404, "dead_letter_not_found"),
        ("GET", "/webhooks/dead?limit=x".into(), none.clone(), 422, "invalid_field"),
        ("POST", "/login".into(), json!({ "token": "wrong" }), 401, "unauthorized"),
        ("GET", "/sessions?state=closed".into(), none.clone(), 422, "invalid_field"),
        ("GET", "/sessions?unanswered=yes".into(), none.clone(), 422, "invalid_field"),
        ("GET", "/sessions?limit=many".into(), none.clone(), 422, "invalid_field"),
        ("GET", format!("/sessions?q={}", "x".repeat(201)), none.clone(), 422, "invalid_field"),
        ("GET", of("/messages?limit=1e3"), none.clone(), 422, "invalid_field"),
        ("GET", "/people?limit=x".into(), none.clone(), 422, "invalid_field"),
        ("GET", "/stats?from=x".into(), none.clone(), 422, "invalid_field"),
        ("GET", "/stats?to=1500-01-01".into(), none.clone(), 200, ""),
        ("GET", "/stats?from=2026-01-02&to=2026-01-01".into(), none, 422, "invalid_field"),
    ];
    watched
        .nothing_happens("a refusal", async |server| {
            for (method, path, body, status, code) in rows {
                let answer = server.operator(method, &path, body.clone()).await;
                assert_eq!(answer.status, status, "{method} {path} {body}: {answer:?}");
                if status != 200 {
                    answer.refused(status, code);
                }
            }
            let person = server
                .operator("GET", &format!("/people/{person}"), Value::Null)
                .await;
            assert_eq!(person.json()["attributes"], json!({}));
        })
        .await;
}

#[tokio::test]
async fn strange_places_begin_anew_or_end_and_never_fail() {
    let watched = Watched::start().await;
    let places = [
        "x",
        "%00",
        "-1",
        "9999999999999999999999",
        "c1.",
        "c1.x",
        "c1.99999999999",
        "1.2.3",
        "%F0%9F%98%80",
    ];
    for place in places {
        for path in [
            "/sessions",
            "/people",
            "/webhooks/dead",
            &format!("/sessions/{}/messages", watched.session()),
        ] {
            for parameter in ["before", "after"] {
                let path = format!("{path}?{parameter}={place}&limit=1");
                let answer = watched.server.operator("GET", &path, Value::Null).await;
                assert_eq!(answer.status, 200, "{path}: {answer:?}");
            }
        }
    }
}
