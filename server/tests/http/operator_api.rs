//! The operator API: who may use it, and what the inbox needs of it.

use crate::support::socket::Socket;
use crate::support::{Answer, Server, TOKEN};
use serde_json::{Value, json};

async fn login(server: &Server) -> String {
    let answer = server.post("/operator/v1/login", json!({ "token": TOKEN })).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "ok": true })));
    let cookie = answer.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains(TOKEN), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn with_cookie(
    server: &Server,
    method: &str,
    path: &str,
    cookie: &str,
    origin: Option<&str>,
) -> Answer {
    let mut headers = vec![("cookie", cookie)];
    headers.extend(origin.map(|origin| ("origin", origin)));
    server
        .send(method, &format!("/operator/v1{path}"), &headers, "")
        .await
}

#[tokio::test]
async fn without_a_valid_token_everything_is_401() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let routes = [
        ("GET", "/sessions".to_owned()),
        ("GET", format!("/sessions/{session}")),
        ("GET", format!("/sessions/{session}/messages")),
        ("POST", format!("/sessions/{session}/messages")),
        ("PATCH", format!("/sessions/{session}/messages/m")),
        ("DELETE", format!("/sessions/{session}/messages/m")),
        ("POST", format!("/sessions/{session}/notes")),
        ("POST", format!("/sessions/{session}/typing")),
        ("POST", format!("/sessions/{session}/read")),
        ("PUT", format!("/sessions/{session}/state")),
        ("POST", format!("/sessions/{session}/close")),
        ("POST", format!("/sessions/{session}/events")),
        ("POST", "/events".to_owned()),
        ("GET", "/operators".to_owned()),
        ("PUT", "/presence".to_owned()),
        ("GET", "/webhooks".to_owned()),
        ("GET", "/webhooks/dead".to_owned()),
        ("POST", "/webhooks/dead/retry".to_owned()),
        ("DELETE", "/webhooks/dead/d".to_owned()),
        ("POST", "/webhooks/dead/d/retry".to_owned()),
        ("GET", "/stream".to_owned()),
        ("POST", "/logout".to_owned()),
    ];
    for (method, path) in &routes {
        let path = format!("/operator/v1{path}");
        for headers in [
            &[][..],
            &[("authorization", "Bearer wrong")],
            &[("cookie", "pp_operator=a.1.b")],
        ] {
            let answer = server.send(method, &path, headers, "").await;
            answer.refused(401, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    let refused = Socket::try_open(&server, "/operator/v1/stream", &[])
        .await
        .err()
        .unwrap();
    assert_eq!(refused.0, 401);
    server
        .post("/operator/v1/login", json!({ "token": "wrong" }))
        .await
        .refused(401, "unauthorized");
}

#[tokio::test]
async fn a_server_without_a_token_has_no_operators() {
    let server = Server::run(pocketping_server::PocketPing::builder().build().unwrap()).await;
    for token in ["", "undefined", TOKEN] {
        server
            .post("/operator/v1/login", json!({ "token": token }))
            .await
            .refused(401, "unauthorized");
    }
    server
        .operator("GET", "/sessions", json!(null))
        .await
        .refused(401, "unauthorized");
}

#[tokio::test]
async fn with_the_cookie_writes_need_our_own_origin() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let cookie = login(&server).await;
    let ours = format!("http://{}", server.address);
    let close = format!("/sessions/{session}/close");
    assert_eq!(
        with_cookie(&server, "GET", "/sessions", &cookie, None)
            .await
            .status,
        200
    );
    with_cookie(&server, "POST", &close, &cookie, None)
        .await
        .refused(403, "origin_not_allowed");
    with_cookie(&server, "POST", &close, &cookie, Some("https://evil.example"))
        .await
        .refused(403, "origin_not_allowed");
    assert_eq!(
        with_cookie(&server, "POST", &close, &cookie, Some(&ours))
            .await
            .status,
        200
    );
    let open = async |origin: &str| {
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        Socket::try_open(&server, "/operator/v1/stream", &headers).await
    };
    assert_eq!(open("https://evil.example").await.err().unwrap().0, 403);
    assert!(open(&ours).await.is_ok());
}

#[tokio::test]
async fn signing_out_ends_the_cookie_for_good() {
    let server = Server::start().await;
    let cookie = login(&server).await;
    let ours = format!("http://{}", server.address);
    let answer = with_cookie(&server, "POST", "/logout", &cookie, Some(&ours)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    with_cookie(&server, "GET", "/sessions", &cookie, None)
        .await
        .refused(401, "unauthorized");
}

#[tokio::test]
async fn on_https_the_cookie_is_secure() {
    let server = Server::start().await;
    let headers = [
        ("content-type", "application/json"),
        ("host", "chat.example"),
        ("origin", "https://chat.example"),
    ];
    let body = json!({ "token": TOKEN }).to_string();
    let answer = server.send("POST", "/operator/v1/login", &headers, body).await;
    assert!(answer.header("set-cookie").contains("; Secure"), "{answer:?}");
}

#[tokio::test]
async fn a_conversation_is_answered() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let question = server.say(&session, "is it in stock?").await;
    let path = |rest: &str| format!("/sessions/{session}{rest}");

    let list = server
        .operator(
            "GET",
            "/sessions?state=open&unanswered=true&limit=10",
            json!(null),
        )
        .await
        .json();
    assert_eq!(
        (&list["sessions"][0]["id"], &list["sessions"][0]["unread"]),
        (&json!(session), &json!(1))
    );
    let answer = json!({ "content": "yes", "replyTo": question, "clientMessageId": "o1", "operator": { "name": "Ada" } });
    let sent = server
        .operator("POST", &path("/messages"), answer.clone())
        .await
        .json();
    assert_eq!(
        (&sent["sender"], &sent["operator"]["name"]),
        (&json!("operator"), &json!("Ada"))
    );
    assert_eq!(
        server.operator("POST", &path("/messages"), answer).await.json()["id"],
        sent["id"]
    );
    let read = server
        .operator("POST", &path("/read"), json!({ "messageIds": [question] }))
        .await
        .json();
    assert_eq!(read, json!({ "updated": 1 }));
    let note = server
        .operator("POST", &path("/notes"), json!({ "content": "a regular" }))
        .await
        .json();
    assert_eq!(note["private"], true);
    let all = server
        .operator("GET", &path("/messages"), json!(null))
        .await
        .json();
    assert_eq!(all["messages"].as_array().unwrap().len(), 3);
    assert_eq!(
        server.contents(&session).await,
        ["is it in stock?", "yes"],
        "no visitor gets a note"
    );

    let id = sent["id"].as_str().unwrap();
    let edited = server
        .operator(
            "PATCH",
            &path(&format!("/messages/{id}")),
            json!({ "content": "yes, two" }),
        )
        .await;
    assert_eq!(edited.json()["content"], "yes, two");
    let deleted = server
        .operator("DELETE", &path(&format!("/messages/{id}")), json!(null))
        .await;
    assert_eq!(deleted.json(), json!({ "deleted": true }));

    let state = server
        .operator("PUT", &path("/state"), json!({ "state": "pending" }))
        .await
        .json();
    assert_eq!(state["state"], "pending");
    assert_eq!(
        server.operator("POST", &path("/close"), json!(null)).await.json()["state"],
        "resolved"
    );
    assert_eq!(
        server.operator("GET", &path(""), json!(null)).await.json()["state"],
        "resolved"
    );
    let none = server
        .operator("GET", "/sessions?state=open", json!(null))
        .await
        .json();
    assert_eq!(none["sessions"], json!([]));
}

#[tokio::test]
async fn events_presence_and_typing_reach_the_page() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let mut page = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    let event = json!({ "name": "show_offer", "data": { "discount": 20 } });
    let ok = json!({ "ok": true });
    let path = format!("/sessions/{session}");
    assert_eq!(
        server
            .operator("POST", &format!("{path}/events"), event.clone())
            .await
            .json(),
        ok
    );
    assert_eq!(page.next_of("event").await["data"]["data"]["discount"], 20);
    assert_eq!(
        server.operator("POST", "/events", event).await.json(),
        json!({ "ok": true, "sessions": 1 })
    );
    assert_eq!(page.next_of("event").await["data"]["name"], "show_offer");
    assert_eq!(
        server
            .operator("PUT", "/presence", json!({ "online": true }))
            .await
            .json(),
        ok
    );
    assert_eq!(page.next_of("presence").await["data"]["online"], true);
    assert_eq!(server.get("/presence").await.json()["online"], true);
    assert_eq!(
        server.operator("GET", "/operators", json!(null)).await.json()["online"],
        true
    );
    assert_eq!(
        server
            .operator("POST", &format!("{path}/typing"), json!({}))
            .await
            .json(),
        ok
    );
    let typing = page.next_of("typing").await;
    assert_eq!(
        (&typing["data"]["sender"], &typing["data"]["isTyping"]),
        (&json!("operator"), &json!(true))
    );
}

#[tokio::test]
async fn unknown_ids_and_bad_fields_are_named() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let nothing: Value = json!(null);
    server
        .operator("GET", "/sessions/nope", nothing.clone())
        .await
        .refused(404, "session_not_found");
    let content = json!({ "content": "x" });
    server
        .operator("POST", "/sessions/nope/messages", content.clone())
        .await
        .refused(404, "session_not_found");
    let path = format!("/sessions/{session}");
    server
        .operator("PATCH", &format!("{path}/messages/nope"), content)
        .await
        .refused(404, "message_not_found");
    server
        .operator("PUT", &format!("{path}/state"), json!({ "state": "gone" }))
        .await
        .refused(422, "invalid_field");
    server
        .operator("GET", "/sessions?state=gone", nothing.clone())
        .await
        .refused(422, "invalid_field");
    server
        .operator("GET", "/sessions?unanswered=perhaps", nothing)
        .await
        .refused(422, "invalid_field");
    let long = json!({ "content": "x".repeat(4001) });
    server
        .operator("POST", &format!("{path}/messages"), long)
        .await
        .refused(413, "content_too_long");
}

#[tokio::test]
async fn every_page_of_sessions_says_what_comes_next_and_the_last_says_null() {
    let server = Server::start().await;
    server.connect("ada").await;
    server.connect("bob").await;
    let nothing = json!(null);
    let first = server.operator("GET", "/sessions?limit=1", nothing.clone()).await;
    let next = first.json()["next"].as_str().expect("another page").to_owned();
    let path = format!("/sessions?limit=1&before={next}");
    let last = server.operator("GET", &path, nothing).await;
    let of = |page: &Answer| page.json()["sessions"][0]["visitorId"].clone();
    // Both may have come in the same millisecond: either order is right.
    assert_ne!(of(&first), of(&last));
    assert!(last.text.contains(r#""next":null"#), "{last:?}");
}

#[tokio::test]
async fn conversations_are_found_by_words_of_their_messages() {
    let server = Server::start().await;
    let (ada, bob) = (server.connect("ada").await, server.connect("bob").await);
    server.say(&ada, "Où est ma commande ?").await;
    server.say(&bob, "a lamp").await;
    let found = async |text: &str| {
        let answer = server
            .operator("GET", &format!("/sessions?q={text}"), Value::Null)
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let body = answer.json();
        let sessions = body["sessions"].as_array().unwrap().clone();
        sessions
            .iter()
            .map(|session| session["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("ou+COMM").await, [ada]);
    assert_eq!(found("lamp").await, std::slice::from_ref(&bob));
    assert_eq!(found("bob").await, [bob]);
    assert_eq!(found("%22%3B*").await, [""; 0]);
    let long = "x".repeat(201);
    let answer = server
        .operator("GET", &format!("/sessions?q={long}"), Value::Null)
        .await;
    assert_eq!(
        answer.refused(422, "invalid_field")["error"]["details"][0]["field"],
        "q"
    );
}
