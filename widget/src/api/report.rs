//! The engine's changes as the page hears them: events (PROTOCOL §4.5), callbacks, settled promises.

use super::app::{App, tell};
use super::outcome::{self, Settle};
use super::subscriptions::Topic;
use crate::browser::{console, value};
use crate::driver::Report;
use pocketping_core::engine::{
    Change, Command, Connection, Conversation, Delivery, Entry, EntryKey, FailureReason, Notice, Transport,
};
use pocketping_core::model::{CustomEvent, Message, MessageStatus, Sender, VersionSeverity, VersionWarning};
use pocketping_core::{ClientMessageId, Object, Value, Wire};
use wasm_bindgen::JsValue;

impl App {
    /// Hears the driver.
    pub(super) fn observe(&self, report: Report<'_>) {
        if self.is_gone() {
            return;
        }
        match report {
            Report::Change(change, conversation) => {
                self.state.apply(change, conversation);
                self.report(change, conversation);
            }
            Report::Stream { transport, open } => {
                let event = match (transport, open) {
                    (Transport::WebSocket, true) => "wsConnected",
                    (Transport::WebSocket, false) => "wsDisconnected",
                    (Transport::EventSource, true) => "sseConnected",
                    (Transport::EventSource, false) => return,
                };
                self.emit(event, &JsValue::UNDEFINED);
            }
            Report::Sent { id, percent } => self.report_sent(id, percent),
        }
    }

    fn report(&self, change: &Change, conversation: &Conversation) {
        let callbacks = &self.options.callbacks;
        match change {
            Change::Connected { session_id, .. } => {
                let session = session(conversation);
                for settle in self.take_connects() {
                    settle.resolve(&session);
                }
                self.emit("connect", &session);
                tell(&callbacks.connect, &[&JsValue::from_str(session_id.as_str())]);
            }
            Change::Connection(Connection::Refused) => {
                let error = outcome::error("refused", "the server refuses this widget");
                for settle in self.take_connects() {
                    settle.reject(&error);
                }
                tell(&callbacks.error, &[&error]);
            }
            Change::Added(key) | Change::Updated(key) => {
                if let Some(entry) = conversation.entry(key) {
                    self.report_entry(entry, matches!(change, Change::Updated(_)));
                }
            }
            Change::Arrived(message) => self.report_arrival(message, conversation),
            Change::Delivered {
                client_message_id,
                message,
            } => {
                let message = stored(message);
                if let Some(settle) = self.settled(client_message_id) {
                    settle.resolve(&message);
                }
                tell(&callbacks.message, &[&message]);
            }
            Change::Undeliverable {
                client_message_id,
                reason,
            } => {
                let error = outcome::failure(*reason);
                if let Some(settle) = self.settled(client_message_id) {
                    settle.reject(&error);
                }
                tell(&callbacks.error, &[&error]);
            }
            Change::Edited(key) => self.report_revision("messageEdited", key, conversation),
            Change::Deleted(key) => self.report_revision("messageDeleted", key, conversation),
            Change::Uploaded { id, attachment } => self.report_uploaded(id, attachment),
            Change::Settled { id, outcome } => self.report_end(id, *outcome),
            Change::CsatRequest => self.emit("csatRequested", &JsValue::UNDEFINED),
            Change::Presence(online) => self.emit("presence", &flag("online", *online)),
            Change::Typing(typing) => self.emit("typing", &flag("isTyping", *typing)),
            Change::Open(open) => {
                self.emit("openChange", &JsValue::from_bool(*open));
                tell(if *open { &callbacks.open } else { &callbacks.close }, &[]);
            }
            Change::Event(event) => self.report_event(event),
            Change::Identity(Some(identity)) => self.emit("identify", &value::write(&identity.write())),
            Change::Identity(None) => self.emit("reset", &JsValue::UNDEFINED),
            Change::Identified(outcome) => {
                let settles = std::mem::take(&mut self.pending.borrow_mut().identifies);
                let error = outcome.err().map(outcome::failure);
                for settle in settles {
                    match &error {
                        Some(error) => settle.reject(error),
                        None => settle.resolve(&JsValue::UNDEFINED),
                    }
                }
                if let Some(error) = error {
                    tell(&callbacks.error, &[&error]);
                }
            }
            Change::VersionWarning(warning) => self.report_version(warning),
            Change::AiTakeover => self.emit("aiTakeover", &JsValue::UNDEFINED),
            Change::Config(config) => self.emit("configUpdate", &value::write_object(config)),
            Change::Notice(notice) => report_notice(notice),
            // The rest is for the eye only, or for parts that are not there.
            _ => {}
        }
    }

    fn report_entry(&self, entry: &Entry, updated: bool) {
        self.emit("message", &message(entry));
        let status = match entry.delivery {
            Delivery::Delivered => "delivered",
            Delivery::Read => "read",
            _ => return,
        };
        if updated && entry.message.sender == Sender::Visitor {
            let mut read = Object::new();
            read.push("messageIds", Value::List(vec![entry.message.id.write()]));
            read.push("status", Value::from(status));
            for (key, at) in [
                ("deliveredAt", entry.message.delivered_at),
                ("readAt", entry.message.read_at),
            ] {
                if let Some(at) = at {
                    read.push(key, at.write());
                }
            }
            self.emit("read", &value::write_object(&read));
        }
    }

    fn report_revision(&self, event: &str, key: &EntryKey, conversation: &Conversation) {
        if let Some(entry) = conversation.entry(key) {
            self.emit(event, &message(entry));
        }
    }

    fn report_end(&self, id: &ClientMessageId, outcome: Result<(), FailureReason>) {
        // Of what an earlier page began nobody here has the promise.
        let Some((event, settle)) = self.take_task(id) else {
            if let Err(reason) = outcome {
                self.report_lost(id, reason);
            }
            return;
        };
        match outcome {
            Ok(()) => {
                settle.resolve(&JsValue::UNDEFINED);
                if let Some(event) = event {
                    self.emit(event, &JsValue::UNDEFINED);
                }
            }
            Err(reason) => settle.reject(&outcome::failure(reason)),
        }
    }

    fn report_arrival(&self, message: &Message, conversation: &Conversation) {
        if self.options.auto_open && !conversation.is_open() && !self.is_phone() {
            self.command(Command::SetOpen(true));
        }
        tell(&self.options.callbacks.message, &[&stored(message)]);
    }

    fn report_event(&self, event: &CustomEvent) {
        let js = value::write(&event.write());
        let data = value::write(&event.data);
        tell(&self.options.callbacks.event, &[&js]);
        self.subscriptions.tell(Topic::Custom, &event.name, &[&data, &js]);
        self.emit("event", &js);
        self.emit(&["event:", event.name.as_str()].concat(), &js);
    }

    fn report_version(&self, warning: &VersionWarning) {
        let js = value::write(&warning.write());
        match warning.severity {
            VersionSeverity::Info => console::info(&warning.message),
            VersionSeverity::Warning => console::warn(&warning.message),
            _ => console::error(&warning.message, &js),
        }
        self.emit("versionWarning", &js);
        tell(&self.options.callbacks.version_warning, &[&js]);
    }

    fn take_connects(&self) -> Vec<Settle> {
        std::mem::take(&mut self.pending.borrow_mut().connects)
    }

    fn take_task(&self, id: &ClientMessageId) -> Option<(Option<&'static str>, Settle)> {
        let tasks = &mut self.pending.borrow_mut().tasks;
        let at = tasks.iter().position(|(name, ..)| name == id)?;
        let (_, event, settle) = tasks.swap_remove(at);
        Some((event, settle))
    }

    /// The promise of a message, taken out.
    fn settled(&self, id: &ClientMessageId) -> Option<Settle> {
        let messages = &mut self.pending.borrow_mut().messages;
        let at = messages.iter().position(|(name, _)| name == id)?;
        Some(messages.swap_remove(at).1)
    }
}

/// A message as pages get it: with how far it has come.
pub(super) fn message(entry: &Entry) -> JsValue {
    let status = match entry.delivery {
        Delivery::Sending => "sending",
        Delivery::Sent => "sent",
        Delivery::Delivered => "delivered",
        Delivery::Read => "read",
        Delivery::Failed(_) => "failed",
    };
    with_status(&entry.message, status)
}

/// A message that the server has stored; some servers leave its status unset (PROTOCOL §3.1).
fn stored(message: &Message) -> JsValue {
    let status = message.status.map_or("sent", MessageStatus::as_str);
    with_status(message, status)
}

fn with_status(message: &Message, status: &str) -> JsValue {
    let mut message = message.write();
    if let Value::Object(message) = &mut message {
        message.set("status", status);
    }
    value::write(&message)
}

/// The session as pages get it (PROTOCOL §3.2); null while there is none.
pub(super) fn session(conversation: &Conversation) -> JsValue {
    let (Some(session), Some(visitor)) = (conversation.session_id(), conversation.visitor_id()) else {
        return JsValue::NULL;
    };
    let messages = conversation.entries().iter().map(|entry| entry.message.write());
    let mut object = Object::new();
    object.push("sessionId", session.write());
    object.push("visitorId", visitor.write());
    object.push("operatorOnline", Value::Bool(conversation.operator_online()));
    object.push("messages", Value::List(messages.collect()));
    if let Some(identity) = conversation.identity() {
        object.push("identity", identity.write());
    }
    value::write_object(&object)
}

fn flag(key: &str, flag: bool) -> JsValue {
    value::write_object(&Object::new().with(key, flag))
}

fn report_notice(notice: &Notice) {
    match notice {
        Notice::StorageDegraded(_) => {
            console::warn("this browser stores nothing: what is not sent is lost with the page");
        }
        Notice::StorageCorrupt { entries } => {
            console::warn(&["stored messages that cannot be read: ", &entries.to_string()].concat())
        }
        // What this crate does not know yet, it cannot put into words.
        _ => {}
    }
}
