//! Messages (PROTOCOL §3.1).

use super::Attachment;
use super::choice::wire_choice;
use crate::value::{Object, ReadError, Value, Wire, wire_object};
use crate::{ClientMessageId, MessageId, OperatorId, SessionId, Timestamp};

wire_choice! {
    /// Who wrote a message.
    pub enum Sender ("visitor, operator or ai") {
        /// The visitor of the site.
        Visitor = "visitor",
        /// A person answering.
        Operator = "operator",
        /// The AI fallback.
        Ai = "ai",
    }
}

wire_choice! {
    /// How far a message has come; the order is the order of progress.
    pub enum MessageStatus ("sending, sent, delivered or read") {
        /// Known to its sender only.
        Sending = "sending",
        /// Stored by the server.
        Sent = "sent",
        /// Arrived at the other side.
        Delivered = "delivered",
        /// Seen there.
        Read = "read",
    }
}

wire_object! {
    /// A message of a conversation.
    pub struct Message {
        /// Made by the server.
        pub id: MessageId => "id";
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// The text, 0–4000 code points; empty when deleted, may be empty with attachments.
        pub content: String => "content";
        /// Who wrote it.
        pub sender: Sender => "sender";
        /// When the server stored it.
        pub timestamp: Timestamp => "timestamp";
        /// The message that it answers.
        pub reply_to: Option<ReplyTo> => "replyTo";
        /// Data of the host's own, passed on unchanged.
        pub metadata: Option<Object> => "metadata";
        /// Files, in the order sent.
        pub attachments: Vec<Attachment> => "attachments", optional;
        /// How far it has come; some servers leave it unset, which means sent.
        pub status: Option<MessageStatus> => "status";
        /// When it arrived at the other side.
        pub delivered_at: Option<Timestamp> => "deliveredAt";
        /// When it was seen.
        pub read_at: Option<Timestamp> => "readAt";
        /// When its text was last changed.
        pub edited_at: Option<Timestamp> => "editedAt";
        /// When it was deleted; content and attachments are empty then.
        pub deleted_at: Option<Timestamp> => "deletedAt";
        /// The sender's own id of it (EXTENSIONS, Idempotent sends).
        pub client_message_id: Option<ClientMessageId> => "clientMessageId";
        /// Which person wrote it, for operators' messages (EXTENSIONS, Operator API).
        pub operator: Option<MessageOperator> => "operator";
        /// A note among operators; no visitor ever gets one.
        pub private: bool => "private", optional;
    }
}

impl Message {
    /// A message as it is when it has just been stored: `sent`, and nothing else known of it.
    pub fn new(
        id: MessageId,
        session_id: SessionId,
        sender: Sender,
        content: String,
        timestamp: Timestamp,
    ) -> Self {
        Message {
            id,
            session_id,
            content,
            sender,
            timestamp,
            reply_to: None,
            metadata: None,
            attachments: Vec::new(),
            status: Some(MessageStatus::Sent),
            delivered_at: None,
            read_at: None,
            edited_at: None,
            deleted_at: None,
            client_message_id: None,
            operator: None,
            private: false,
        }
    }

    /// The newest moment at which anything about it changed (PROTOCOL §2.4, `after`).
    pub fn last_change(&self) -> Timestamp {
        // A moment is more than none.
        let shown = self.delivered_at.max(self.read_at);
        let changed = self.edited_at.max(self.deleted_at);
        let last = shown.max(changed).max(Some(self.timestamp));
        last.unwrap_or(self.timestamp)
    }
}

wire_object! {
    /// The person who wrote an operator's message.
    pub struct MessageOperator {
        /// The server's id of that person, if it has one.
        pub id: Option<OperatorId> => "id";
        /// The name shown to the visitor.
        pub name: String => "name";
        /// Address of a picture.
        pub avatar: Option<String> => "avatar";
    }
}

/// The message that another one answers: its id, or a quotation embedded by some servers over SSE.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyTo {
    /// Only the id.
    Id(MessageId),
    /// Id and what to show of it.
    Quote(ReplyQuote),
}

impl ReplyTo {
    /// The id of the message that is answered.
    pub fn id(&self) -> &MessageId {
        match self {
            ReplyTo::Id(id) => id,
            ReplyTo::Quote(quote) => &quote.id,
        }
    }
}

impl Wire for ReplyTo {
    fn read(value: &Value) -> Result<Self, ReadError> {
        match value {
            Value::Object(_) => ReplyQuote::read(value).map(ReplyTo::Quote),
            _ => MessageId::read(value).map(ReplyTo::Id),
        }
    }
    fn write(&self) -> Value {
        match self {
            ReplyTo::Id(id) => id.write(),
            ReplyTo::Quote(quote) => quote.write(),
        }
    }
    #[cfg(feature = "openapi")]
    fn schema(schemas: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::OneOfBuilder::new()
            .item(MessageId::schema(schemas))
            .item(ReplyQuote::schema(schemas))
            .into()
    }
}

wire_object! {
    /// What to show of a message that is answered.
    pub struct ReplyQuote {
        /// Its id.
        pub id: MessageId => "id";
        /// Its text.
        pub content: String => "content" or String::new();
        /// Who wrote it.
        pub sender: Sender => "sender";
        /// Whether it was deleted since.
        pub deleted: bool => "deleted", optional;
        /// Whether it came with a file.
        pub has_attachment: bool => "hasAttachment", optional;
        /// MIME type of that file.
        pub attachment_type: Option<String> => "attachmentType";
    }
}
