//! Custom events and page views over HTTP (EXTENSIONS).

use crate::value::{Value, wire_object};
use crate::{EventId, SessionId, Timestamp};

wire_object! {
    /// `POST /event`: the same effect as the socket frame.
    pub struct EventRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// Makes repeats harmless.
        pub event_id: Option<EventId> => "eventId";
        /// 1–128 characters.
        pub name: String => "name";
        /// At most 32 KiB as JSON text.
        pub data: Value => "data";
        /// When it happened, by the visitor's clock.
        pub timestamp: Option<Timestamp> => "timestamp";
        /// Address of the page it happened on.
        pub page: Option<String> => "page";
    }
}

wire_object! {
    /// `POST /page`: an SPA navigation.
    pub struct PageRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// The new address.
        pub url: String => "url";
        /// The new title.
        pub title: Option<String> => "title";
        /// Where the visitor came from.
        pub referrer: Option<String> => "referrer";
    }
}
