//! What the engine says, in words that `js/page/report.js` makes events, callbacks and settled promises of.

use super::app::App;
use crate::browser::value;
use crate::driver::Report;
use pocketping_core::engine::{
    Change, Connection, Conversation, Delivery, Entry, FailureReason, Notice, Transport,
};
use pocketping_core::model::{Identity, Message, MessageStatus};
use pocketping_core::{ClientMessageId, Object, Value, Wire};
use wasm_bindgen::JsValue;

impl App {
    /// Hears the driver.
    pub(super) fn observe(&self, report: Report<'_>) {
        if self.is_gone() {
            return;
        }
        let said = match report {
            Report::Change(change, conversation) => {
                self.state.apply(change, conversation);
                if let Change::Connected { appearance, .. } = change {
                    self.say("look", &Value::Object(appearance.clone()));
                }
                said(change, conversation)
            }
            Report::Kept => {
                self.state.volatile.set(false);
                None
            }
            Report::Stream { transport, open } => match (transport, open) {
                (Transport::WebSocket, true) => Some(("wsConnected", Value::Null)),
                (Transport::WebSocket, false) => Some(("wsDisconnected", Value::Null)),
                (Transport::EventSource, true) => Some(("sseConnected", Value::Null)),
                (Transport::EventSource, false) => None,
            },
        };
        if let Some((word, value)) = said {
            self.say(word, &value);
        }
    }

    fn say(&self, word: &str, value: &Value) {
        let json = value::to_json(value);
        // What it calls of the page it catches.
        drop(self.hear.call2(&JsValue::UNDEFINED, &word.into(), &json.into()));
    }
}

/// What there is to say of a change, if anything; the rest is for the eye only, or for parts that are not there.
fn said(change: &Change, conversation: &Conversation) -> Option<(&'static str, Value)> {
    Some(match change {
        Change::Connected { .. } => ("connect", session(conversation)),
        Change::Connection(Connection::Refused) => ("refused", Value::Null),
        Change::Timeline => ("timeline", Value::Bool(has_metadata(conversation))),
        Change::Added(key) => ("message", message(conversation.entry(key)?)),
        Change::Updated(key) => ("updated", message(conversation.entry(key)?)),
        Change::Edited(key) => ("messageEdited", message(conversation.entry(key)?)),
        Change::Deleted(key) => ("messageDeleted", message(conversation.entry(key)?)),
        Change::Arrived(message) => ("arrived", stored(message)),
        Change::Delivered {
            client_message_id,
            message,
        } => ("delivered", of(client_message_id, stored(message))),
        Change::Undeliverable {
            client_message_id,
            reason,
            ..
        } => ("undeliverable", of(client_message_id, why(*reason))),
        Change::Uploaded { id, attachment } => ("uploaded", of(id, attachment.write())),
        Change::Settled { id, outcome } => ("settled", of(id, outcome.err().map_or(Value::Null, why))),
        Change::Identified(outcome) => ("identified", outcome.err().map_or(Value::Null, why)),
        Change::Identity(Some(identity)) => ("identify", identity.write()),
        Change::Identity(None) => ("reset", Value::Null),
        Change::Unread(count) => ("unread", Value::Int(*count as i64)),
        Change::Presence(online) => ("presence", Value::Bool(*online)),
        Change::Typing(typing) => ("typing", Value::Bool(*typing)),
        Change::Open(open) => ("openChange", Value::Bool(*open)),
        Change::Event(event) => ("event", event.write()),
        Change::Config(config) => ("configUpdate", Value::Object(config.clone())),
        Change::VersionWarning(warning) => ("versionWarning", warning.write()),
        Change::AiTakeover => ("aiTakeover", Value::Null),
        Change::CsatRequest => ("csatRequested", Value::Null),
        Change::ScreenshotRequest(wish) => ("screenshotRequest", wish.write()),
        Change::TrackedElements => {
            let elements = conversation.tracked_elements().iter().map(Wire::write);
            ("trackedElements", Value::List(elements.collect()))
        }
        Change::Notice(Notice::StorageDegraded(_)) => ("storageDegraded", Value::Null),
        Change::Notice(Notice::StorageCorrupt { entries }) => ("storageCorrupt", Value::Int(*entries as i64)),
        _ => return None,
    })
}

/// Whether a part that shows more than text may have something to do.
fn has_metadata(conversation: &Conversation) -> bool {
    let mut entries = conversation.entries().iter();
    entries.any(|entry| entry.message.metadata.is_some())
}

/// What became of a command.
fn of(id: &ClientMessageId, outcome: Value) -> Value {
    Value::List(vec![id.write(), outcome])
}

/// Why something was not sent for good: a code of `js/page/errors.js`, or the status that the server refused it with.
fn why(reason: FailureReason) -> Value {
    Value::from(match reason {
        FailureReason::Blank => "content_blank",
        FailureReason::TooLong => "content_too_long",
        FailureReason::NotFound => "not_found",
        FailureReason::OutboxFull => "outbox_full",
        FailureReason::FileGone => "file_gone",
        FailureReason::Refused { status } => return Value::Int(status.into()),
        _ => "failed",
    })
}

/// A message as pages get it: with how far it has come.
pub(super) fn message(entry: &Entry) -> Value {
    let status = match entry.delivery {
        Delivery::Sending => "sending",
        Delivery::Sent => "sent",
        Delivery::Delivered => "delivered",
        Delivery::Read => "read",
        Delivery::Failed(_) => "failed",
    };
    with_status(&entry.shown(), status)
}

/// A message that the server has stored; some servers leave its status unset (PROTOCOL §3.1).
fn stored(message: &Message) -> Value {
    let status = message.status.map_or("sent", MessageStatus::as_str);
    with_status(message, status)
}

fn with_status(message: &Message, status: &str) -> Value {
    let mut message = message.write();
    if let Value::Object(message) = &mut message {
        message.set("status", status);
    }
    message
}

/// The session as pages get it (PROTOCOL §3.2); null while there is none.
pub(super) fn session(conversation: &Conversation) -> Value {
    let (Some(session), Some(visitor)) = (conversation.session_id(), conversation.visitor_id()) else {
        return Value::Null;
    };
    let messages = conversation.entries().iter().map(|entry| entry.shown().write());
    let mut object = Object::new();
    object.push("sessionId", session.write());
    object.push("visitorId", visitor.write());
    object.push("operatorOnline", Value::Bool(conversation.operator_online()));
    object.push("messages", Value::List(messages.collect()));
    if let Some(identity) = conversation.identity().map(Identity::write) {
        object.push("identity", identity);
    }
    Value::Object(object)
}
