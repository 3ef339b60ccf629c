//! The operator API's bodies (EXTENSIONS, Operator API).

use crate::model::{
    CustomEvent, Message, MessageOperator, MessageStatus, OperatorSession, Person, SessionState,
};
use crate::value::{Object, Value, wire_object};
use crate::{AttachmentId, ClientMessageId, Cursor, MessageId, OperatorId};

wire_object! {
    /// `POST login`.
    pub struct LoginRequest {
        /// The operator token.
        pub token: String => "token";
    }
}

wire_object! {
    /// The answer of `GET sessions`.
    pub struct SessionsResponse {
        /// Newest activity first.
        pub sessions: Vec<OperatorSession> => "sessions" or Vec::new();
        /// Pass as `before` for the next page; null on the last.
        pub next: Option<String> => "next", nullable;
        /// The operator stream's place as of this snapshot.
        pub cursor: Option<Cursor> => "cursor";
    }
}

wire_object! {
    /// The answer of `GET sessions/{id}/messages`.
    pub struct OperatorMessagesResponse {
        /// A page of messages, oldest first; deleted ones with their text, notes included.
        pub messages: Vec<Message> => "messages" or Vec::new();
        /// Whether there are more in the direction of paging.
        pub has_more: bool => "hasMore" or false;
        /// The operator stream's place as of this snapshot.
        pub cursor: Option<Cursor> => "cursor";
    }
}

wire_object! {
    /// The answer of `GET sessions/{id}/events`.
    pub struct OperatorEventsResponse {
        /// The newest custom events, from and to the page, oldest first.
        pub events: Vec<CustomEvent> => "events" or Vec::new();
    }
}

wire_object! {
    /// The answer of `GET search`.
    pub struct SearchResponse {
        /// The messages that have the words, newest first; notes included, deleted ones not.
        pub messages: Vec<Message> => "messages" or Vec::new();
        /// Pass as `before` for the next page; null on the last.
        pub next: Option<String> => "next", nullable;
    }
}

wire_object! {
    /// `POST sessions/{id}/messages`.
    pub struct OperatorMessageRequest {
        /// The text.
        pub content: String => "content";
        /// The message that it answers.
        pub reply_to: Option<MessageId> => "replyTo";
        /// Uploaded files.
        pub attachment_ids: Vec<AttachmentId> => "attachmentIds", optional;
        /// Makes repeats harmless.
        pub client_message_id: Option<ClientMessageId> => "clientMessageId";
        /// Data of the host's own, passed on unchanged.
        pub metadata: Option<Object> => "metadata";
        /// Who writes.
        pub operator: Option<MessageOperator> => "operator";
    }
}

wire_object! {
    /// `POST sessions/{id}/upload`.
    pub struct OperatorUploadRequest {
        /// Name of the file.
        pub filename: String => "filename";
        /// Its MIME type.
        pub mime_type: String => "mimeType";
        /// Its size in bytes.
        pub size: u64 => "size";
    }
}

wire_object! {
    /// `POST sessions/{id}/upload/complete`.
    pub struct OperatorUploadCompleteRequest {
        /// The file.
        pub attachment_id: AttachmentId => "attachmentId";
    }
}

wire_object! {
    /// `PATCH sessions/{id}/messages/{mid}` and `POST sessions/{id}/notes`.
    pub struct OperatorContent {
        /// The text.
        pub content: String => "content";
    }
}

wire_object! {
    /// `POST sessions/{id}/typing`.
    pub struct OperatorTypingRequest {
        /// Whether typing began or ended.
        pub is_typing: bool => "isTyping" or true;
    }
}

wire_object! {
    /// `POST sessions/{id}/read`.
    pub struct OperatorReadRequest {
        /// Messages of the visitor.
        pub message_ids: Vec<MessageId> => "messageIds";
        /// `delivered` or `read`.
        pub status: MessageStatus => "status" or MessageStatus::Read;
    }
}

wire_object! {
    /// `POST sessions/{id}/events`.
    pub struct OperatorEventRequest {
        /// 1–128 characters.
        pub name: String => "name";
        /// At most 32 KiB as JSON text.
        pub data: Value => "data";
    }
}

wire_object! {
    /// `POST events`: to all sessions with a stream.
    pub struct BroadcastRequest {
        /// 1–128 characters.
        pub name: String => "name";
        /// At most 32 KiB as JSON text.
        pub data: Value => "data";
    }
}

wire_object! {
    /// The answer to a broadcast.
    pub struct BroadcastResponse {
        /// Always true.
        pub ok: bool => "ok" or true;
        /// How many sessions got it.
        pub sessions: u64 => "sessions" or 0;
    }
}

wire_object! {
    /// `POST sessions/{id}/screenshot`.
    pub struct OperatorScreenshotRequest {
        /// Who asks, at most 128 characters.
        pub requested_by: Option<String> => "requestedBy";
    }
}

wire_object! {
    /// `PUT presence`.
    pub struct PresenceRequest {
        /// Whether an operator is online.
        pub online: bool => "online";
    }
}

wire_object! {
    /// `PUT sessions/{id}/state`.
    pub struct StateRequest {
        /// Where the conversation stands.
        pub state: SessionState => "state";
    }
}

wire_object! {
    /// `PUT sessions/{id}/assignee`.
    pub struct AssigneeRequest {
        /// Who takes care of it; null: nobody.
        pub operator_id: Option<OperatorId> => "operatorId";
    }
}

wire_object! {
    /// `PUT sessions/{id}/tags`.
    pub struct TagsRequest {
        /// At most 50 labels of at most 64 characters; they replace those that there are.
        pub tags: Vec<String> => "tags";
    }
}

wire_object! {
    /// `PUT sessions/{id}/data`.
    pub struct DataRequest {
        /// At most 32 KiB as JSON text; it replaces what there is.
        pub data: Object => "data";
    }
}

wire_object! {
    /// `PUT sessions/{id}/blocked`.
    pub struct BlockedRequest {
        /// Whether the visitor is shut out.
        pub blocked: bool => "blocked";
    }
}

wire_object! {
    /// The answer of `GET people`.
    pub struct PeopleResponse {
        /// The latest known first.
        pub people: Vec<Person> => "people" or Vec::new();
        /// Pass as `before` for the next page; null on the last.
        pub next: Option<String> => "next", nullable;
    }
}

wire_object! {
    /// `PATCH people/{id}`.
    pub struct PersonRequest {
        /// At most 32 KiB as JSON text; they replace those that there are.
        pub attributes: Object => "attributes";
    }
}
