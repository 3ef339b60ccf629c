//! Custom events, tracked elements and page views (PROTOCOL §3.5; EXTENSIONS, Pages).

use super::choice::wire_choice;
use crate::value::{Object, Value, wire_object};
use crate::{EventId, SessionId, Timestamp};

wire_object! {
    /// A named event between page and server, in either direction.
    pub struct CustomEvent {
        /// 1–128 characters.
        pub name: String => "name";
        /// An object by the protocol; readers keep whatever came. `Null` when there is none.
        pub data: Value => "data";
        /// When it happened, by its maker's clock.
        pub timestamp: Timestamp => "timestamp";
        /// Filled in by the server.
        pub session_id: Option<SessionId> => "sessionId";
        /// The maker's id of it, the idempotency key (EXTENSIONS, Custom events over HTTP).
        pub event_id: Option<EventId> => "eventId";
    }
}

wire_choice! {
    /// The DOM event that a tracked element listens to.
    pub enum ElementEvent ("click, submit, focus, change or mouseenter") {
        /// A click.
        Click = "click",
        /// A form being sent.
        Submit = "submit",
        /// Focus coming in.
        Focus = "focus",
        /// A value changing.
        Change = "change",
        /// The pointer coming in.
        MouseEnter = "mouseenter",
    }
}

wire_object! {
    /// An element of the page whose use is sent as a custom event.
    pub struct TrackedElement {
        /// CSS selector.
        pub selector: String => "selector";
        /// Name of the custom event.
        pub name: String => "name";
        /// What to listen to.
        pub event: ElementEvent => "event" or ElementEvent::Click;
        /// Text that opens the widget.
        pub widget_message: Option<String> => "widgetMessage";
        /// Sent along.
        pub data: Option<Object> => "data";
    }
}

impl TrackedElement {
    /// Clicks on elements of this CSS selector, as events of this name.
    pub fn new(selector: impl Into<String>, name: impl Into<String>) -> Self {
        TrackedElement {
            selector: selector.into(),
            name: name.into(),
            event: ElementEvent::Click,
            widget_message: None,
            data: None,
        }
    }
}

wire_object! {
    /// Options of `trigger`.
    pub struct TriggerOptions {
        /// Text that opens the widget.
        pub widget_message: Option<String> => "widgetMessage";
    }
}

wire_object! {
    /// A page that a visitor looked at.
    pub struct PageView {
        /// Its address.
        pub url: String => "url";
        /// Its title.
        pub title: Option<String> => "title";
        /// Where the visitor came from.
        pub referrer: Option<String> => "referrer";
        /// When; set by the server.
        pub timestamp: Option<Timestamp> => "timestamp";
    }
}
