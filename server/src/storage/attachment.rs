//! [`AttachmentRecord`]: what is stored of an upload.

use crate::files::FileKey;
use pocketping_core::model::UploadSource;
use pocketping_core::{AttachmentId, MessageId, SessionId, Timestamp};

/// A file of a session, from its announcement on. Its bytes are in the [`FileStore`](crate::files::FileStore).
#[derive(Clone, Debug, PartialEq)]
pub struct AttachmentRecord {
    /// Its id.
    pub id: AttachmentId,
    /// The conversation. Empty, in some stores, once that was erased and only the file is left to be removed.
    pub session_id: SessionId,
    /// The message that carries it; set when it is [`Attached`](UploadStage::Attached).
    pub message_id: Option<MessageId>,
    /// The name it had.
    pub filename: String,
    /// Its MIME type.
    pub mime_type: String,
    /// Its size in bytes; [`UNKNOWN_SIZE`](Self::UNKNOWN_SIZE) until they have arrived when it was not announced.
    pub size: u64,
    /// Where it came from.
    pub source: UploadSource,
    /// When it was announced.
    pub created_at: Timestamp,
    /// How far it has come.
    pub stage: UploadStage,
    /// Where its bytes are, or shall be; set before they are written.
    pub file: Option<FileKey>,
}

impl AttachmentRecord {
    /// The size of what is announced without one: no file is empty.
    pub const UNKNOWN_SIZE: u64 = 0;
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadStage {
    /// Announced, no bytes yet.
    Declared,
    /// Bytes are arriving, or stopped to.
    Arriving,
    /// All bytes are stored.
    Arrived,
    /// The sender has said that it is complete.
    Ready,
    /// A message carries it.
    Attached,
    /// Nobody may have it any more; its bytes are to be removed, then the record.
    Discarded,
}

impl UploadStage {
    /// Whether no message carries it.
    pub fn is_loose(self) -> bool {
        self != UploadStage::Attached
    }
}

/// Which attachments of its session a rule wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AttachmentQuery {
    /// None.
    #[default]
    None,
    /// Those with these ids; whatever the session does not have is left out.
    These(Vec<AttachmentId>),
    /// All that no message carries.
    Loose,
}
