//! Notes among operators: by no way does a visitor get one.

use crate::sse::Events;
use crate::support::Server;
use crate::support::socket::Socket;
use serde_json::{Value, json};

const SECRET: &str = "beware of this one";

/// A session with a question, a note that was edited once, a note that was deleted, and an answer; the note's id.
async fn talk(server: &Server, session: &str) -> String {
    server.say(session, "hello?").await;
    let path = |rest: &str| format!("/sessions/{session}{rest}");
    let note = async |text: &str| {
        let answer = server
            .operator("POST", &path("/notes"), json!({ "content": text }))
            .await;
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    let (kept, gone) = (note("a first text").await, note(SECRET).await);
    let edit = path(&format!("/messages/{kept}"));
    assert_eq!(
        server
            .operator("PATCH", &edit, json!({ "content": SECRET }))
            .await
            .status,
        200
    );
    let delete = path(&format!("/messages/{gone}"));
    assert_eq!(server.operator("DELETE", &delete, Value::Null).await.status, 200);
    let answer = json!({ "content": "yes", "replyTo": kept });
    let answered = server.operator("POST", &path("/messages"), answer).await.json();
    assert_eq!(
        answered.get("replyTo"),
        None,
        "an answer quotes no note: {answered}"
    );
    kept
}

fn innocent(text: &str, note: &str) {
    for hint in [SECRET, "a first text", "private", note] {
        assert!(!text.contains(hint), "{hint} in {text}");
    }
}

#[tokio::test]
async fn no_list_no_snapshot_and_no_stream_of_a_visitor_has_a_note() {
    let server = Server::start().await;
    let start = server.post("/connect", json!({ "visitorId": "v" })).await.json();
    let (session, cursor) = (
        start["sessionId"].as_str().unwrap(),
        start["cursor"].as_str().unwrap(),
    );
    let mut live = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    let note = talk(&server, session).await;

    let everything = [
        "limit=100".to_owned(),
        "before=end".to_owned(),
        format!("before={note}"),
        format!("after={note}"),
        format!("after={cursor}"),
        "after=2020-01-01T00:00:00Z".to_owned(),
    ];
    for query in everything {
        let answer = server
            .get(&format!("/messages?sessionId={session}&{query}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        innocent(&answer.text, &note);
    }
    innocent(
        &server.post("/connect", json!({ "visitorId": "v" })).await.text,
        &note,
    );

    let seen = async |mut socket: Socket| {
        let mut all = String::new();
        while !all.contains("\"yes\"") {
            all.push_str(&socket.next().await.to_string());
        }
        all
    };
    let resumed = Socket::open(&server, &format!("/stream?sessionId={session}&after={cursor}")).await;
    let dated = Socket::open(
        &server,
        &format!("/stream?sessionId={session}&after=2020-01-01T00:00:00Z"),
    )
    .await;
    innocent(&seen(resumed).await, &note);
    innocent(&seen(dated).await, &note);
    let (_, mut events) = Events::open(&server, &format!("/stream?sessionId={session}"), Some(cursor)).await;
    let mut heard = String::new();
    while !heard.contains("\"yes\"") {
        heard.push_str(&events.next().await.unwrap().data.to_string());
    }
    innocent(&heard, &note);
    let mut all = String::new();
    while !all.contains("\"yes\"") {
        all.push_str(&live.next().await.to_string());
    }
    innocent(&all, &note);
}

#[tokio::test]
async fn a_visitor_cannot_touch_quote_or_read_a_note() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let note = talk(&server, &session).await;
    let of_note = json!({ "sessionId": session, "messageId": note, "content": "x" });
    server
        .post("/edit", of_note.clone())
        .await
        .refused(404, "message_not_found");
    server
        .post("/delete", of_note)
        .await
        .refused(404, "message_not_found");
    let read = json!({ "sessionId": session, "messageIds": [note] });
    assert_eq!(server.post("/read", read).await.json(), json!({ "updated": 0 }));
    let quote = json!({ "sessionId": session, "content": "what?", "sender": "visitor", "replyTo": note });
    assert_eq!(server.post("/message", quote).await.status, 200);
    innocent(
        &server.get(&format!("/messages?sessionId={session}")).await.text,
        &note,
    );
}
