//! Screenshots (PROTOCOL §1.3).

use crate::value::wire_object;
use crate::{AttachmentId, SessionId, Timestamp};

wire_object! {
    /// One wish for a screenshot.
    pub struct ScreenshotWish {
        /// Its id.
        pub request_id: String => "requestId";
        /// Who asks.
        pub requested_by: Option<String> => "requestedBy";
        /// From which chat app.
        pub requested_from: Option<String> => "requestedFrom";
        /// Whether not to tell the visitor.
        pub silent: Option<bool> => "silent";
    }
}

wire_object! {
    /// The answer of `GET /screenshot/requests`.
    pub struct ScreenshotRequests {
        /// What is open.
        pub requests: Vec<ScreenshotWish> => "requests" or Vec::new();
    }
}

wire_object! {
    /// `POST /screenshot/upload`.
    pub struct ScreenshotUpload {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// The wish that it answers.
        pub request_id: String => "requestId";
    }
}

wire_object! {
    /// Where to put the picture.
    pub struct ScreenshotUploadResponse {
        /// The server's id of the picture.
        pub attachment_id: AttachmentId => "attachmentId";
        /// `PUT` the PNG there.
        pub upload_url: String => "uploadUrl";
        /// Until when that works.
        pub expires_at: Timestamp => "expiresAt";
        /// The store's name of it.
        pub storage_key: Option<String> => "storageKey";
    }
}

wire_object! {
    /// `POST /screenshot/upload/complete`.
    pub struct ScreenshotComplete {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// The wish that it answers.
        pub request_id: String => "requestId";
        /// The picture.
        pub attachment_id: AttachmentId => "attachmentId";
        /// Its size in bytes.
        pub size: u64 => "size";
    }
}
