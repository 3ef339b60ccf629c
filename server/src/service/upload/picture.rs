//! Uploads of screenshots: PNG, of a size that is known only when they have arrived.

use super::Announced;
use crate::PocketPing;
use crate::service::ServiceError;
use crate::storage::{AttachmentRecord, Draft, UploadStage};
use pocketping_core::model::UploadSource;
use pocketping_core::{AttachmentId, SessionId};

/// A picture that is about to be sent.
pub(in crate::service) fn announced_picture(pp: &PocketPing, session: SessionId) -> Announced {
    let record = AttachmentRecord {
        id: AttachmentId::from(pp.make_id()),
        session_id: session,
        message_id: None,
        filename: "screenshot.png".to_owned(),
        mime_type: "image/png".to_owned(),
        size: AttachmentRecord::UNKNOWN_SIZE,
        source: UploadSource::Widget,
        created_at: pp.now(),
        stage: UploadStage::Declared,
        file: None,
    };
    Announced(record)
}

/// A picture that has arrived, as it is to be when a message takes it; the one that a message has is given as it is.
///
/// # Errors
/// When the session has none of this id, its bytes have not arrived, or are not so many.
pub(in crate::service) fn arrived_picture(
    draft: &Draft,
    id: &AttachmentId,
    size: u64,
) -> Result<AttachmentRecord, ServiceError> {
    let record = draft.attachment(id).cloned();
    let mut record = record.ok_or(ServiceError::AttachmentNotFound)?;
    match record.stage {
        UploadStage::Attached => return Ok(record),
        UploadStage::Arrived | UploadStage::Ready => record.stage = UploadStage::Ready,
        UploadStage::Declared | UploadStage::Arriving => return Err(ServiceError::UploadIncomplete),
        UploadStage::Discarded => return Err(ServiceError::AttachmentNotFound),
    }
    if record.size != size {
        return Err(ServiceError::field("size", "is not how many bytes have arrived"));
    }
    Ok(record)
}
