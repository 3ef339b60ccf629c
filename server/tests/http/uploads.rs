//! Uploads over HTTP, and what browsers are told about files of strangers.

use crate::support::{Answer, Server};
use pocketping_server::Origins;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

fn declaration(session: &str, filename: &str, kind: &str, size: usize) -> Value {
    json!({ "sessionId": session, "filename": filename, "mimeType": kind, "size": size })
}

/// The part of an address that the harness adds its own to.
fn path(url: &Value) -> &str {
    url.as_str().unwrap().strip_prefix("/pocketping").unwrap()
}

async fn put(server: &Server, upload: &Value, kind: &str, bytes: &[u8]) -> Answer {
    let headers = [("content-type", kind)];
    server
        .send("PUT", path(&upload["uploadUrl"]), &headers, bytes)
        .await
}

/// A completed upload.
async fn uploaded(server: &Server, session: &str, filename: &str, kind: &str, bytes: &[u8]) -> Value {
    let begin = server
        .post("/upload", declaration(session, filename, kind, bytes.len()))
        .await;
    assert_eq!(begin.status, 200, "{begin:?}");
    let upload = begin.json();
    let answer = put(server, &upload, kind, bytes).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let complete = json!({ "sessionId": session, "attachmentId": upload["attachmentId"] });
    let complete = server.post("/upload/complete", complete).await;
    assert_eq!(complete.status, 200, "{complete:?}");
    complete.json()
}

#[tokio::test]
async fn a_file_is_announced_sent_completed_attached_and_read_by_the_other_side() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let file = uploaded(&server, &session, "grüße.png", "image/png", PNG).await;
    assert_eq!(
        (&file["status"], &file["size"]),
        (&json!("ready"), &json!(PNG.len()))
    );
    let message =
        json!({ "sessionId": session, "content": "", "sender": "visitor", "attachmentIds": [file["id"]] });
    let sent = server.post("/message", message).await.json();
    assert_eq!(sent["attachments"][0]["id"], file["id"]);

    let messages = server
        .operator("GET", &format!("/sessions/{session}/messages"), Value::Null)
        .await
        .json();
    let seen = &messages["messages"][0]["attachments"][0];
    assert_eq!(
        (&seen["messageId"], &seen["url"]),
        (&sent["messageId"], &file["url"])
    );
    let read = server.get(path(&seen["url"])).await;
    assert_eq!((read.status, read.header("content-type")), (200, "image/png"));
    assert_eq!(read.header("content-length"), PNG.len().to_string());
    assert_eq!(
        read.header("content-disposition"),
        "inline; filename=\"gr__e.png\"; filename*=UTF-8''gr%C3%BC%C3%9Fe.png"
    );
}

#[tokio::test]
async fn an_operators_file_reaches_the_visitor() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let route = |rest: &str| format!("/sessions/{session}/{rest}");
    let file = json!({ "filename": "offer.png", "mimeType": "image/png", "size": PNG.len() });
    let upload = server
        .operator("POST", &route("upload"), file.clone())
        .await
        .json();
    assert_eq!(put(&server, &upload, "image/png", PNG).await.status, 204);
    let id = json!({ "attachmentId": upload["attachmentId"] });
    let complete = server
        .operator("POST", &route("upload/complete"), id.clone())
        .await
        .json();
    assert_eq!(complete["uploadedFrom"], "api");
    let message = json!({ "content": "our offer", "attachmentIds": [upload["attachmentId"]] });
    assert_eq!(
        server.operator("POST", &route("messages"), message).await.status,
        200
    );
    let messages = server.get(&format!("/messages?sessionId={session}")).await.json();
    assert_eq!(messages["messages"][0]["attachments"][0]["filename"], "offer.png");

    let other = server.connect("w").await;
    let foreign = server
        .operator("POST", &format!("/sessions/{other}/upload/complete"), id)
        .await;
    foreign.refused(404, "attachment_not_found");
    let headers = [("content-type", "application/json")];
    let outside = format!("/operator/v1{}", route("upload"));
    let outside = server.send("POST", &outside, &headers, file.to_string()).await;
    outside.refused(401, "unauthorized");
}

#[tokio::test]
async fn both_spellings_of_the_routes_are_served() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let upload = server
        .post(
            "/upload-request",
            declaration(&session, "a.png", "image/png", PNG.len()),
        )
        .await
        .json();
    assert_eq!(put(&server, &upload, "image/png", PNG).await.status, 204);
    let id = json!({ "attachmentId": upload["attachmentId"] });
    assert_eq!(
        server.post("/upload-complete", id.clone()).await.json()["status"],
        "ready"
    );
    assert_eq!(
        server.post("/upload-failed", id.clone()).await.json()["status"],
        "failed"
    );
    server
        .post("/upload-complete", id)
        .await
        .refused(404, "attachment_not_found");
}

#[tokio::test]
async fn what_is_wrong_with_an_upload_is_said() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let begin = |body| server.post("/upload", body);
    begin(declaration(&session, "a.png", "image/png", 0))
        .await
        .refused(422, "invalid_field");
    begin(declaration(&session, "a.svg", "image/svg+xml", 9))
        .await
        .refused(422, "invalid_field");
    begin(declaration(&session, "a.png", "image/png", 10_485_761))
        .await
        .refused(413, "file_too_large");
    begin(declaration("nope", "a.png", "image/png", 9))
        .await
        .refused(404, "session_not_found");
    let mut negative = declaration(&session, "a.png", "image/png", 9);
    negative["size"] = json!(-1);
    begin(negative).await.refused(422, "invalid_field");

    let upload = begin(declaration(&session, "a.png", "image/png", PNG.len()))
        .await
        .json();
    put(&server, &upload, "text/html", PNG)
        .await
        .refused(422, "upload_mismatch");
    put(&server, &upload, "image/png", &PNG[1..])
        .await
        .refused(422, "upload_mismatch");
    put(&server, &upload, "image/png", &[b'x'; PNG.len()])
        .await
        .refused(422, "upload_mismatch");
    let id = json!({ "attachmentId": upload["attachmentId"] });
    server
        .post("/upload/complete", id.clone())
        .await
        .refused(409, "upload_incomplete");
    let unsigned = format!("/upload/{}", upload["attachmentId"].as_str().unwrap());
    server
        .send("PUT", &unsigned, &[], PNG)
        .await
        .refused(403, "upload_url_invalid");
    assert_eq!(put(&server, &upload, "image/png", PNG).await.status, 204);
    server.post("/upload/complete", id.clone()).await;
    put(&server, &upload, "image/png", PNG)
        .await
        .refused(409, "upload_conflict");
    let message =
        json!({ "sessionId": session, "content": "x", "sender": "visitor", "attachmentIds": ["nope"] });
    let refused = server
        .post("/message", message)
        .await
        .refused(422, "invalid_field");
    assert_eq!(refused["error"]["details"][0]["field"], "attachmentIds");
}

/// The whole body is on its way when the refusal comes: the client still hears it.
#[tokio::test]
async fn a_large_body_that_is_refused_is_answered_and_not_cut_off() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let upload = server
        .post("/upload", declaration(&session, "a.png", "image/png", 100))
        .await
        .json();
    put(&server, &upload, "image/png", &vec![b'x'; 5_000_000])
        .await
        .refused(422, "upload_mismatch");
}

#[tokio::test]
async fn a_file_of_ten_mebibytes_goes_through_and_comes_back_the_same() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let mut bytes = PNG.to_vec();
    bytes.extend((PNG.len()..10_485_760).map(|at| (at % 251) as u8));
    let file = uploaded(&server, &session, "large.png", "image/png", &bytes).await;
    let url = server.url(path(&file["url"]));
    let read = server.http.get(url).send().await.unwrap().bytes().await.unwrap();
    assert!(read == bytes);
}

#[tokio::test]
async fn parts_of_a_file_are_given_and_a_known_file_is_not_sent_again() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let file = uploaded(&server, &session, "a.txt", "text/plain", b"0123456789").await;
    let ask = |name: &'static str, value: String| {
        let (server, file) = (&server, &file);
        async move {
            server
                .send("GET", path(&file["url"]), &[(name, &value)], "")
                .await
        }
    };
    let part = ask("range", "bytes=2-4".into()).await;
    assert_eq!((part.status, part.text.as_str()), (206, "234"));
    assert_eq!(
        (part.header("content-range"), part.header("content-length")),
        ("bytes 2-4/10", "3")
    );
    let end = ask("range", "bytes=-2".into()).await;
    assert_eq!((end.status, end.text.as_str()), (206, "89"));
    let behind = ask("range", "bytes=10-".into()).await;
    assert_eq!(
        (behind.status, behind.header("content-range")),
        (416, "bytes */10")
    );
    let whole = ask("accept", "*/*".into()).await;
    assert_eq!((whole.status, whole.text.as_str()), (200, "0123456789"));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let known = ask("if-none-match", whole.header("etag").to_owned()).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    let head = server.send("HEAD", path(&file["url"]), &[], "").await;
    assert_eq!(
        (head.status, head.header("content-length"), head.text.as_str()),
        (200, "10", "")
    );
}

#[tokio::test]
async fn nothing_in_a_file_runs_in_a_browser() {
    let server =
        Server::with(|builder| builder.file_types(["text/plain", "image/svg+xml", "application/pdf"])).await;
    let session = server.connect("v").await;
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let picture = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let files: [(&str, &str, &[u8]); 3] = [
        ("page.html", "text/plain", page),
        ("picture.svg", "image/svg+xml", picture),
        ("a.pdf", "application/pdf", b"%PDF-1.7 "),
    ];
    for (name, kind, bytes) in files {
        let file = uploaded(&server, &session, name, kind, bytes).await;
        let read = server.get(path(&file["url"])).await;
        assert_eq!((read.status, read.header("content-type")), (200, kind));
        assert!(
            read.header("content-disposition").starts_with("attachment;"),
            "{read:?}"
        );
        assert_eq!(read.header("x-content-type-options"), "nosniff");
        let policy = read.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none';") && policy.ends_with("; sandbox"),
            "{policy}"
        );
        assert!(!policy.contains("script"), "{policy}");
        assert!(read.header("cache-control").starts_with("private"));
    }
}

#[tokio::test]
async fn a_page_of_another_site_may_send_and_show_files() {
    let site = "https://shop.example";
    let origins = Origins::List(vec![site.into()]);
    let server = Server::with(|builder| {
        builder
            .allowed_origins(origins)
            .public_url("https://chat.example/pocketping/")
    })
    .await;
    let session = server.connect("v").await;
    let upload = server
        .post("/upload", declaration(&session, "a.png", "image/png", PNG.len()))
        .await
        .json();
    let base = "https://chat.example/pocketping";
    let address = upload["uploadUrl"]
        .as_str()
        .unwrap()
        .strip_prefix(base)
        .expect("the public address");
    let preflight = [
        ("origin", site),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type"),
    ];
    let allowed = server.send("OPTIONS", address, &preflight, "").await;
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (204, site)
    );
    let headers = [("origin", site), ("content-type", "image/png")];
    assert_eq!(server.send("PUT", address, &headers, PNG).await.status, 204);
    let id = json!({ "attachmentId": upload["attachmentId"] });
    let file = server.post("/upload/complete", id).await.json();
    let address = file["url"]
        .as_str()
        .unwrap()
        .strip_prefix(base)
        .expect("the public address");
    let read = server.send("GET", address, &[("origin", site)], "").await;
    assert_eq!(
        (read.status, read.header("access-control-allow-origin")),
        (200, site)
    );
    assert_eq!(read.header("cross-origin-resource-policy"), "cross-origin");
    let stranger = server
        .send("GET", address, &[("origin", "https://evil.example")], "")
        .await;
    stranger.refused(403, "origin_not_allowed");
}

#[tokio::test]
async fn the_ability_is_said_when_there_is_a_file_store() {
    let server = Server::start().await;
    let connected = server.post("/connect", json!({ "visitorId": "v" })).await.json();
    assert!(
        connected["features"]
            .as_array()
            .unwrap()
            .contains(&json!("uploads"))
    );
}
