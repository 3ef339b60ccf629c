//! Reading files back.

use crate::PocketPing;
use crate::files::FileBytes;
use crate::service::ServiceError;
use crate::storage::{AttachmentRecord, UploadStage};
use pocketping_core::AttachmentId;
use std::ops::Range;

impl PocketPing {
    /// A file that is complete: what it is, without its bytes. Its id is all that is asked for: it has 128
    /// random bits, and only those of the conversation get it.
    ///
    /// # Errors
    /// Without a file store, on an unknown file, one that is not complete or was deleted, and when the
    /// storage fails.
    pub async fn file(&self, id: &AttachmentId) -> Result<AttachmentRecord, ServiceError> {
        let record = self.attachment_record(id).await?;
        match record.stage {
            UploadStage::Ready | UploadStage::Attached => Ok(record),
            _ => Err(ServiceError::AttachmentNotFound),
        }
    }

    /// The bytes `range` of a file.
    ///
    /// # Errors
    /// When they are gone, and when the file store fails.
    pub async fn file_bytes(
        &self,
        file: &AttachmentRecord,
        range: Range<u64>,
    ) -> Result<FileBytes, ServiceError> {
        let key = file.file.as_ref().ok_or(ServiceError::AttachmentNotFound)?;
        let bytes = self.uploads()?.files.read(key, range).await?;
        bytes.ok_or(ServiceError::AttachmentNotFound)
    }
}
