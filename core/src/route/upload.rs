//! Uploads (PROTOCOL §1.3).

use crate::value::wire_object;
use crate::{AttachmentId, SessionId, Timestamp};

wire_object! {
    /// `POST /upload` or `/upload-request`.
    pub struct UploadRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Name of the file.
        pub filename: String => "filename";
        /// Its MIME type.
        pub mime_type: String => "mimeType";
        /// Its size in bytes.
        pub size: u64 => "size";
    }
}

wire_object! {
    /// Where to put the bytes.
    pub struct UploadResponse {
        /// The server's id of the file.
        pub attachment_id: AttachmentId => "attachmentId";
        /// `PUT` the raw bytes there.
        pub upload_url: String => "uploadUrl";
        /// Until when that works.
        pub expires_at: Timestamp => "expiresAt";
    }
}

wire_object! {
    /// `POST /upload/complete` or `/upload-complete`.
    pub struct UploadCompleteRequest {
        /// The conversation.
        pub session_id: Option<SessionId> => "sessionId";
        /// The file.
        pub attachment_id: AttachmentId => "attachmentId";
    }
}

wire_object! {
    /// `POST /upload-failed`.
    pub struct UploadFailedRequest {
        /// The file.
        pub attachment_id: AttachmentId => "attachmentId";
    }
}
