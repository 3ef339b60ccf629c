//! `POST /connect`.

use crate::model::{Identity, Message, PreChatForm, SessionMetadata, TrackedElement};
use crate::value::{ReadError, Value, Wire, wire_object};
use crate::{Cursor, SessionId, VisitorId};

wire_object! {
    /// Opens or resumes a session.
    pub struct ConnectRequest {
        /// Made by the widget, once per browser.
        pub visitor_id: VisitorId => "visitorId";
        /// The session last known there; honoured only when it belongs to this visitor.
        pub session_id: Option<SessionId> => "sessionId";
        /// The browser and the page.
        pub metadata: Option<SessionMetadata> => "metadata";
        /// The identity saved in the browser.
        pub identity: Option<Identity> => "identity";
        /// Value of the page's `pp_inspector` parameter.
        pub inspector_token: Option<String> => "inspectorToken";
    }
}

impl ConnectRequest {
    /// A visitor of whom nothing else is known.
    pub fn new(visitor_id: impl Into<VisitorId>) -> Self {
        ConnectRequest {
            visitor_id: visitor_id.into(),
            session_id: None,
            metadata: None,
            identity: None,
            inspector_token: None,
        }
    }
}

/// What a server can do beyond the existing protocol (EXTENSIONS, Abilities).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// `clientMessageId` makes `POST /message` idempotent.
    IdempotentSend,
    /// `POST /event` exists.
    EventRoute,
    /// Envelopes carry cursors that streams resume from.
    Resume,
    /// `ping`/`pong` and SSE `heartbeat`.
    Heartbeat,
    /// `POST /page` exists.
    Pages,
    /// Uploads store bytes.
    Uploads,
    /// Identities may be signed.
    SignedIdentity,
    /// Product events are taken.
    Analytics,
}

impl Feature {
    const ALL: [(Feature, &'static str); 8] = [
        (Feature::IdempotentSend, "idempotent-send"),
        (Feature::EventRoute, "event-route"),
        (Feature::Resume, "resume"),
        (Feature::Heartbeat, "heartbeat"),
        (Feature::Pages, "pages"),
        (Feature::Uploads, "uploads"),
        (Feature::SignedIdentity, "signed-identity"),
        (Feature::Analytics, "analytics"),
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(feature, _)| *feature == self)
            .map_or("", |(_, name)| name)
    }

    /// The feature of a name; `None` for one that we do not know.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(feature, _)| *feature)
    }
}

/// A server's list of features; names that we do not know are passed over.
impl Wire for Vec<Feature> {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let names = value.as_list().ok_or_else(|| ReadError::expected("a list"))?;
        Ok(names
            .iter()
            .filter_map(Value::as_str)
            .filter_map(Feature::parse)
            .collect())
    }
    fn write(&self) -> Value {
        Value::List(self.iter().map(|feature| Value::from(feature.as_str())).collect())
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let names = Feature::ALL.map(|(_, name)| name);
        crate::value::schema::list(crate::value::schema::words(&names))
    }
}

wire_object! {
    /// A session, new or resumed.
    pub struct ConnectResponse {
        /// The session; another than the one asked for when that was unknown or somebody else's.
        pub session_id: SessionId => "sessionId";
        /// The visitor it belongs to.
        pub visitor_id: VisitorId => "visitorId";
        /// Whether an operator is online.
        pub operator_online: bool => "operatorOnline" or false;
        /// Shown while there are no messages.
        pub welcome_message: Option<String> => "welcomeMessage";
        /// The newest 50 messages, oldest first (older servers: the oldest 50).
        pub messages: Vec<Message> => "messages" or Vec::new();
        /// Elements of the page to track; unset leaves the page's own.
        pub tracked_elements: Option<Vec<TrackedElement>> => "trackedElements";
        /// Whether an operator will see the messages at all; unset means yes.
        pub operator_reachable: Option<bool> => "operatorReachable";
        /// The identity that the server has stored.
        pub identity: Option<Identity> => "identity";
        /// Whether the page was opened for picking elements.
        pub inspector_mode: Option<bool> => "inspectorMode";
        /// The pre-chat form.
        pub pre_chat_form: Option<PreChatForm> => "preChatForm";
        /// Whether there are messages older than these (EXTENSIONS, Resume).
        pub has_more: Option<bool> => "hasMore";
        /// The stream's place as of this snapshot.
        pub cursor: Option<Cursor> => "cursor";
        /// What the server can do; empty for an older one.
        pub features: Vec<Feature> => "features", optional;
        ..appearance "Appearance (`operatorName`, `primaryColor`, …), which overrides the page's options."
    }
}
