use super::shelf::with_files;
use super::*;
use crate::service::UploadLink;
use crate::storage::UploadStage;
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use pocketping_core::model::{Attachment, AttachmentStatus, UploadSource};
use pocketping_core::route::{
    MessagesQuery, OperatorUploadRequest, UploadCompleteRequest, UploadFailedRequest, UploadRequest,
    UploadResponse,
};
use pocketping_core::{AttachmentId, MessageId};

pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

fn png(session: &SessionId) -> UploadRequest {
    UploadRequest {
        session_id: session.clone(),
        filename: "shot.png".to_owned(),
        mime_type: "image/png".to_owned(),
        size: PNG.len() as u64,
    }
}

/// Sends pieces to the address that was given out.
pub(super) async fn put_pieces(
    server: &Server,
    upload: &UploadResponse,
    pieces: Vec<Result<Bytes, ServiceError>>,
) -> Result<(), ServiceError> {
    let (_, query) = upload.upload_url.split_once("?expires=").unwrap();
    let (expires, signature) = query.split_once("&signature=").unwrap();
    let id = upload.attachment_id.clone();
    let link = UploadLink {
        id,
        expires,
        signature,
    };
    let pieces = stream::iter(pieces);
    server.pp.receive_upload(link, Some("image/png"), pieces).await
}

pub(super) async fn put(
    server: &Server,
    upload: &UploadResponse,
    bytes: &'static [u8],
) -> Result<(), ServiceError> {
    let pieces = bytes.chunks(7).map(|piece| Ok(Bytes::from_static(piece)));
    put_pieces(server, upload, pieces.collect()).await
}

pub(super) fn complete(upload: &UploadResponse) -> UploadCompleteRequest {
    UploadCompleteRequest {
        session_id: None,
        attachment_id: upload.attachment_id.clone(),
    }
}

pub(super) async fn announced(server: &Server, session: &SessionId) -> UploadResponse {
    server.pp.visitor_upload(png(session)).await.unwrap()
}

/// A completed upload.
async fn uploaded(server: &Server, session: &SessionId) -> AttachmentId {
    let upload = announced(server, session).await;
    put(server, &upload, PNG).await.unwrap();
    server.pp.complete_upload(complete(&upload)).await.unwrap();
    upload.attachment_id
}

pub(super) fn with_attachments(
    session: &SessionId,
    content: &str,
    ids: &[&AttachmentId],
) -> SendMessageRequest {
    SendMessageRequest {
        attachment_ids: ids.iter().copied().cloned().collect(),
        ..text(session, content)
    }
}

pub(super) async fn bytes_of(server: &Server, id: &AttachmentId) -> Vec<u8> {
    let file = server.pp.file(id).await.unwrap();
    let bytes = server.pp.file_bytes(&file, 0..file.size).await.unwrap();
    let pieces: Vec<Bytes> = bytes.try_collect().await.unwrap();
    pieces.concat()
}

pub(super) async fn listed(server: &Server, session: &SessionId) -> Vec<pocketping_core::model::Message> {
    let query = MessagesQuery {
        session_id: session.clone(),
        after: None,
        before: None,
        limit: None,
    };
    server.pp.list_messages(query).await.unwrap().messages
}

#[tokio::test]
async fn a_file_goes_from_its_announcement_to_both_sides() {
    let (server, _) = with_files();
    let session = server.session().await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let upload = announced(&server, &session).await;
    assert_eq!(upload.expires_at.as_millis(), START + 900_000);
    put(&server, &upload, PNG).await.unwrap();
    let ready = server.pp.complete_upload(complete(&upload)).await.unwrap();
    assert_eq!(
        (ready.status, ready.size),
        (AttachmentStatus::Ready, PNG.len() as u64)
    );
    assert_eq!(ready.url, format!("/pocketping/files/{}", upload.attachment_id));
    assert!(
        events(&mut stream).await.is_empty(),
        "nobody is told before it is sent"
    );

    let sent = with_attachments(&session, "", &[&upload.attachment_id]);
    let sent = server.pp.visitor_message(sent).await.unwrap();
    let expected = Attachment {
        message_id: Some(sent.message_id.clone()),
        ..ready
    };
    assert_eq!(sent.attachments.as_deref(), Some(&[expected.clone()][..]));
    let seen = events(&mut stream).await;
    let ServerEvent::Message(message) = &seen[0] else {
        panic!("{seen:?}")
    };
    assert_eq!(message.attachments, std::slice::from_ref(&expected));
    assert_eq!(
        listed(&server, &session).await[0].attachments,
        std::slice::from_ref(&expected)
    );
    let inbox = server.pp.get_session(&session).await.unwrap();
    assert_eq!(inbox.last_message.unwrap().attachments, [expected]);
    assert_eq!(bytes_of(&server, &upload.attachment_id).await, PNG);
}

#[tokio::test]
async fn an_operator_sends_files_too_in_the_order_named() {
    let (server, _) = with_files();
    let session = server.session().await;
    let file = OperatorUploadRequest {
        filename: "offer.png".to_owned(),
        mime_type: "image/png; charset=binary".to_owned(),
        size: PNG.len() as u64,
    };
    let upload = server.pp.operator_upload(&session, file).await.unwrap();
    put(&server, &upload, PNG).await.unwrap();
    server.pp.complete_upload(complete(&upload)).await.unwrap();
    let other = uploaded(&server, &session).await;
    let message = crate::OperatorMessage {
        attachment_ids: vec![other.clone(), upload.attachment_id.clone(), other.clone()],
        ..Default::default()
    };
    let sent = server.pp.send_message(&session, message).await.unwrap();
    let ids: Vec<_> = sent.attachments.iter().map(|file| file.id.clone()).collect();
    assert_eq!(ids, [other, upload.attachment_id]);
    assert_eq!(sent.attachments[1].uploaded_from, Some(UploadSource::Api));
    assert_eq!(sent.attachments[1].mime_type, "image/png");
}

#[tokio::test]
async fn only_completed_uploads_of_the_session_are_attached_and_only_once() {
    let (server, _) = with_files();
    let session = server.session().await;
    let other = server.connect("other").await.session_id;
    let foreign = uploaded(&server, &other).await;
    let declared = announced(&server, &session).await;
    let arrived = announced(&server, &session).await;
    put(&server, &arrived, PNG).await.unwrap();
    let given_up = uploaded(&server, &session).await;
    let failed = UploadFailedRequest {
        attachment_id: given_up.clone(),
    };
    server.pp.fail_upload(failed).await.unwrap();
    let sent = uploaded(&server, &session).await;
    let first = with_attachments(&session, "first", &[&sent]);
    server.pp.visitor_message(first).await.unwrap();
    let good = uploaded(&server, &session).await;

    let ghost = AttachmentId::from("ghost");
    for bad in [
        &ghost,
        &foreign,
        &declared.attachment_id,
        &arrived.attachment_id,
        &given_up,
        &sent,
    ] {
        let message = with_attachments(&session, "second", &[&good, bad]);
        let refused = server.pp.visitor_message(message).await.unwrap_err();
        assert_eq!(refused.code(), "invalid_field");
        assert_eq!(refused.details()[0].field, "attachmentIds");
    }
    assert_eq!(listed(&server, &session).await.len(), 1);
    let message = with_attachments(&session, "second", &[&good]);
    server.pp.visitor_message(message).await.unwrap();
    let many: Vec<AttachmentId> = (0..21).map(|number| format!("a{number}").into()).collect();
    let message = with_attachments(&session, "third", &many.iter().collect::<Vec<_>>());
    assert_eq!(code(server.pp.visitor_message(message).await), "invalid_field");
}

#[tokio::test]
async fn a_repeat_of_a_message_with_files_answers_the_same() {
    let (server, _) = with_files();
    let session = server.session().await;
    let (one, two) = (
        uploaded(&server, &session).await,
        uploaded(&server, &session).await,
    );
    let send = |ids: &[&AttachmentId]| {
        server.pp.visitor_message(SendMessageRequest {
            client_message_id: Some("c1".into()),
            ..with_attachments(&session, "", ids)
        })
    };
    let first = send(&[&one]).await.unwrap();
    assert_eq!(send(&[&one]).await.unwrap(), first);
    assert_eq!(code(send(&[&two]).await), "client_message_id_reused");
    assert_eq!(code(send(&[&one, &two]).await), "client_message_id_reused");
    assert_eq!(listed(&server, &session).await.len(), 1);
}

#[tokio::test]
async fn what_is_announced_is_checked() {
    let (server, _) = with_files();
    let session = server.session().await;
    let announce = |change: fn(&mut UploadRequest)| {
        let mut request = png(&session);
        change(&mut request);
        server.pp.visitor_upload(request)
    };
    let largest = 10 * 1024 * 1024;
    assert!(announce(|file| file.size = 10_485_760).await.is_ok(), "{largest}");
    let too_large = announce(|file| file.size = 10_485_761).await.unwrap_err();
    assert_eq!(
        (too_large.code(), too_large.details()[0].field.as_str()),
        ("file_too_large", "size")
    );
    assert_eq!(code(announce(|file| file.size = 0).await), "invalid_field");
    assert_eq!(
        code(announce(|file| file.filename = " ".into()).await),
        "invalid_field"
    );
    let kind = announce(|file| file.mime_type = "image/svg+xml".into())
        .await
        .unwrap_err();
    assert_eq!(
        (kind.code(), kind.details()[0].field.as_str()),
        ("invalid_field", "mimeType")
    );
    assert_eq!(
        code(announce(|file| file.session_id = "nope".into()).await),
        "session_not_found"
    );
    server.pp.set_blocked(&session, true).await.unwrap();
    assert_eq!(code(announce(|_| ()).await), "visitor_blocked");
}

#[tokio::test]
async fn bytes_that_differ_from_the_announcement_are_refused_and_the_upload_may_be_tried_again() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let upload = announced(&server, &session).await;
    let mut longer = PNG.to_vec();
    longer.push(0);
    for wrong in [&PNG[..PNG.len() - 1], &longer, b"", &vec![b'x'; PNG.len()]] {
        let piece = Ok(Bytes::copy_from_slice(wrong));
        assert_eq!(
            code(put_pieces(&server, &upload, vec![piece]).await),
            "upload_mismatch"
        );
        assert_eq!(
            code(server.pp.complete_upload(complete(&upload)).await),
            "upload_incomplete"
        );
    }
    let broken = vec![
        Ok(Bytes::from_static(&PNG[..5])),
        Err(ServiceError::UploadInterrupted),
    ];
    assert_eq!(
        code(put_pieces(&server, &upload, broken).await),
        "upload_interrupted"
    );
    assert_eq!(shelf.count().await, 0, "nothing is left behind");
    put(&server, &upload, PNG).await.unwrap();
    put(&server, &upload, PNG).await.unwrap();
    assert_eq!(shelf.count().await, 1, "the second attempt replaced the first");
    server.pp.complete_upload(complete(&upload)).await.unwrap();
    server.pp.complete_upload(complete(&upload)).await.unwrap();
    assert_eq!(code(put(&server, &upload, PNG).await), "upload_conflict");
    assert_eq!(bytes_of(&server, &upload.attachment_id).await, PNG);
    assert_eq!(shelf.count().await, 1);
}

#[tokio::test]
async fn an_endless_body_is_refused_at_the_first_byte_too_many() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let upload = announced(&server, &session).await;
    let (_, query) = upload.upload_url.split_once("?expires=").unwrap();
    let (expires, signature) = query.split_once("&signature=").unwrap();
    let link = UploadLink {
        id: upload.attachment_id.clone(),
        expires,
        signature,
    };
    let endless = stream::iter(std::iter::repeat_with(|| Ok(Bytes::from_static(PNG))));
    assert_eq!(
        code(server.pp.receive_upload(link, None, endless).await),
        "upload_mismatch"
    );
    assert_eq!(shelf.count().await, 0);
}

#[tokio::test]
async fn the_address_for_the_bytes_is_good_for_a_quarter_of_an_hour_and_for_one_upload() {
    let (server, _) = with_files();
    let session = server.session().await;
    let (one, two) = (
        announced(&server, &session).await,
        announced(&server, &session).await,
    );
    let crossed = UploadResponse {
        attachment_id: two.attachment_id.clone(),
        ..one.clone()
    };
    assert_eq!(code(put(&server, &crossed, PNG).await), "upload_url_invalid");
    server.later(899);
    put(&server, &one, PNG).await.unwrap();
    server.later(1);
    assert_eq!(code(put(&server, &two, PNG).await), "upload_url_invalid");
}

#[tokio::test]
async fn of_two_attempts_at_once_the_later_one_counts() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let upload = announced(&server, &session).await;
    let (_, query) = upload.upload_url.split_once("?expires=").unwrap();
    let (expires, signature) = query.split_once("&signature=").unwrap();
    let link = UploadLink {
        id: upload.attachment_id.clone(),
        expires,
        signature,
    };
    // The first attempt's bytes come only when the second one is through.
    let (ready, wait) = tokio::sync::oneshot::channel();
    let late = Box::pin(stream::once(async {
        wait.await.unwrap();
        Ok(Bytes::from_static(PNG))
    }));
    let first = server.pp.receive_upload(link, None, late);
    let second = async {
        put(&server, &upload, PNG).await.unwrap();
        server.pp.complete_upload(complete(&upload)).await.unwrap();
        ready.send(()).unwrap();
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(code(first), "upload_conflict");
    assert_eq!(bytes_of(&server, &upload.attachment_id).await, PNG);
    assert_eq!(shelf.count().await, 1);
}

#[tokio::test]
async fn a_deleted_message_takes_its_files_along() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let (gone, kept) = (
        uploaded(&server, &session).await,
        uploaded(&server, &session).await,
    );
    let message = with_attachments(&session, "look", &[&gone]);
    let message = server.pp.visitor_message(message).await.unwrap();
    let other = with_attachments(&session, "and look", &[&kept]);
    server.pp.visitor_message(other).await.unwrap();
    server
        .pp
        .visitor_delete(session.clone(), message.message_id)
        .await
        .unwrap();
    assert_eq!(shelf.count().await, 1);
    assert_eq!(code(server.pp.file(&gone).await), "attachment_not_found");
    assert_eq!(bytes_of(&server, &kept).await, PNG);
    assert!(listed(&server, &session).await[0].attachments.is_empty());
    let audit = server
        .pp
        .get_messages(&session, Default::default())
        .await
        .unwrap();
    assert_eq!(audit.messages[0].attachments[0].status, AttachmentStatus::Failed);
    assert_eq!(audit.messages[0].attachments[0].filename, "shot.png");
}

#[tokio::test]
async fn a_text_may_be_edited_away_when_there_is_a_file() {
    let (server, _) = with_files();
    let session = server.session().await;
    let file = uploaded(&server, &session).await;
    let message = with_attachments(&session, "look", &[&file]);
    let id: MessageId = server.pp.visitor_message(message).await.unwrap().message_id;
    server
        .pp
        .visitor_edit(session.clone(), id, " ".into())
        .await
        .unwrap();
    let listed = listed(&server, &session).await;
    assert_eq!((listed[0].content.as_str(), listed[0].attachments.len()), ("", 1));
}

#[tokio::test]
async fn uploads_that_nobody_sends_go_after_a_day_and_no_others() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let sent = uploaded(&server, &session).await;
    let message = with_attachments(&session, "look", &[&sent]);
    server.pp.visitor_message(message).await.unwrap();
    let ready = uploaded(&server, &session).await;
    let declared = announced(&server, &session).await.attachment_id;
    server.later(24 * 3600);
    let young = uploaded(&server, &session).await;
    assert_eq!(server.pp.clean_up().await.unwrap(), 0, "not yet");
    server.later(1);
    assert_eq!(server.pp.clean_up().await.unwrap(), 2);
    assert_eq!(shelf.count().await, 2);
    for gone in [&ready, &declared] {
        assert_eq!(code(server.pp.file(gone).await), "attachment_not_found");
        let message = with_attachments(&session, "late", &[gone]);
        assert_eq!(code(server.pp.visitor_message(message).await), "invalid_field");
    }
    assert_eq!(bytes_of(&server, &sent).await, PNG);
    assert_eq!(bytes_of(&server, &young).await, PNG);
    assert_eq!(server.pp.clean_up().await.unwrap(), 0);
}

#[tokio::test]
async fn a_new_upload_cleans_up_when_nobody_else_does() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    uploaded(&server, &session).await;
    server.later(25 * 3600);
    announced(&server, &session).await;
    assert_eq!(shelf.count().await, 0);
}

#[tokio::test]
async fn a_file_whose_removal_failed_is_removed_later() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let file = uploaded(&server, &session).await;
    let message = with_attachments(&session, "look", &[&file]);
    let id = server.pp.visitor_message(message).await.unwrap().message_id;
    shelf.fail(true);
    server.pp.visitor_delete(session.clone(), id).await.unwrap();
    assert_eq!(shelf.count().await, 1);
    assert_eq!(
        code(server.pp.file(&file).await),
        "attachment_not_found",
        "out of reach at once"
    );
    assert_eq!(code(server.pp.clean_up().await), "files_unavailable");
    shelf.fail(false);
    assert_eq!(server.pp.clean_up().await.unwrap(), 1);
    assert_eq!(shelf.count().await, 0);
}

#[tokio::test]
async fn a_file_store_that_fails_loses_nothing_but_the_attempt() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let upload = announced(&server, &session).await;
    shelf.fail(true);
    let refused = put(&server, &upload, PNG).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.is_retryable()),
        ("files_unavailable", true)
    );
    shelf.fail(false);
    put(&server, &upload, PNG).await.unwrap();
    server.pp.complete_upload(complete(&upload)).await.unwrap();
    assert_eq!(bytes_of(&server, &upload.attachment_id).await, PNG);
}

#[tokio::test]
async fn a_session_keeps_its_forty_newest_unsent_files() {
    let (server, shelf) = with_files();
    let session = server.session().await;
    let mut ids = Vec::new();
    for _ in 0..42 {
        ids.push(uploaded(&server, &session).await);
        server.later(1);
    }
    assert_eq!(shelf.count().await, 40);
    assert_eq!(code(server.pp.file(&ids[1]).await), "attachment_not_found");
    assert_eq!(server.pp.file(&ids[2]).await.unwrap().stage, UploadStage::Ready);
}

#[tokio::test]
async fn another_session_cannot_complete_an_upload() {
    let (server, _) = with_files();
    let session = server.session().await;
    let other = server.connect("other").await.session_id;
    let upload = announced(&server, &session).await;
    put(&server, &upload, PNG).await.unwrap();
    let foreign = UploadCompleteRequest {
        session_id: Some(other),
        ..complete(&upload)
    };
    assert_eq!(
        code(server.pp.complete_upload(foreign).await),
        "attachment_not_found"
    );
    assert_eq!(
        code(server.pp.file(&upload.attachment_id).await),
        "attachment_not_found"
    );
}

#[tokio::test]
async fn without_a_file_store_uploads_are_refused_and_not_offered() {
    let server = Server::new();
    let connected = server.connect("v").await;
    assert!(
        !connected
            .features
            .contains(&pocketping_core::route::Feature::Uploads)
    );
    assert_eq!(
        code(server.pp.visitor_upload(png(&connected.session_id)).await),
        "uploads_off"
    );
    assert_eq!(code(server.pp.file(&"a".into()).await), "uploads_off");
    assert_eq!(server.pp.clean_up().await.unwrap(), 0);
    let (server, _) = with_files();
    let connected = server.connect("v").await;
    assert!(
        connected
            .features
            .contains(&pocketping_core::route::Feature::Uploads)
    );
}

#[tokio::test]
async fn no_step_of_a_blocked_visitors_upload_is_taken_and_operators_go_on() {
    let (server, _) = with_files();
    let session = server.session().await;
    let (announced_only, arrived) = (
        announced(&server, &session).await,
        announced(&server, &session).await,
    );
    put(&server, &arrived, PNG).await.unwrap();
    server.pp.set_blocked(&session, true).await.unwrap();
    let blocked = "visitor_blocked";
    assert_eq!(code(put(&server, &announced_only, PNG).await), blocked);
    assert_eq!(code(server.pp.complete_upload(complete(&arrived)).await), blocked);
    let failed = UploadFailedRequest {
        attachment_id: arrived.attachment_id.clone(),
    };
    assert_eq!(code(server.pp.fail_upload(failed).await), blocked);
    let file = OperatorUploadRequest {
        filename: "a.png".into(),
        mime_type: "image/png".into(),
        size: PNG.len() as u64,
    };
    let theirs = server.pp.operator_upload(&session, file).await.unwrap();
    put(&server, &theirs, PNG).await.unwrap();
    server.pp.complete_upload(complete(&theirs)).await.unwrap();
}
