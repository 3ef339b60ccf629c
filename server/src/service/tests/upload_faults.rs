//! Uploads while everything goes wrong: files that differ, attempts that overlap, callers that go away between any two
//! steps, a file store out of order.

use super::shelf::{Shelf, with_files};
use super::upload::{PNG, announced, bytes_of, complete, put, with_attachments};
use super::*;
use crate::service::UploadLink;
use bytes::Bytes;
use futures_util::stream;
use pocketping_core::route::{UploadFailedRequest, UploadResponse};
use pocketping_core::{AttachmentId, MessageId};
use proptest::prelude::*;
use std::pin::Pin;
use tokio::sync::oneshot;

/// Something that happens to uploads. Numbers stand for whichever there are.
#[derive(Clone, Debug)]
enum Step {
    Announce,
    Put(usize),
    PutWrong(usize),
    /// An attempt whose bytes have not come yet.
    Begin(usize),
    /// The bytes of an attempt come, and its caller waits for so many moments.
    End(usize, usize),
    Complete(usize),
    GiveUp(usize),
    Send(usize),
    Delete(usize),
    /// The file store is out of order, or works again.
    Break(bool),
    Hours(i64),
    CleanUp(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0..6_usize;
    let moments = 0..12_usize;
    prop_oneof![
        3 => Just(Step::Announce),
        4 => which.clone().prop_map(Step::Put),
        1 => which.clone().prop_map(Step::PutWrong),
        2 => which.clone().prop_map(Step::Begin),
        3 => (which.clone(), moments.clone()).prop_map(|(which, moments)| Step::End(which, moments)),
        4 => which.clone().prop_map(Step::Complete),
        1 => which.clone().prop_map(Step::GiveUp),
        4 => which.clone().prop_map(Step::Send),
        2 => which.prop_map(Step::Delete),
        1 => any::<bool>().prop_map(Step::Break),
        1 => (0..30_i64).prop_map(Step::Hours),
        1 => moments.prop_map(Step::CleanUp),
    ]
}

/// Polls a future so many times; whether it has ended. Dropping it then is what a server does whose client has gone.
async fn for_moments(moments: usize, future: impl Future) -> bool {
    let mut future = std::pin::pin!(future);
    for _ in 0..moments {
        if futures_util::poll!(&mut future).is_ready() {
            return true;
        }
    }
    false
}

type Attempt<'s> = Pin<Box<dyn Future<Output = Result<(), ServiceError>> + 's>>;

/// An attempt that waits for its bytes until the sender is used.
fn attempt(server: &Server, upload: UploadResponse) -> (oneshot::Sender<()>, Attempt<'_>) {
    let (bytes, wait) = oneshot::channel();
    let body = Box::pin(stream::once(async {
        wait.await.map_err(|_| ServiceError::UploadInterrupted)?;
        Ok(Bytes::from_static(PNG))
    }));
    let attempt = async move {
        let (_, query) = upload.upload_url.split_once("?expires=").unwrap();
        let (expires, signature) = query.split_once("&signature=").unwrap();
        let id = upload.attachment_id.clone();
        let link = UploadLink {
            id,
            expires,
            signature,
        };
        server.pp.receive_upload(link, None, body).await
    };
    (bytes, Box::pin(attempt))
}

/// Lets all of it happen; what was sent and not deleted.
async fn happen(server: &Server, shelf: &Shelf, steps: Vec<Step>) -> Vec<AttachmentId> {
    let session = server.session().await;
    let mut uploads = futures_util::future::join_all((0..6).map(|_| announced(server, &session))).await;
    let mut under_way: Vec<(oneshot::Sender<()>, Attempt<'_>)> = Vec::new();
    let mut sent: Vec<(MessageId, AttachmentId)> = Vec::new();
    let pp = &server.pp;
    for step in steps {
        match step {
            Step::Announce => {
                uploads.rotate_left(1);
                uploads[0] = announced(server, &session).await;
            }
            // Refusals are among the things that happen.
            Step::Put(which) => drop(put(server, &uploads[which], PNG).await),
            Step::PutWrong(which) => drop(put(server, &uploads[which], b"wrong").await),
            Step::Begin(which) => {
                let (bytes, mut attempt) = attempt(server, uploads[which].clone());
                if !for_moments(4, &mut attempt).await {
                    under_way.push((bytes, attempt));
                }
            }
            Step::End(which, moments) if !under_way.is_empty() => {
                let (bytes, attempt) = under_way.swap_remove(which % under_way.len());
                bytes.send(()).unwrap();
                for_moments(moments, attempt).await;
            }
            Step::End(..) => {}
            Step::Complete(which) => drop(pp.complete_upload(complete(&uploads[which])).await),
            Step::GiveUp(which) => {
                let attachment_id = uploads[which].attachment_id.clone();
                drop(pp.fail_upload(UploadFailedRequest { attachment_id }).await);
            }
            Step::Send(which) => {
                let id = &uploads[which].attachment_id;
                if let Ok(message) = pp.visitor_message(with_attachments(&session, "", &[id])).await {
                    sent.push((message.message_id, id.clone()));
                }
            }
            Step::Delete(which) if !sent.is_empty() => {
                let (message, _) = sent.swap_remove(which % sent.len());
                pp.visitor_delete(session.clone(), message).await.unwrap();
            }
            Step::Delete(_) => {}
            Step::Break(broken) => shelf.fail(broken),
            Step::Hours(hours) => server.later(hours * 3600),
            Step::CleanUp(moments) => drop(for_moments(moments, pp.clean_up()).await),
        }
    }
    sent.into_iter().map(|(_, file)| file).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever fails and whoever goes away in between: what was sent is there, whole, and in the end nothing else is.
    #[test]
    fn no_file_that_was_sent_is_lost_and_no_other_one_stays(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (server, shelf) = with_files();
            let sent = happen(&server, &shelf, steps).await;
            shelf.fail(false);
            server.later(25 * 3600);
            server.pp.clean_up().await.unwrap();
            for file in &sent {
                assert_eq!(bytes_of(&server, file).await, PNG);
            }
            assert_eq!(shelf.count().await, sent.len());
            assert_eq!(server.pp.clean_up().await.unwrap(), 0);
        });
    }
}
