//! Files of messages: a message takes completed uploads along, and its deletion takes them away.

use super::view;
use crate::service::ServiceError;
use crate::storage::{AttachmentRecord, Draft, UploadStage};
use pocketping_core::AttachmentId;
use pocketping_core::model::{AttachmentStatus, Message};

/// Most files of a message: streams keep whole messages.
const MAX_ATTACHMENTS: usize = 20;

/// Takes repetitions out of a message's list of uploads.
///
/// # Errors
/// On more than a message may have.
pub(in crate::service) fn check_ids(ids: Vec<AttachmentId>) -> Result<Vec<AttachmentId>, ServiceError> {
    let mut clean: Vec<AttachmentId> = Vec::new();
    for id in ids {
        if !clean.contains(&id) {
            clean.push(id);
        }
        if clean.len() > MAX_ATTACHMENTS {
            let problem = format!("must be at most {MAX_ATTACHMENTS}");
            return Err(ServiceError::field("attachmentIds", problem));
        }
    }
    Ok(clean)
}

/// Gives a new message its files, in the order sent. An upload is a message's once and for all.
///
/// # Errors
/// On an id that is no completed upload of this session, or that another message has.
pub(in crate::service) fn attach(
    draft: &mut Draft,
    message: &mut Message,
    ids: &[AttachmentId],
    public_url: &str,
) -> Result<(), ServiceError> {
    for id in ids {
        let record = draft
            .attachment(id)
            .filter(|record| record.stage == UploadStage::Ready);
        let Some(record) = record.cloned() else {
            return Err(ServiceError::field(
                "attachmentIds",
                "must be completed uploads of this session that no message has yet",
            ));
        };
        let record = AttachmentRecord {
            message_id: Some(message.id.clone()),
            stage: UploadStage::Attached,
            ..record
        };
        message.attachments.push(view(&record, public_url));
        draft.put_attachment(record);
    }
    Ok(())
}

/// Marks the files of a message that is being deleted as no longer wanted.
pub(in crate::service) fn discard_files_of(draft: &mut Draft, message: &mut Message) {
    for attachment in &mut message.attachments {
        attachment.status = AttachmentStatus::Failed;
        if let Some(record) = draft.attachment(&attachment.id).cloned() {
            draft.put_attachment(AttachmentRecord {
                stage: UploadStage::Discarded,
                ..record
            });
        }
    }
}
