//! Bad input on the visitors' routes, as a table: the right status, the error's shape, nothing stored, nothing broadcast.

use crate::support::bad::{Kind, Messages, Route, Watched, optional, required, route};
use serde_json::{Value, json};

/// All routes that take JSON, each with what is right. `message` is one of the visitor's, `upload` one of theirs whose
/// bytes have arrived, `picture` too.
fn routes(session: &str, message: &str, upload: &str, picture: &Picture) -> Vec<Route> {
    let with = |rest: Value| {
        let mut body = json!({ "sessionId": session });
        body.as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        body
    };
    let session = || required("sessionId", Kind::Id);
    let content = || required("content", Kind::Text(4_000, 413));
    let key = |name| optional(name, Kind::Text(64, 422));
    let file = json!({ "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let file_fields = || {
        vec![
            session(),
            required("filename", Kind::AnyText),
            required("mimeType", Kind::AnyText),
            required("size", Kind::Number),
        ]
    };
    vec![
        route(
            "POST",
            "/connect",
            json!({ "visitorId": "visitor" }),
            vec![
                required("visitorId", Kind::Id),
                optional("sessionId", Kind::Id),
                optional("metadata", Kind::Object),
                optional("identity", Kind::Object),
            ],
        ),
        route(
            "POST",
            "/identify",
            with(json!({ "identity": { "id": "u" } })),
            vec![session(), required("identity", Kind::Object)],
        ),
        route(
            "POST",
            "/visibility",
            with(json!({ "state": "visible" })),
            vec![
                session(),
                required("state", Kind::Choice),
                optional("timestamp", Kind::Number),
            ],
        )
        .of_beacons(),
        route(
            "POST",
            "/message",
            with(json!({ "content": "hi", "sender": "visitor" })),
            vec![
                session(),
                content(),
                required("sender", Kind::Choice),
                key("clientMessageId"),
                optional("attachmentIds", Kind::Ids),
                optional("metadata", Kind::Object),
            ],
        ),
        route(
            "PATCH",
            format!("/message/{message}"),
            with(json!({ "content": "x" })),
            vec![session(), content()],
        ),
        route(
            "POST",
            "/edit",
            with(json!({ "messageId": message, "content": "y" })),
            vec![session(), required("messageId", Kind::Id), content()],
        ),
        route(
            "POST",
            "/delete",
            with(json!({ "messageId": message })),
            vec![session(), required("messageId", Kind::Id)],
        ),
        route(
            "POST",
            "/typing",
            with(json!({ "sender": "visitor" })),
            vec![
                session(),
                required("sender", Kind::Choice),
                optional("isTyping", Kind::Flag),
            ],
        ),
        route(
            "POST",
            "/read",
            with(json!({ "messageIds": [] })),
            vec![
                session(),
                required("messageIds", Kind::Ids),
                optional("status", Kind::Choice),
            ],
        ),
        route(
            "POST",
            "/event",
            with(json!({ "name": "x" })),
            vec![
                session(),
                required("name", Kind::Text(128, 422)),
                key("eventId"),
                optional("timestamp", Kind::Date),
            ],
        ),
        route(
            "POST",
            "/page",
            with(json!({ "url": "https://shop.example/" })),
            vec![
                session(),
                required("url", Kind::Text(8 * 1024, 422)),
                optional("title", Kind::Text(8 * 1024, 422)),
                optional("referrer", Kind::Text(8 * 1024, 422)),
            ],
        ),
        route(
            "POST",
            "/csat",
            with(json!({ "score": 4 })),
            vec![
                session(),
                required("score", Kind::Number),
                optional("comment", Kind::Text(1_000, 422)),
                key("eventId"),
            ],
        ),
        route(
            "POST",
            "/prechat",
            with(json!({ "email": "a@example.com" })),
            vec![
                session(),
                optional("email", Kind::Text(400, 422)),
                optional("phone", Kind::AnyText),
                key("eventId"),
            ],
        ),
        route("POST", "/upload", with(file.clone()), file_fields()),
        route("POST", "/upload-request", with(file), file_fields()),
        route(
            "POST",
            "/upload/complete",
            with(json!({ "attachmentId": upload })),
            vec![
                optional("sessionId", Kind::Id),
                required("attachmentId", Kind::Id),
            ],
        ),
        route(
            "POST",
            "/upload-complete",
            with(json!({ "attachmentId": upload })),
            vec![required("attachmentId", Kind::Id)],
        ),
        route(
            "POST",
            "/upload-failed",
            json!({ "attachmentId": upload }),
            vec![required("attachmentId", Kind::Id)],
        ),
        route(
            "POST",
            "/screenshot/upload",
            with(json!({ "requestId": picture.wish })),
            vec![session(), required("requestId", Kind::AnyText)],
        ),
        route(
            "POST",
            "/screenshot/upload/complete",
            with(json!({ "requestId": picture.wish, "attachmentId": picture.id, "size": PNG.len() })),
            vec![
                session(),
                required("requestId", Kind::AnyText),
                required("attachmentId", Kind::Id),
                required("size", Kind::Number),
            ],
        ),
        route(
            "POST",
            "/disconnect",
            with(json!({ "duration": 3, "reason": "page_unload" })),
            vec![
                session(),
                optional("duration", Kind::Number),
                optional("reason", Kind::Choice),
            ],
        )
        .of_beacons(),
    ]
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

/// The id of an upload whose bytes have arrived.
async fn arrived(watched: &Watched) -> String {
    let announced =
        json!({ "sessionId": watched.session(), "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let upload = watched.server.post("/upload", announced).await.json();
    put(watched, &upload, "text/plain", b"hello").await
}

/// A wish for a screenshot, and the picture for it.
struct Picture {
    wish: String,
    id: String,
}

/// A wish, and a picture whose bytes have arrived.
async fn pictured(watched: &Watched) -> Picture {
    let wish = wished(watched).await;
    let announced = json!({ "sessionId": watched.session(), "requestId": wish });
    let upload = watched.server.post("/screenshot/upload", announced).await.json();
    let id = put(watched, &upload, "image/png", PNG).await;
    Picture { wish, id }
}

/// The id of a wish for a screenshot.
async fn wished(watched: &Watched) -> String {
    let session = watched.session().into();
    let wish = watched.server.pp.request_screenshot(&session, None).await;
    wish.unwrap().request_id
}

/// Sends the bytes of what was announced, and gives its id.
async fn put(watched: &Watched, upload: &Value, kind: &str, bytes: &[u8]) -> String {
    let address = upload["uploadUrl"].as_str().unwrap();
    let address = address.strip_prefix("/pocketping").unwrap();
    let headers = [("content-type", kind)];
    let answer = watched.server.send("PUT", address, &headers, bytes).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    upload["attachmentId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whatever_is_wrong_with_a_body_is_refused_and_leaves_nothing() {
    let mut watched = Watched::start().await;
    let message = watched.server.say(watched.session(), "hello").await;
    let (upload, picture) = (arrived(&watched).await, pictured(&watched).await);
    let routes = routes(watched.session(), &message, &upload, &picture);
    watched.are_all(&routes, |path| !path.starts_with("/operator/"));
    for route in &routes {
        watched.try_everything(route).await;
    }
}

#[tokio::test]
async fn what_is_not_there_not_theirs_or_over_is_refused_and_leaves_nothing() {
    let mut watched = Watched::start().await;
    let server = &watched.server;
    let session = watched.session().to_owned();
    let Messages {
        mine,
        gone,
        other,
        theirs,
        note,
        answer,
    } = watched.messages().await;
    let announced = json!({ "sessionId": session, "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let waiting = server.post("/upload", announced).await.json()["attachmentId"].clone();
    let arrived = arrived(&watched).await;
    let picture = pictured(&watched).await;
    let wanted = json!({ "sessionId": session, "requestId": picture.wish });
    let unsent = server.post("/screenshot/upload", wanted).await.json()["attachmentId"].clone();

    let edit = |message: &dyn std::fmt::Display| json!({ "sessionId": session, "messageId": message.to_string(), "content": "x" });
    let send = |rest: Value| {
        let mut body = json!({ "sessionId": session, "content": "x", "sender": "visitor" });
        body.as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        body
    };
    let nope = |body: Value| {
        let mut body = body;
        body["sessionId"] = json!("nope");
        body
    };
    let complete = |session: &str, id: &Value| json!({ "sessionId": session, "attachmentId": id });
    let wish = |session: &str, wish: &str| json!({ "sessionId": session, "requestId": wish });
    let shot = |session: &str, wish: &str, id: &Value, size: usize| json!({ "sessionId": session, "requestId": wish, "attachmentId": id, "size": size });
    let (shown, taken) = (picture.wish.as_str(), json!(picture.id));
    // One row, one line.
    #[rustfmt::skip]
    let rows: Vec<(&str, Value, u16, &str)> = vec![
        ("/identify", nope(json!({ "identity": { "id": "u" } })), 404, "session_not_found"),
        ("/visibility", nope(json!({ "state": "visible" })), 404, "session_not_found"),
        ("/disconnect", nope(json!({})), 404, "session_not_found"),
        ("/message", nope(send(json!({}))), 404, "session_not_found"),
        ("/edit", nope(edit(&mine)), 404, "session_not_found"),
        ("/delete", nope(edit(&mine)), 404, "session_not_found"),
        ("/event", nope(json!({ "name": "x" })), 404, "session_not_found"),
        ("/page", nope(json!({ "url": "https://a.example" })), 404, "session_not_found"),
        ("/csat", nope(json!({ "score": 3 })), 404, "session_not_found"),
        ("/prechat", nope(json!({ "email": "a@example.com" })), 404, "session_not_found"),
        ("/upload", nope(json!({ "filename": "a.txt", "mimeType": "text/plain", "size": 5 })), 404, "session_not_found"),
        ("/edit", edit(&"nope"), 404, "message_not_found"),
        ("/edit", edit(&theirs), 404, "message_not_found"),
        ("/edit", edit(&note), 404, "message_not_found"),
        ("/edit", edit(&answer), 403, "not_allowed"),
        ("/edit", edit(&gone), 409, "message_deleted"),
        ("/delete", edit(&theirs), 404, "message_not_found"),
        ("/delete", edit(&note), 404, "message_not_found"),
        ("/delete", edit(&answer), 403, "not_allowed"),
        ("/delete", edit(&gone), 409, "message_deleted"),
        ("/message", send(json!({ "sender": "operator" })), 403, "sender_not_allowed"),
        ("/message", send(json!({ "content": " \n\t" })), 422, "content_blank"),
        ("/message", send(json!({ "attachmentIds": ["nope"] })), 422, "invalid_field"),
        ("/message", send(json!({ "attachmentIds": [waiting] })), 422, "invalid_field"),
        ("/message", send(json!({ "attachmentIds": vec!["x"; 100] })), 422, "invalid_field"),
        ("/message", send(json!({ "metadata": { "x": "x".repeat(17_000) } })), 422, "invalid_field"),
        ("/typing", json!({ "sessionId": session, "sender": "ai" }), 403, "sender_not_allowed"),
        ("/csat", json!({ "sessionId": session, "score": 0 }), 422, "invalid_field"),
        ("/csat", json!({ "sessionId": session, "score": 6 }), 422, "invalid_field"),
        ("/event", json!({ "sessionId": session, "name": "" }), 422, "invalid_field"),
        ("/event", json!({ "sessionId": session, "name": "x", "data": "x".repeat(33_000) }), 413, "event_too_large"),
        ("/page", json!({ "sessionId": session, "url": "" }), 422, "invalid_field"),
        ("/prechat", json!({ "sessionId": session }), 422, "invalid_field"),
        ("/prechat", json!({ "sessionId": session, "email": "nobody" }), 422, "invalid_field"),
        ("/prechat", json!({ "sessionId": session, "phone": "12" }), 422, "invalid_field"),
        ("/identify", json!({ "sessionId": session, "identity": { "id": "" } }), 422, "invalid_field"),
        ("/identify", json!({ "sessionId": session, "identity": { "id": "u", "x": "x".repeat(17_000) } }), 422, "invalid_field"),
        ("/connect", json!({ "visitorId": "x".repeat(257) }), 422, "invalid_field"),
        ("/connect", json!({ "visitorId": "visitor", "metadata": { "x": "x".repeat(17_000) } }), 422, "invalid_field"),
        ("/upload", json!({ "sessionId": session, "filename": " ", "mimeType": "text/plain", "size": 5 }), 422, "invalid_field"),
        ("/upload", json!({ "sessionId": session, "filename": "a", "mimeType": "text/html", "size": 5 }), 422, "invalid_field"),
        ("/upload", json!({ "sessionId": session, "filename": "a", "mimeType": "text/plain", "size": 0 }), 422, "invalid_field"),
        ("/upload", json!({ "sessionId": session, "filename": "a", "mimeType": "text/plain", "size": 1_u64 << 40 }), 413, "file_too_large"),
        ("/upload/complete", complete(&session, &json!("nope")), 404, "attachment_not_found"),
        ("/upload/complete", complete(&other, &json!(arrived)), 404, "attachment_not_found"),
        ("/upload/complete", complete(&session, &waiting), 409, "upload_incomplete"),
        ("/upload-failed", json!({ "attachmentId": "nope" }), 404, "attachment_not_found"),
        ("/screenshot/upload", wish("nope", shown), 404, "session_not_found"),
        ("/screenshot/upload", wish(&session, "nope"), 404, "screenshot_not_found"),
        ("/screenshot/upload", wish(&other, shown), 404, "screenshot_not_found"),
        ("/screenshot/upload/complete", shot("nope", shown, &taken, PNG.len()), 404, "session_not_found"),
        ("/screenshot/upload/complete", shot(&session, "nope", &taken, PNG.len()), 404, "screenshot_not_found"),
        ("/screenshot/upload/complete", shot(&session, shown, &json!("nope"), PNG.len()), 404, "attachment_not_found"),
        ("/screenshot/upload/complete", shot(&other, shown, &taken, PNG.len()), 404, "attachment_not_found"),
        ("/screenshot/upload/complete", shot(&session, shown, &unsent, PNG.len()), 409, "upload_incomplete"),
        ("/screenshot/upload/complete", shot(&session, shown, &taken, 1), 422, "invalid_field"),
    ];
    watched
        .nothing_happens("a refusal", async |server| {
            for (path, body, status, code) in rows {
                let answer = server.post(path, body.clone()).await;
                assert_eq!(answer.status, status, "{path} {body}: {answer:?}");
                answer.refused(status, code);
            }
            for query in [
                "",
                "?sessionId=",
                "?sessionId=s&limit=x",
                "?sessionId=s&limit=1.5",
            ] {
                server
                    .get(&format!("/messages{query}"))
                    .await
                    .refused(422, "invalid_field");
            }
            for path in [
                "/stream",
                "/screenshot/requests",
                "/screenshot/requests?sessionId=",
            ] {
                server.get(path).await.refused(422, "invalid_field");
            }
            for path in ["/stream", "/screenshot/requests"] {
                let answer = server.get(&format!("{path}?sessionId=nope")).await;
                answer.refused(404, "session_not_found");
            }
            server
                .get("/files/nope")
                .await
                .refused(404, "attachment_not_found");
            let put = server
                .send("PUT", "/upload/nope?expires=1&signature=x", &[], "bytes")
                .await;
            put.refused(403, "upload_url_invalid");
        })
        .await;
}

#[tokio::test]
async fn what_names_nothing_that_is_there_does_nothing() {
    let mut watched = Watched::start().await;
    let other = watched.server.connect("somebody else").await;
    let theirs = watched.server.say(&other, "theirs").await;
    let session = watched.session().to_owned();
    watched
        .nothing_happens("naming nothing", async |server| {
            for ids in [json!(["nope"]), json!([theirs]), json!([])] {
                let read = server
                    .post("/read", json!({ "sessionId": session, "messageIds": ids }))
                    .await;
                assert_eq!(read.json(), json!({ "updated": 0 }));
            }
            let list = server.get("/messages?sessionId=nope").await;
            assert_eq!(list.json()["messages"], json!([]));
            let read = json!({ "sessionId": "nope", "messageIds": [theirs] });
            assert_eq!(server.post("/read", read).await.json(), json!({ "updated": 0 }));
            let typing = json!({ "sessionId": "nope", "sender": "visitor" });
            assert_eq!(server.post("/typing", typing).await.json(), json!({ "ok": true }));
        })
        .await;
}
