//! Presence, identity, leaving and coming back.

use crate::SessionId;
use crate::model::{Identity, Operator};
use crate::value::{ReadError, Value, Wire, wire_object};

wire_object! {
    /// The answer `{"ok": true}`.
    pub struct OkResponse {
        /// Always true.
        pub ok: bool => "ok" or true;
    }
}

wire_object! {
    /// The answer of `GET /presence`.
    pub struct PresenceResponse {
        /// Whether an operator is online.
        pub online: bool => "online" or false;
        /// Who is.
        pub operators: Option<Vec<Operator>> => "operators";
        /// Whether an AI answers when nobody does.
        pub ai_enabled: bool => "aiEnabled" or false;
        /// After how many seconds it does.
        pub ai_active_after: i64 => "aiActiveAfter" or 300;
    }
}

wire_object! {
    /// `POST /identify`.
    pub struct IdentifyRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Who the visitor is; replaces what was known.
        pub identity: Identity => "identity";
    }
}

/// Why a visitor left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisconnectReason {
    /// The page went away.
    PageUnload,
    /// Nothing happened for long.
    Inactivity,
    /// The page asked for it.
    Manual,
}

impl Wire for DisconnectReason {
    fn read(value: &Value) -> Result<Self, ReadError> {
        match value.as_str() {
            Some("page_unload") => Ok(DisconnectReason::PageUnload),
            Some("inactivity") => Ok(DisconnectReason::Inactivity),
            Some("manual") => Ok(DisconnectReason::Manual),
            _ => Err(ReadError::expected("page_unload, inactivity or manual")),
        }
    }
    fn write(&self) -> Value {
        Value::from(match self {
            DisconnectReason::PageUnload => "page_unload",
            DisconnectReason::Inactivity => "inactivity",
            DisconnectReason::Manual => "manual",
        })
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        crate::value::schema::words(&["page_unload", "inactivity", "manual"])
    }
}

wire_object! {
    /// `POST /disconnect`, sent as a beacon.
    pub struct DisconnectRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Whole seconds since connecting.
        pub duration: u64 => "duration" or 0;
        /// Why.
        pub reason: DisconnectReason => "reason" or DisconnectReason::PageUnload;
    }
}

/// Whether the page is in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageState {
    /// Another tab is in front.
    Hidden,
    /// It can be seen.
    Visible,
}

impl Wire for PageState {
    fn read(value: &Value) -> Result<Self, ReadError> {
        match value.as_str() {
            Some("hidden") => Ok(PageState::Hidden),
            Some("visible") => Ok(PageState::Visible),
            _ => Err(ReadError::expected("hidden or visible")),
        }
    }
    fn write(&self) -> Value {
        Value::from(match self {
            PageState::Hidden => "hidden",
            PageState::Visible => "visible",
        })
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        crate::value::schema::words(&["hidden", "visible"])
    }
}

wire_object! {
    /// `POST /visibility`.
    pub struct VisibilityRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Whether the page is in view.
        pub state: PageState => "state";
        /// Milliseconds since 1970 by the visitor's clock.
        pub timestamp: Option<i64> => "timestamp";
    }
}
