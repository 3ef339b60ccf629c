//! Uploads: announcing a file, its bytes, and saying that it is complete (PROTOCOL §1.3).
//!
//! An upload goes through the stages of [`UploadStage`]. Its record always names a file before bytes are
//! written under that name, and a file that is no longer wanted has a record that says so
//! ([`UploadStage::Discarded`]), so that whatever is interrupted, [`clean_up`](crate::PocketPing::clean_up) finds it.

mod attach;
pub(super) use attach::{attach, check_ids, discard_files_of};
mod clean;
mod filename;
mod link;
pub(crate) use link::UploadLink;
use link::UploadLinks;
mod picture;
pub(super) use picture::{announced_picture, arrived_picture};
mod read;
mod receive;
mod sniff;
mod writing;

use super::{Change, ServiceError, admit, only_publish};
use crate::files::{FileKey, FileStore};
use crate::storage::{AttachmentQuery, AttachmentRecord, Draft, Target, UploadStage};
use crate::{Config, OperatorToken, PocketPing, Rng};
use filename::clean_filename;
use pocketping_core::model::{Attachment, AttachmentStatus, UploadSource};
use pocketping_core::route::{
    OperatorUploadRequest, UploadCompleteRequest, UploadFailedRequest, UploadRequest, UploadResponse,
};
use pocketping_core::{AttachmentId, SessionId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use writing::Writing;

/// How long the address for the bytes is good.
const LINK_LIFETIME: Duration = Duration::from_secs(900);
/// Uploads of one session that no message carries; beyond these the oldest is discarded.
const MAX_LOOSE: usize = 40;

/// What a server with a file store has for uploads.
pub(crate) struct Uploads {
    files: Arc<dyn FileStore>,
    links: UploadLinks,
    writing: Writing,
    /// When uploads last looked for what has to go, in milliseconds since 1970.
    cleaned: AtomicI64,
}

impl Uploads {
    pub(crate) fn new(files: Arc<dyn FileStore>, token: Option<&OperatorToken>, rng: &dyn Rng) -> Self {
        Uploads {
            files,
            links: UploadLinks::new(token, rng),
            writing: Writing::default(),
            cleaned: AtomicI64::new(0),
        }
    }
}

/// A file that is about to be sent.
pub(super) struct Announced(AttachmentRecord);

impl PocketPing {
    /// Announces a file of the visitor's; the answer says where to `PUT` its bytes.
    ///
    /// # Errors
    /// Without a file store, on a size or type that is not allowed, an unknown session, a blocked visitor,
    /// and when the storage fails.
    pub async fn visitor_upload(&self, request: UploadRequest) -> Result<UploadResponse, ServiceError> {
        let file = OperatorUploadRequest {
            filename: request.filename,
            mime_type: request.mime_type,
            size: request.size,
        };
        self.announce_upload(request.session_id, file, UploadSource::Widget)
            .await
    }

    /// Announces a file of an operator's; the answer says where to `PUT` its bytes.
    ///
    /// # Errors
    /// As [`visitor_upload`](Self::visitor_upload), blocked visitors aside.
    pub async fn operator_upload(
        &self,
        session: &SessionId,
        file: OperatorUploadRequest,
    ) -> Result<UploadResponse, ServiceError> {
        self.announce_upload(session.clone(), file, UploadSource::Api)
            .await
    }

    async fn announce_upload(
        &self,
        session: SessionId,
        file: OperatorUploadRequest,
        source: UploadSource,
    ) -> Result<UploadResponse, ServiceError> {
        self.takes_files()?;
        let mime_type = self.check_file(&file)?;
        let record = AttachmentRecord {
            id: AttachmentId::from(self.make_id()),
            session_id: session,
            message_id: None,
            filename: clean_filename(&file.filename),
            mime_type,
            size: file.size,
            source,
            created_at: self.now(),
            stage: UploadStage::Declared,
            file: None,
        };
        self.announce(Announced(record), |_| Ok(())).await
    }

    /// Records an announced file where a rule of its own allows it, and makes its address.
    pub(super) async fn announce(
        &self,
        Announced(record): Announced,
        allow: impl FnOnce(&mut Draft) -> Result<(), ServiceError> + Send + 'static,
    ) -> Result<UploadResponse, ServiceError> {
        let uploads = self.uploads()?;
        self.clean_up_now_and_then().await;
        let now = record.created_at;
        let id = record.id.clone();
        let expires_at = Timestamp::from_millis(now.as_millis() + LINK_LIFETIME.as_millis() as i64);
        let written = self
            .change(Change {
                target: Target::Existing(record.session_id.clone()),
                messages: Vec::new(),
                attachments: AttachmentQuery::Loose,
                once: None,
                rule: move |draft: &mut Draft| {
                    admit_source(draft, &record)?;
                    allow(draft)?;
                    make_room(draft);
                    draft.put_attachment(record);
                    Ok(())
                },
                then: only_publish,
            })
            .await?;
        self.remove_discarded(&written).await;
        let upload_url = uploads.links.address(&self.config().public_url, &id, expires_at);
        Ok(UploadResponse {
            attachment_id: id,
            upload_url,
            expires_at,
        })
    }

    /// Says that all bytes of an upload have been sent. Repeating it is harmless.
    ///
    /// # Errors
    /// On an unknown upload (also another session's), one whose bytes have not all arrived, a blocked visitor's, and when
    /// the storage fails.
    pub async fn complete_upload(&self, request: UploadCompleteRequest) -> Result<Attachment, ServiceError> {
        let record = self.attachment_record(&request.attachment_id).await?;
        if request
            .session_id
            .is_some_and(|session| session != record.session_id)
        {
            return Err(ServiceError::AttachmentNotFound);
        }
        self.change_attachment(record, |record| match record.stage {
            UploadStage::Arrived => {
                record.stage = UploadStage::Ready;
                Ok(())
            }
            UploadStage::Ready | UploadStage::Attached => Ok(()),
            UploadStage::Declared | UploadStage::Arriving => Err(ServiceError::UploadIncomplete),
            UploadStage::Discarded => Err(ServiceError::AttachmentNotFound),
        })
        .await
    }

    /// Gives an upload up; its bytes are removed.
    ///
    /// # Errors
    /// On an unknown upload, one that a message carries, a blocked visitor's, and when the storage fails.
    pub async fn fail_upload(&self, request: UploadFailedRequest) -> Result<Attachment, ServiceError> {
        let record = self.attachment_record(&request.attachment_id).await?;
        self.change_attachment(record, |record| match record.stage {
            UploadStage::Attached => Err(ServiceError::UploadConflict),
            _ => {
                record.stage = UploadStage::Discarded;
                Ok(())
            }
        })
        .await
    }

    /// Changes one attachment by a rule; gives it as it is then.
    async fn change_attachment(
        &self,
        record: AttachmentRecord,
        change: impl FnOnce(&mut AttachmentRecord) -> Result<(), ServiceError> + Send + 'static,
    ) -> Result<Attachment, ServiceError> {
        let id = record.id;
        let written = self
            .change(Change {
                target: Target::Existing(record.session_id),
                messages: Vec::new(),
                attachments: AttachmentQuery::These(vec![id.clone()]),
                once: None,
                rule: move |draft: &mut Draft| {
                    let record = draft.attachment(&id).ok_or(ServiceError::AttachmentNotFound)?;
                    let mut record = record.clone();
                    admit_source(draft, &record)?;
                    change(&mut record)?;
                    draft.put_attachment(record);
                    Ok(())
                },
                then: only_publish,
            })
            .await?;
        self.remove_discarded(&written).await;
        // The rule puts one or refuses.
        let record = written
            .attachments
            .first()
            .ok_or(ServiceError::AttachmentNotFound)?;
        Ok(view(record, &self.config().public_url))
    }

    /// Whether files are taken at all.
    pub(super) fn takes_files(&self) -> Result<(), ServiceError> {
        self.uploads().map(|_| ())
    }

    fn uploads(&self) -> Result<&Uploads, ServiceError> {
        self.inner().uploads.as_ref().ok_or(ServiceError::UploadsOff)
    }

    async fn attachment_record(&self, id: &AttachmentId) -> Result<AttachmentRecord, ServiceError> {
        self.uploads()?;
        let found = self.inner().storage.attachment(id).await?;
        found.ok_or(ServiceError::AttachmentNotFound)
    }

    /// Checks what is announced; gives the type in its plain form.
    fn check_file(&self, file: &OperatorUploadRequest) -> Result<String, ServiceError> {
        let Config {
            max_file_bytes: limit,
            file_types,
            ..
        } = self.config();
        if file.filename.trim().is_empty() {
            return Err(ServiceError::field("filename", "is blank"));
        }
        if file.size == 0 {
            return Err(ServiceError::field("size", "must be at least 1 byte"));
        }
        if file.size > *limit {
            return Err(ServiceError::FileTooLarge {
                bytes: file.size,
                limit: *limit,
            });
        }
        let plain = plain_type(&file.mime_type);
        if !file_types.contains(&plain) {
            let allowed = file_types.join(", ");
            return Err(ServiceError::field(
                "mimeType",
                format!("must be one of {allowed}"),
            ));
        }
        Ok(plain)
    }

    fn make_file_key(&self) -> FileKey {
        FileKey::parse(&self.make_id()).expect("our ids are lower case letters and digits")
    }
}

/// Refuses what comes from a visitor whom an operator has shut out; operators go on sending.
fn admit_source(draft: &Draft, record: &AttachmentRecord) -> Result<(), ServiceError> {
    match record.source {
        UploadSource::Widget => admit(draft.session()),
        _ => Ok(()),
    }
}

/// Discards the oldest uploads of a session that has too many which no message carries.
fn make_room(draft: &mut Draft) {
    let wanted = |record: &&AttachmentRecord| record.stage != UploadStage::Discarded;
    let mut loose: Vec<_> = draft.attachments().iter().filter(wanted).cloned().collect();
    loose.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    let too_many = (loose.len() + 1).saturating_sub(MAX_LOOSE);
    for record in loose.into_iter().take(too_many) {
        draft.put_attachment(AttachmentRecord {
            stage: UploadStage::Discarded,
            ..record
        });
    }
}

/// A MIME type without its parameters, in lower case.
fn plain_type(text: &str) -> String {
    let plain = text.split(';').next().unwrap_or_default();
    plain.trim().to_ascii_lowercase()
}

/// An upload as both sides see it.
fn view(record: &AttachmentRecord, public_url: &str) -> Attachment {
    let status = match record.stage {
        UploadStage::Declared => AttachmentStatus::Pending,
        UploadStage::Arriving | UploadStage::Arrived => AttachmentStatus::Uploading,
        UploadStage::Ready | UploadStage::Attached => AttachmentStatus::Ready,
        UploadStage::Discarded => AttachmentStatus::Failed,
    };
    Attachment {
        id: record.id.clone(),
        message_id: record.message_id.clone(),
        filename: record.filename.clone(),
        mime_type: record.mime_type.clone(),
        size: record.size,
        url: format!("{public_url}/files/{}", record.id),
        thumbnail_url: None,
        status,
        created_at: Some(record.created_at),
        uploaded_from: Some(record.source),
        bridge_file_id: None,
    }
}
