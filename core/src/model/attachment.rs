//! Attachments (PROTOCOL §3.4).

use super::choice::wire_choice;
use crate::value::wire_object;
use crate::{AttachmentId, MessageId, Timestamp};

wire_choice! {
    /// How far an upload has come.
    pub enum AttachmentStatus ("pending, uploading, ready or failed") {
        /// Announced, no bytes yet.
        Pending = "pending",
        /// Bytes are arriving.
        Uploading = "uploading",
        /// All bytes are stored.
        Ready = "ready",
        /// Given up.
        Failed = "failed",
    }
}

wire_choice! {
    /// Where a file came from.
    pub enum UploadSource ("widget, telegram, discord, slack or api") {
        /// The chat widget.
        Widget = "widget",
        /// A Telegram chat.
        Telegram = "telegram",
        /// A Discord channel.
        Discord = "discord",
        /// A Slack channel.
        Slack = "slack",
        /// The server's own API.
        Api = "api",
    }
}

wire_object! {
    /// A file of a message.
    pub struct Attachment {
        /// The server's id of it.
        pub id: AttachmentId => "id";
        /// The message that carries it; unset until linked.
        pub message_id: Option<MessageId> => "messageId";
        /// The name it had.
        pub filename: String => "filename";
        /// Its MIME type as declared.
        pub mime_type: String => "mimeType";
        /// Its size in bytes.
        pub size: u64 => "size";
        /// Where to read it.
        pub url: String => "url";
        /// Where to read a small picture of it.
        pub thumbnail_url: Option<String> => "thumbnailUrl";
        /// How far the upload has come.
        pub status: AttachmentStatus => "status" or AttachmentStatus::Ready;
        /// When it was announced; the widget's view has none.
        pub created_at: Option<Timestamp> => "createdAt";
        /// Where it came from.
        pub uploaded_from: Option<UploadSource> => "uploadedFrom";
        /// The chat app's id of it.
        pub bridge_file_id: Option<String> => "bridgeFileId";
    }
}
