//! The bytes of an upload: counted and looked at while they pass.

use super::sniff::{HEAD_BYTES, check_head};
use super::{UploadLink, admit_source, plain_type};
use crate::PocketPing;
use crate::files::{FileKey, FileWriter};
use crate::service::{Change, ServiceError, only_publish};
use crate::storage::{AttachmentQuery, AttachmentRecord, Draft, Target, UploadStage};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use pocketping_core::AttachmentId;

impl PocketPing {
    /// Stores the bytes of an upload. An attempt replaces the one before, until the upload is complete.
    ///
    /// # Errors
    /// On an address that is not good, an unknown or completed upload, bytes that are not what was
    /// announced, a body that breaks off, and when a store fails. The upload can be tried again then.
    pub(crate) async fn receive_upload(
        &self,
        link: UploadLink<'_>,
        content_type: Option<&str>,
        body: impl Stream<Item = Result<Bytes, ServiceError>> + Send + Unpin,
    ) -> Result<(), ServiceError> {
        let uploads = self.uploads()?;
        if !uploads.links.is_good(&link, self.now()) {
            return Err(ServiceError::UploadLinkInvalid);
        }
        let record = self.attachment_record(&link.id).await?;
        if content_type.is_some_and(|given| plain_type(given) != record.mime_type) {
            return Err(ServiceError::UploadMismatch {
                problem: "the Content-Type is another one than was announced",
            });
        }
        let key = self.make_file_key();
        let _writing = uploads.writing.enter(&key);
        self.begin_attempt(&record, key.clone()).await?;
        let mut writer = uploads.files.create(&key).await?;
        let limit = self.config().max_file_bytes;
        let size = pass_on(&record, limit, body, &mut *writer).await?;
        writer.finish().await?;
        let arrived = self.end_attempt(&record, key.clone(), size).await;
        if arrived.is_err() {
            // Nobody will ask for these bytes. Should this fail too, a record names the file.
            uploads.files.delete(&key).await?;
        }
        arrived
    }

    /// Records where the bytes will be, before there are any. What an earlier attempt left gets a record of
    /// its own, which has it removed.
    async fn begin_attempt(&self, found: &AttachmentRecord, key: FileKey) -> Result<(), ServiceError> {
        let leftover = AttachmentId::from(self.make_id());
        let id = found.id.clone();
        let rule = move |draft: &mut Draft| {
            let record = draft.attachment(&id).cloned();
            let record = record.ok_or(ServiceError::AttachmentNotFound)?;
            admit_source(draft, &record)?;
            match record.stage {
                UploadStage::Declared | UploadStage::Arriving | UploadStage::Arrived => {}
                UploadStage::Ready | UploadStage::Attached => return Err(ServiceError::UploadConflict),
                UploadStage::Discarded => return Err(ServiceError::AttachmentNotFound),
            }
            if record.file.is_some() {
                draft.put_attachment(AttachmentRecord {
                    id: leftover,
                    stage: UploadStage::Discarded,
                    ..record.clone()
                });
            }
            draft.put_attachment(AttachmentRecord {
                stage: UploadStage::Arriving,
                file: Some(key),
                ..record
            });
            Ok(())
        };
        self.change_upload(found, rule).await
    }

    /// Records that the bytes are there, unless another attempt has begun meanwhile.
    async fn end_attempt(
        &self,
        found: &AttachmentRecord,
        key: FileKey,
        size: u64,
    ) -> Result<(), ServiceError> {
        let id = found.id.clone();
        let rule = move |draft: &mut Draft| {
            let record = draft.attachment(&id).cloned();
            let record = record.filter(|record| record.stage == UploadStage::Arriving);
            let record = record.filter(|record| record.file.as_ref() == Some(&key));
            let record = record.ok_or(ServiceError::UploadConflict)?;
            draft.put_attachment(AttachmentRecord {
                stage: UploadStage::Arrived,
                size,
                ..record
            });
            Ok(())
        };
        self.change_upload(found, rule).await
    }

    async fn change_upload(
        &self,
        found: &AttachmentRecord,
        rule: impl FnOnce(&mut Draft) -> Result<(), ServiceError> + Send + 'static,
    ) -> Result<(), ServiceError> {
        let written = self
            .change(Change {
                target: Target::Existing(found.session_id.clone()),
                messages: Vec::new(),
                attachments: AttachmentQuery::These(vec![found.id.clone()]),
                once: None,
                rule,
                then: only_publish,
            })
            .await?;
        self.remove_discarded(&written).await;
        Ok(())
    }
}

/// Passes bytes on to the file and counts them. Holds one piece of the body at a time.
async fn pass_on(
    record: &AttachmentRecord,
    limit: u64,
    mut body: impl Stream<Item = Result<Bytes, ServiceError>> + Send + Unpin,
    writer: &mut dyn FileWriter,
) -> Result<u64, ServiceError> {
    let (least, most) = match record.size {
        AttachmentRecord::UNKNOWN_SIZE => (1, limit),
        size => (size, size),
    };
    let (mut passed, mut head) = (0u64, Vec::new());
    while let Some(piece) = body.next().await {
        let piece = piece?;
        passed += piece.len() as u64;
        if passed > most {
            return Err(ServiceError::UploadMismatch {
                problem: "there are more bytes than were announced or are taken",
            });
        }
        if head.len() < HEAD_BYTES {
            let more = (HEAD_BYTES - head.len()).min(piece.len());
            head.extend_from_slice(&piece[..more]);
            if head.len() == HEAD_BYTES {
                check_head(&record.mime_type, &head)?;
            }
        }
        writer.write(piece).await?;
    }
    if passed < least {
        return Err(ServiceError::UploadMismatch {
            problem: "there are fewer bytes than were announced",
        });
    }
    if head.len() < HEAD_BYTES {
        check_head(&record.mime_type, &head)?;
    }
    Ok(passed)
}
