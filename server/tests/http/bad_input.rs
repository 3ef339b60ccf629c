//! Bad input that needs more than a row of the tables (`bad_visitor_input`, `bad_operator_input`): the right answer,
//! nothing stored, and the connection and the server go on.

use crate::support::{Answer, Server};
use serde_json::json;

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// Says something good after something bad: it has to work, and only it may be stored.
async fn all_goes_on(server: &Server, session: &str) {
    server.say(session, "still here").await;
    assert_eq!(server.contents(session).await, ["still here"]);
}

#[tokio::test]
async fn wrong_types_are_422_and_name_the_field() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let cases = [
        ("/connect", json!({ "visitorId": 7 }), "visitorId"),
        ("/connect", json!({}), "visitorId"),
        ("/connect", json!({ "visitorId": "" }), "visitorId"),
        (
            "/connect",
            json!({ "visitorId": "v", "identity": { "email": "a@b.c" } }),
            "identity.id",
        ),
        ("/connect", json!([1, 2]), ""),
        (
            "/message",
            json!({ "content": "hi", "sender": "visitor" }),
            "sessionId",
        ),
        (
            "/message",
            json!({ "sessionId": session, "content": 1, "sender": "visitor" }),
            "content",
        ),
        (
            "/message",
            json!({ "sessionId": session, "content": "hi", "sender": "system" }),
            "sender",
        ),
        (
            "/message",
            json!({ "sessionId": session, "content": "hi" }),
            "sender",
        ),
        (
            "/message",
            json!({ "sessionId": session, "content": " \n", "sender": "visitor" }),
            "content",
        ),
        (
            "/read",
            json!({ "sessionId": session, "messageIds": "x" }),
            "messageIds",
        ),
        (
            "/read",
            json!({ "sessionId": session, "messageIds": [7] }),
            "messageIds.0",
        ),
        ("/csat", json!({ "sessionId": session, "score": 6 }), "score"),
        ("/event", json!({ "sessionId": session }), "name"),
        (
            "/edit",
            json!({ "sessionId": session, "content": "x" }),
            "messageId",
        ),
    ];
    for (path, body, field) in cases {
        let answer = server.post(path, body.clone()).await;
        assert_eq!(answer.status, 422, "{body} {answer:?}");
        let details = &answer.json()["error"]["details"];
        assert_eq!(details[0]["field"], field, "{body} {answer:?}");
        assert!(!details[0]["problem"].as_str().unwrap().is_empty());
    }
    let answer = server.get("/messages").await;
    assert_eq!(
        answer.refused(422, "invalid_field")["error"]["details"][0]["field"],
        "sessionId"
    );
    let answer = server
        .get(&format!("/messages?sessionId={session}&limit=abc"))
        .await;
    assert_eq!(
        answer.refused(422, "invalid_field")["error"]["details"][0]["field"],
        "limit"
    );
    all_goes_on(&server, &session).await;
}

#[tokio::test]
async fn one_character_too_many_is_413() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let send = async |content: String| -> Answer {
        server
            .post(
                "/message",
                json!({ "sessionId": session, "content": content, "sender": "visitor" }),
            )
            .await
    };
    send("y".repeat(4001)).await.refused(413, "content_too_long");
    send("😀".repeat(4001)).await.refused(413, "content_too_long");
    assert!(server.contents(&session).await.is_empty());
    assert_eq!(
        send("😀".repeat(4000)).await.status,
        200,
        "characters count, not bytes"
    );
}

#[tokio::test]
async fn another_visitors_session_is_not_handed_out() {
    let server = Server::start().await;
    let theirs = server.connect("alice").await;
    server.say(&theirs, "my secret").await;
    let answer = server
        .post("/connect", json!({ "visitorId": "mallory", "sessionId": theirs }))
        .await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_ne!(body["sessionId"], theirs.as_str());
    assert_eq!(body["visitorId"], "mallory");
    assert_eq!(body["messages"], json!([]));
    assert_eq!(server.contents(&theirs).await, ["my secret"]);
}

#[tokio::test]
async fn a_visitor_cannot_pose_as_operator() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    for sender in ["operator", "ai"] {
        let body = json!({ "sessionId": session, "content": "trust me", "sender": sender });
        server
            .post("/message", body)
            .await
            .refused(403, "sender_not_allowed");
        server
            .post("/typing", json!({ "sessionId": session, "sender": sender }))
            .await
            .refused(403, "sender_not_allowed");
    }
    let operators = server
        .pp
        .send_message(&session.as_str().into(), "from us")
        .await
        .unwrap();
    let path = format!("/message/{}", operators.id);
    let edit = json!({ "sessionId": session, "content": "x" }).to_string();
    server
        .send("PATCH", &path, &JSON, edit)
        .await
        .refused(403, "not_allowed");
    server
        .send("DELETE", &format!("{path}?sessionId={session}"), &[], "")
        .await
        .refused(403, "not_allowed");
    assert_eq!(server.contents(&session).await, ["from us"]);
}

#[tokio::test]
async fn unknown_routes_and_methods_have_the_error_shape() {
    let server = Server::start().await;
    for path in [
        "/nothing",
        "/",
        "",
        "/message/a/b",
        "/connect/x",
        "/operator/v1/nothing",
    ] {
        server.get(path).await.refused(404, "not_found");
    }
    for (method, path, allow) in [
        ("GET", "/connect", "POST"),
        ("POST", "/presence", "GET"),
        ("DELETE", "/messages", "GET"),
        ("PUT", "/message/x", "PATCH"),
    ] {
        let answer = server.send(method, path, &[], "").await;
        answer.refused(405, "method_not_allowed");
        assert!(answer.header("allow").contains(allow), "{answer:?}");
    }
    assert_eq!(
        server
            .http
            .get(format!("http://{}/nothing", server.address))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_the_connection_stays() {
    let server = Server::with(|builder| builder.max_body_bytes(20_000)).await;
    let session = server.connect("v").await;
    for bytes in [20_001, 100_000] {
        let body = json!({ "sessionId": session, "content": "x".repeat(bytes), "sender": "visitor" });
        server
            .post("/message", body)
            .await
            .refused(413, "payload_too_large");
    }
    let event = json!({ "sessionId": session, "name": "big", "data": { "text": "x".repeat(33_000) } });
    server
        .post("/event", event)
        .await
        .refused(413, "payload_too_large");
    all_goes_on(&server, &session).await;
}

#[tokio::test]
async fn an_events_data_may_have_32_kib() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let event = |bytes| json!({ "sessionId": session, "name": "big", "data": { "text": "x".repeat(bytes) } });
    assert_eq!(server.post("/event", event(32_000)).await.status, 200);
    server
        .post("/event", event(33_000))
        .await
        .refused(413, "event_too_large");
}

#[tokio::test]
async fn only_json_is_taken_but_beacons_may_call_it_anything() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let body = json!({ "sessionId": session, "content": "hi", "sender": "visitor" }).to_string();
    let plain = [("content-type", "text/plain;charset=UTF-8")];
    server
        .send("POST", "/message", &plain, body)
        .await
        .refused(415, "unsupported_media_type");
    let leave = json!({ "sessionId": session, "duration": 12, "reason": "page_unload" }).to_string();
    assert_eq!(
        server.send("POST", "/disconnect", &plain, leave).await.status,
        200
    );
    let hide = json!({ "sessionId": session, "state": "hidden", "timestamp": 1 }).to_string();
    assert_eq!(server.send("POST", "/visibility", &[], hide).await.status, 200);
    all_goes_on(&server, &session).await;
}

#[tokio::test]
async fn a_reused_client_message_id_is_409_and_a_repeat_is_the_same_message() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let body = |content: &str| json!({ "sessionId": session, "content": content, "sender": "visitor", "clientMessageId": "c1" });
    let first = server.post("/message", body("once")).await.json();
    assert_eq!(server.post("/message", body("once")).await.json(), first);
    server
        .post("/message", body("other"))
        .await
        .refused(409, "client_message_id_reused");
    assert_eq!(server.contents(&session).await, ["once"]);
}

#[tokio::test]
async fn a_panic_of_the_hosts_code_is_500_and_the_server_goes_on() {
    let filter = pocketping_core::ua::UaFilterConfig {
        enabled: true,
        ..Default::default()
    };
    let server = Server::with(|builder| {
        builder.ua_filter(filter).ua_hook(|ua| {
            if ua == "boom" {
                panic!("the hook's own bug")
            } else {
                None
            }
        })
    })
    .await;
    let session = server.connect("v").await;
    let answer = server
        .send("GET", "/presence", &[("user-agent", "boom")], "")
        .await;
    let body = answer.refused(500, "internal");
    assert!(!body.to_string().contains("bug"), "{body}");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    all_goes_on(&server, &session).await;
}

#[tokio::test]
async fn a_path_that_is_no_text_is_400_in_the_error_shape() {
    let server = Server::start().await;
    let session = server.connect("visitor").await;
    let delete = format!("/message/%FF?sessionId={session}");
    for (method, path) in [("PATCH", "/message/%FF"), ("DELETE", &delete)] {
        let answer = server.send(method, path, &[], "{}").await;
        answer.refused(400, "malformed_path");
    }
    for path in ["/sessions/%FF", "/sessions/%FF/messages"] {
        let answer = server.operator("GET", path, json!(null)).await;
        answer.refused(400, "malformed_path");
    }
    all_goes_on(&server, &session).await;
}
