//! Bad input on the routes that name a message in their path, as widgets do: what is refused on the others is refused here.

use crate::support::bad::{Messages, Watched};
use serde_json::json;

#[tokio::test]
async fn edits_and_deletions_in_the_widgets_spelling_refuse_the_same() {
    let mut watched = Watched::start().await;
    let session = watched.session().to_owned();
    let Messages {
        mine,
        gone,
        theirs,
        note,
        answer,
        ..
    } = watched.messages().await;
    let refused = [
        (session.as_str(), "nope", 404, "message_not_found"),
        (&session, &theirs, 404, "message_not_found"),
        (&session, note.as_str(), 404, "message_not_found"),
        (&session, answer.as_str(), 403, "not_allowed"),
        (&session, &gone, 409, "message_deleted"),
        ("nope", &mine, 404, "session_not_found"),
    ];
    let json = [("content-type", "application/json")];
    let large = json!({ "sessionId": "x".repeat(300_000) }).to_string();
    let bodies: [(&[u8], u16, &str); 7] = [
        (b"", 422, "invalid_field"),
        (b"{oops", 400, "malformed_json"),
        (b"{\"sessionId\":\"\xff\"}", 400, "malformed_json"),
        (b"[]", 422, "invalid_field"),
        (b"{}", 422, "invalid_field"),
        (b"{\"sessionId\":7}", 422, "invalid_field"),
        (large.as_bytes(), 413, "payload_too_large"),
    ];
    watched
        .nothing_happens("a refusal", async |server| {
            for (session, message, status, code) in refused {
                let path = format!("/message/{message}");
                let edit = json!({ "sessionId": session, "content": "x" }).to_string();
                let answer = server.send("PATCH", &path, &json, edit).await;
                answer.refused(status, code);
                let named = json!({ "sessionId": session }).to_string();
                let answer = server.send("DELETE", &path, &json, named).await;
                answer.refused(status, code);
                let query = format!("{path}?sessionId={session}");
                server.send("DELETE", &query, &[], "").await.refused(status, code);
            }
            for (body, status, code) in bodies {
                let path = format!("/message/{mine}");
                let answer = server.send("DELETE", &path, &json, body).await;
                answer.refused(status, code);
            }
        })
        .await;
}
