//! Messages: send, list, edit, delete, receipts, typing.

use crate::envelope::ServerEnvelope;
use crate::model::{Attachment, Message, MessageStatus, Sender};
use crate::value::{Object, wire_object};
use crate::{AttachmentId, ClientMessageId, Cursor, MessageId, SessionId, Timestamp};

wire_object! {
    /// `POST /message`.
    pub struct SendMessageRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// 1–4000 code points; blank only with attachments.
        pub content: String => "content";
        /// Public routes take only `visitor`.
        pub sender: Sender => "sender";
        /// The message that it answers.
        pub reply_to: Option<MessageId> => "replyTo";
        /// Uploaded files.
        pub attachment_ids: Vec<AttachmentId> => "attachmentIds" or Vec::new();
        /// Inline attachments, for operators' messages.
        pub attachments: Vec<Attachment> => "attachments", optional;
        /// Makes repeats harmless (EXTENSIONS, Idempotent sends).
        pub client_message_id: Option<ClientMessageId> => "clientMessageId";
        /// Data of the host's own, passed on unchanged.
        pub metadata: Option<Object> => "metadata";
    }
}

impl SendMessageRequest {
    /// A visitor's text.
    pub fn new(session_id: impl Into<SessionId>, content: impl Into<String>) -> Self {
        SendMessageRequest {
            session_id: session_id.into(),
            content: content.into(),
            sender: Sender::Visitor,
            reply_to: None,
            attachment_ids: Vec::new(),
            attachments: Vec::new(),
            client_message_id: None,
            metadata: None,
        }
    }
}

wire_object! {
    /// The answer to a stored message.
    pub struct SendMessageResponse {
        /// The server's id of it.
        pub message_id: MessageId => "messageId";
        /// When the server stored it.
        pub timestamp: Timestamp => "timestamp";
        /// The sender's own id of it.
        pub client_message_id: Option<ClientMessageId> => "clientMessageId";
        /// The files as linked.
        pub attachments: Option<Vec<Attachment>> => "attachments";
    }
}

wire_object! {
    /// The answer of `GET /messages`.
    pub struct MessagesResponse {
        /// A page of messages, oldest first.
        pub messages: Vec<Message> => "messages" or Vec::new();
        /// Whether there are more in the direction of paging.
        pub has_more: bool => "hasMore" or false;
        /// The stream's place as of this snapshot.
        pub cursor: Option<Cursor> => "cursor";
        /// All envelopes after the cursor that was asked for.
        pub events: Option<Vec<ServerEnvelope>> => "events";
    }
}

wire_object! {
    /// `PATCH /message/{id}` (id in the path) or `POST /edit`.
    pub struct EditRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// The message, when the path does not say.
        pub message_id: Option<MessageId> => "messageId";
        /// The new text; stored trimmed.
        pub content: String => "content";
    }
}

wire_object! {
    /// The answer to an edit.
    pub struct EditResponse {
        /// The message as changed.
        pub message: EditedMessage => "message";
    }
}

wire_object! {
    /// What an edit changed.
    pub struct EditedMessage {
        /// The message.
        pub id: MessageId => "id";
        /// Its new text.
        pub content: String => "content";
        /// When it was changed.
        pub edited_at: Timestamp => "editedAt";
    }
}

wire_object! {
    /// `DELETE /message/{id}?sessionId=` or `POST /delete`.
    pub struct DeleteRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// The message, when the path does not say.
        pub message_id: Option<MessageId> => "messageId";
    }
}

wire_object! {
    /// The answer to a deletion.
    pub struct DeleteResponse {
        /// Always true.
        pub deleted: bool => "deleted" or true;
    }
}

wire_object! {
    /// `POST /read`.
    pub struct ReadRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Messages of that conversation; unknown ones are ignored.
        pub message_ids: Vec<MessageId> => "messageIds";
        /// `delivered` or `read`.
        pub status: MessageStatus => "status" or MessageStatus::Read;
    }
}

wire_object! {
    /// The answer to receipts.
    pub struct ReadResponse {
        /// How many messages changed.
        pub updated: u64 => "updated" or 0;
    }
}

wire_object! {
    /// `POST /typing`.
    pub struct TypingRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Who types; public routes take only `visitor`.
        pub sender: Sender => "sender";
        /// Whether typing began or ended.
        pub is_typing: bool => "isTyping" or true;
    }
}
