use super::shelf::with_files;
use super::upload::{PNG, bytes_of, listed, put};
use super::*;
use pocketping_core::route::{
    ScreenshotComplete, ScreenshotUpload, ScreenshotUploadResponse, ScreenshotWish, UploadResponse,
};

async fn wished(server: &Server, session: &SessionId) -> ScreenshotWish {
    let wish = server.pp.request_screenshot(session, Some("Ada".into())).await;
    wish.unwrap()
}

fn answering(session: &SessionId, wish: &str) -> ScreenshotUpload {
    ScreenshotUpload {
        session_id: session.clone(),
        request_id: wish.to_owned(),
    }
}

/// Sends bytes to where they belong.
async fn sent(
    server: &Server,
    place: &ScreenshotUploadResponse,
    bytes: &'static [u8],
) -> Result<(), ServiceError> {
    let upload = UploadResponse {
        attachment_id: place.attachment_id.clone(),
        upload_url: place.upload_url.clone(),
        expires_at: place.expires_at,
    };
    put(server, &upload, bytes).await
}

fn done(
    session: &SessionId,
    wish: &str,
    place: &ScreenshotUploadResponse,
    size: usize,
) -> ScreenshotComplete {
    ScreenshotComplete {
        session_id: session.clone(),
        request_id: wish.to_owned(),
        attachment_id: place.attachment_id.clone(),
        size: size as u64,
    }
}

async fn open(server: &Server, session: &SessionId) -> Vec<String> {
    let open = server.pp.screenshot_requests(session).await.unwrap().requests;
    open.into_iter().map(|wish| wish.request_id).collect()
}

#[tokio::test]
async fn a_picture_that_was_wished_for_becomes_a_message_of_the_visitors() {
    let (server, _) = with_files();
    let session = server.session().await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let wish = wished(&server, &session).await;
    assert_eq!(
        events(&mut stream).await,
        [ServerEvent::ScreenshotRequest(wish.clone())]
    );
    assert_eq!((wish.requested_by.as_deref(), wish.silent), (Some("Ada"), None));
    assert_eq!(open(&server, &session).await, [wish.request_id.as_str()]);

    let id = wish.request_id.as_str();
    let place = server
        .pp
        .screenshot_upload(answering(&session, id))
        .await
        .unwrap();
    let early = server
        .pp
        .complete_screenshot(done(&session, id, &place, PNG.len()));
    assert_eq!(code(early.await), "upload_incomplete");
    sent(&server, &place, PNG).await.unwrap();
    for _ in 0..2 {
        let complete = done(&session, id, &place, PNG.len());
        server.pp.complete_screenshot(complete).await.unwrap();
    }
    let messages = listed(&server, &session).await;
    assert_eq!(messages.len(), 1, "a repeat is harmless");
    let picture = &messages[0].attachments[0];
    assert_eq!(
        (picture.mime_type.as_str(), picture.size),
        ("image/png", PNG.len() as u64)
    );
    let metadata = messages[0].metadata.as_ref().unwrap();
    assert_eq!(
        metadata.get("screenshot").and_then(|value| value.as_str()),
        Some(id)
    );
    assert_eq!(bytes_of(&server, &picture.id).await, PNG);
    assert!(open(&server, &session).await.is_empty());
    let again = server.pp.screenshot_upload(answering(&session, id)).await;
    assert_eq!(code(again), "screenshot_not_found");
}

#[tokio::test]
async fn only_open_wishes_of_the_session_are_answered() {
    let (server, _) = with_files();
    let session = server.session().await;
    let other = server.connect("other").await.session_id;
    let wish = wished(&server, &session).await.request_id;
    let foreign = server.pp.screenshot_upload(answering(&other, &wish)).await;
    assert_eq!(code(foreign), "screenshot_not_found");
    let place = server
        .pp
        .screenshot_upload(answering(&session, &wish))
        .await
        .unwrap();
    sent(&server, &place, PNG).await.unwrap();
    let foreign = server
        .pp
        .complete_screenshot(done(&other, &wish, &place, PNG.len()));
    assert_eq!(code(foreign.await), "attachment_not_found");
    let wrong = server.pp.complete_screenshot(done(&session, &wish, &place, 1));
    assert_eq!(code(wrong.await), "invalid_field");

    server.later(15 * 60);
    assert!(open(&server, &session).await.is_empty());
    let late = server
        .pp
        .complete_screenshot(done(&session, &wish, &place, PNG.len()));
    assert_eq!(code(late.await), "screenshot_not_found");
    assert!(listed(&server, &session).await.is_empty());
}

#[tokio::test]
async fn a_blocked_visitor_hears_of_no_wish_and_answers_none() {
    let (server, _) = with_files();
    let session = server.session().await;
    let wish = wished(&server, &session).await.request_id;
    let answer = || answering(&session, &wish);
    let place = server.pp.screenshot_upload(answer()).await.unwrap();
    sent(&server, &place, PNG).await.unwrap();
    server.pp.set_blocked(&session, true).await.unwrap();
    let requests = server.pp.screenshot_requests(&session).await;
    assert_eq!(code(requests), "visitor_blocked");
    assert_eq!(
        code(server.pp.screenshot_upload(answer()).await),
        "visitor_blocked"
    );
    let complete = done(&session, &wish, &place, PNG.len());
    assert_eq!(
        code(server.pp.complete_screenshot(complete).await),
        "visitor_blocked"
    );
    server.pp.set_blocked(&session, false).await.unwrap();
    assert!(listed(&server, &session).await.is_empty());
    let complete = done(&session, &wish, &place, PNG.len());
    server.pp.complete_screenshot(complete).await.unwrap();
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused() {
    let shelf = super::shelf::Shelf::default();
    let server = Server::with(|builder| builder.files(shelf.clone()).max_file_bytes(PNG.len() as u64));
    let session = server.session().await;
    let wish = wished(&server, &session).await.request_id;
    let place = server
        .pp
        .screenshot_upload(answering(&session, &wish))
        .await
        .unwrap();
    for bytes in [
        &b"<svg onload='x'>"[..],
        b"",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on and on",
    ] {
        assert_eq!(code(sent(&server, &place, bytes).await), "upload_mismatch");
    }
    sent(&server, &place, PNG).await.unwrap();
}

#[tokio::test]
async fn ten_wishes_are_open_at_most_and_none_without_files() {
    let (server, _) = with_files();
    let session = server.session().await;
    let mut all = Vec::new();
    for _ in 0..12 {
        all.push(wished(&server, &session).await.request_id);
    }
    assert_eq!(open(&server, &session).await, all[2..]);
    let long = server
        .pp
        .request_screenshot(&session, Some("x".repeat(129)))
        .await;
    assert_eq!(code(long), "invalid_field");

    let server = Server::new();
    let session = server.session().await;
    assert_eq!(
        code(server.pp.request_screenshot(&session, None).await),
        "uploads_off"
    );
    assert_eq!(code(server.pp.screenshot_requests(&session).await), "uploads_off");
    let upload = server.pp.screenshot_upload(answering(&session, "w")).await;
    assert_eq!(code(upload), "uploads_off");
}
