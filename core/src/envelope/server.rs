//! What servers send (PROTOCOL §2.2).

use crate::model::{
    CustomEvent, Message, MessageStatus, OperatorSession, Sender, SessionState, TrackedElement,
    VersionWarning,
};
use crate::route::ScreenshotWish;
use crate::value::{Object, ReadError, Value, Wire, wire_object};
use crate::{Cursor, MessageId, SessionId, Timestamp};

/// The data of `screenshot_request`.
pub type ScreenshotRequest = ScreenshotWish;

/// One envelope of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerEnvelope {
    /// What happened.
    pub event: ServerEvent,
    /// The stream's place after it; older servers send none.
    pub cursor: Option<Cursor>,
    /// Which session it is about; only on the operators' stream.
    pub session_id: Option<SessionId>,
}

/// What can happen to a conversation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ServerEvent {
    /// `message`: a message was stored.
    Message(Box<Message>),
    /// `message_edited`.
    MessageEdited(MessageEdited),
    /// `message_deleted`.
    MessageDeleted(MessageDeleted),
    /// `typing`.
    Typing(Typing),
    /// `presence`.
    Presence(Presence),
    /// `read`: receipts.
    Read(ReadReceipt),
    /// `ai_takeover`.
    AiTakeover(AiTakeover),
    /// `event`: a custom event.
    Custom(CustomEvent),
    /// `version_warning`.
    VersionWarning(VersionWarning),
    /// `csat_request`.
    CsatRequest(CsatRequested),
    /// `config_update`.
    ConfigUpdate(ConfigUpdate),
    /// `screenshot_request`.
    ScreenshotRequest(ScreenshotRequest),
    /// `session` on a visitor's stream: the conversation's state changed.
    SessionState(SessionChange),
    /// `session` on the operators' stream: any change of one.
    Session(Box<OperatorSession>),
    /// `resync`: the cursor cannot be replayed; read everything anew.
    Resync,
    /// `pong`: the answer to a `ping` frame.
    Pong,
    /// `connected`: an SSE stream says that it is open.
    Connected,
    /// A type that we do not know, or whose data has another form: kept whole, for the page's handlers.
    Unknown {
        /// The type's name.
        kind: String,
        /// Its data.
        data: Value,
    },
}

impl ServerEvent {
    /// The type's name on the wire.
    pub fn kind(&self) -> &str {
        match self {
            ServerEvent::Message(_) => "message",
            ServerEvent::MessageEdited(_) => "message_edited",
            ServerEvent::MessageDeleted(_) => "message_deleted",
            ServerEvent::Typing(_) => "typing",
            ServerEvent::Presence(_) => "presence",
            ServerEvent::Read(_) => "read",
            ServerEvent::AiTakeover(_) => "ai_takeover",
            ServerEvent::Custom(_) => "event",
            ServerEvent::VersionWarning(_) => "version_warning",
            ServerEvent::CsatRequest(_) => "csat_request",
            ServerEvent::ConfigUpdate(_) => "config_update",
            ServerEvent::ScreenshotRequest(_) => "screenshot_request",
            ServerEvent::SessionState(_) | ServerEvent::Session(_) => "session",
            ServerEvent::Resync => "resync",
            ServerEvent::Pong => "pong",
            ServerEvent::Connected => "connected",
            ServerEvent::Unknown { kind, .. } => kind,
        }
    }

    fn data(&self) -> Value {
        match self {
            ServerEvent::Message(data) => data.write(),
            ServerEvent::MessageEdited(data) => data.write(),
            ServerEvent::MessageDeleted(data) => data.write(),
            ServerEvent::Typing(data) => data.write(),
            ServerEvent::Presence(data) => data.write(),
            ServerEvent::Read(data) => data.write(),
            ServerEvent::AiTakeover(data) => data.write(),
            ServerEvent::Custom(data) => data.write(),
            ServerEvent::VersionWarning(data) => data.write(),
            ServerEvent::CsatRequest(data) => data.write(),
            ServerEvent::ConfigUpdate(data) => data.write(),
            ServerEvent::ScreenshotRequest(data) => data.write(),
            ServerEvent::SessionState(data) => data.write(),
            ServerEvent::Session(data) => data.write(),
            ServerEvent::Resync | ServerEvent::Pong | ServerEvent::Connected => Object::new().into(),
            ServerEvent::Unknown { data, .. } => data.clone(),
        }
    }

    fn read_known(kind: &str, data: &Value) -> Result<Option<Self>, ReadError> {
        Ok(Some(match kind {
            "message" => ServerEvent::Message(Box::new(Message::read(data)?)),
            "message_edited" => ServerEvent::MessageEdited(MessageEdited::read(data)?),
            "message_deleted" => ServerEvent::MessageDeleted(MessageDeleted::read(data)?),
            "typing" => ServerEvent::Typing(Typing::read(data)?),
            "presence" => ServerEvent::Presence(Presence::read(data)?),
            "read" => ServerEvent::Read(ReadReceipt::read(data)?),
            "ai_takeover" => ServerEvent::AiTakeover(AiTakeover::read(data)?),
            "event" => ServerEvent::Custom(CustomEvent::read(data)?),
            "version_warning" => ServerEvent::VersionWarning(VersionWarning::read(data)?),
            "csat_request" => ServerEvent::CsatRequest(CsatRequested::read(data)?),
            "config_update" => ServerEvent::ConfigUpdate(ConfigUpdate::read(data)?),
            "screenshot_request" => ServerEvent::ScreenshotRequest(ScreenshotRequest::read(data)?),
            "session" => read_session(data)?,
            "resync" => ServerEvent::Resync,
            "pong" => ServerEvent::Pong,
            "connected" => ServerEvent::Connected,
            _ => return Ok(None),
        }))
    }
}

/// `session` is another thing on either stream.
#[cfg(feature = "operator")]
fn read_session(data: &Value) -> Result<ServerEvent, ReadError> {
    if data.get("id").is_none() {
        return SessionChange::read(data).map(ServerEvent::SessionState);
    }
    let session = OperatorSession::read(data)?;
    Ok(ServerEvent::Session(Box::new(session)))
}

/// Visitors hear of the state only.
#[cfg(not(feature = "operator"))]
fn read_session(data: &Value) -> Result<ServerEvent, ReadError> {
    SessionChange::read(data).map(ServerEvent::SessionState)
}

impl Wire for ServerEnvelope {
    /// Reads any envelope with a `type`. A known type with unreadable data becomes
    /// [`ServerEvent::Unknown`]: one odd message must not break a stream.
    fn read(value: &Value) -> Result<Self, ReadError> {
        let kind = value.get("type").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| ReadError::missing().within("type"))?;
        let data = value.get("data").cloned().unwrap_or_else(|| Object::new().into());
        let known = ServerEvent::read_known(kind, &data);
        let event = match known {
            Ok(Some(event)) => event,
            Ok(None) | Err(_) => ServerEvent::Unknown {
                kind: kind.to_owned(),
                data,
            },
        };
        // A cursor of another form is as good as none: the client then re-reads after a reconnect.
        let cursor = value.get("cursor").and_then(|cursor| Cursor::read(cursor).ok());
        let session_id = value.get("sessionId").and_then(|id| SessionId::read(id).ok());
        Ok(ServerEnvelope {
            event,
            cursor,
            session_id,
        })
    }

    fn write(&self) -> Value {
        let mut object = Object::new();
        object.push("type", Value::from(self.event.kind()));
        object.push("data", self.event.data());
        if let Some(cursor) = &self.cursor {
            object.push("cursor", cursor.write());
        }
        if let Some(session_id) = &self.session_id {
            object.push("sessionId", session_id.write());
        }
        Value::Object(object)
    }
    #[cfg(feature = "openapi")]
    fn schema(schemas: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        schemas.model("ServerEnvelope", |schemas| {
            use crate::value::schema::{Presence, property};
            let object = utoipa::openapi::ObjectBuilder::new().description(Some("Something that happened."));
            let object =
                property::<String>(object, schemas, "type", &["doc = \"What.\""], Presence::OfItsType);
            let object = property::<Object>(
                object,
                schemas,
                "data",
                &["doc = \"Its data.\""],
                Presence::Optional,
            );
            let cursor = ["doc = \"The stream's place after it.\""];
            let object = property::<Option<Cursor>>(object, schemas, "cursor", &cursor, Presence::OfItsType);
            let session = ["doc = \"Which session, on the operators' stream.\""];
            property::<Option<SessionId>>(object, schemas, "sessionId", &session, Presence::OfItsType).into()
        })
    }
}

impl From<ServerEvent> for ServerEnvelope {
    fn from(event: ServerEvent) -> Self {
        ServerEnvelope {
            event,
            cursor: None,
            session_id: None,
        }
    }
}

wire_object! {
    /// The data of `message_edited`.
    pub struct MessageEdited {
        /// The message.
        pub message_id: MessageId => "messageId";
        /// Its new text.
        pub content: String => "content";
        /// When it was changed.
        pub edited_at: Timestamp => "editedAt";
    }
}

wire_object! {
    /// The data of `message_deleted`.
    pub struct MessageDeleted {
        /// The message.
        pub message_id: MessageId => "messageId";
        /// When it was deleted.
        pub deleted_at: Timestamp => "deletedAt";
    }
}

wire_object! {
    /// The data of `typing`.
    pub struct Typing {
        /// The conversation.
        pub session_id: Option<SessionId> => "sessionId";
        /// Who types.
        pub sender: Sender => "sender" or Sender::Operator;
        /// Whether typing began or ended.
        pub is_typing: bool => "isTyping" or true;
    }
}

wire_object! {
    /// The data of `presence`.
    pub struct Presence {
        /// Whether an operator is online.
        pub online: bool => "online" or false;
    }
}

wire_object! {
    /// The data of `read`.
    pub struct ReadReceipt {
        /// The conversation.
        pub session_id: Option<SessionId> => "sessionId";
        /// The messages that it is about.
        pub message_ids: Vec<MessageId> => "messageIds";
        /// `delivered` or `read`.
        pub status: MessageStatus => "status" or MessageStatus::Read;
        /// When they arrived.
        pub delivered_at: Option<Timestamp> => "deliveredAt";
        /// When they were seen.
        pub read_at: Option<Timestamp> => "readAt";
    }
}

wire_object! {
    /// The data of `ai_takeover`.
    pub struct AiTakeover {
        /// The conversation.
        pub session_id: Option<SessionId> => "sessionId";
        /// Why, such as `timeout`.
        pub reason: String => "reason" or String::new();
    }
}

wire_object! {
    /// The data of `csat_request`.
    pub struct CsatRequested {
        /// When the rating was asked for.
        pub requested_at: Option<Timestamp> => "requestedAt";
    }
}

wire_object! {
    /// The data of `config_update`; other keys are appearance, as in `/connect`.
    pub struct ConfigUpdate {
        /// Replaces the tracked elements.
        pub tracked_elements: Option<Vec<TrackedElement>> => "trackedElements";
        ..appearance "Everything else."
    }
}

wire_object! {
    /// The data of `session` on a visitor's stream.
    pub struct SessionChange {
        /// Where the conversation stands.
        pub state: SessionState => "state";
    }
}
