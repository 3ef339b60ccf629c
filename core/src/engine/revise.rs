//! Editing and deleting messages of the visitor's.
//!
//! What has not left the outbox is changed there. What has, or may have, is changed by an entry of its own
//! behind it, which is told apart by the message's key: its id is known only once the server has stored it. What
//! that entry says shows at once ([`super::Revision`]).

use super::outbox::item::{Call, DELETE, EDIT, Item, Kind};
use super::timeline::Patch;
use super::{Change, Conversation, EntryKey, FailureReason, Method};
use crate::envelope::{MessageDeleted, MessageEdited};
use crate::model::Sender;
use crate::route::{EditResponse, percent_encode};
use crate::{ClientMessageId, MessageId, Object, Value, Wire};
use std::sync::Arc;

impl Conversation {
    pub(super) fn edit(&mut self, id: Arc<str>, key: &EntryKey, content: String) {
        let attachments = self.entry(key).map_or(0, |entry| entry.message.attachments.len());
        if let Some(reason) = self.refusal(&content, attachments) {
            return self.settle(&id, Err(reason));
        }
        self.revise(id, key, EDIT, Object::new().with("content", content));
    }

    pub(super) fn delete(&mut self, id: Arc<str>, key: &EntryKey) {
        self.revise(id, key, DELETE, Object::new());
    }

    /// Changes a message that the visitor may change: in the outbox, or by an entry behind it.
    pub(super) fn revise(&mut self, id: Arc<str>, key: &EntryKey, route: &str, body: Object) {
        // What is stored is changed by who has the session, whether or not this page leads by then.
        let decides = self.tabs.decides() || (self.tabs.leads() && self.outbox.get(&key.0).is_none());
        if decides && self.revise_waiting(&id, key, route, &body) {
            return;
        }
        let is_ours = self.entry(key).is_some_and(|entry| {
            entry.message.sender == Sender::Visitor && entry.shown().deleted_at.is_none()
        });
        // The leader may have a session by then. What may be another one's to do, or this one's in a moment, has none.
        let session_id = self.session.id.clone().filter(|_| decides || !self.tabs.leads());
        if !is_ours || (session_id.is_none() && decides) {
            return self.settle(&id, Err(FailureReason::NotFound));
        }
        let call = Call {
            route: route.to_owned(),
            session_id,
            key: Some(String::from(&*key.0)),
            body,
        };
        self.enqueue(id, Kind::Call(call));
    }

    /// Changes a message that waits in the outbox; whether it does.
    pub(super) fn revise_waiting(&mut self, id: &str, key: &EntryKey, route: &str, body: &Object) -> bool {
        let Some(item) = self.waiting_item(key) else {
            return false;
        };
        if route == DELETE {
            self.remove(key);
        } else {
            let content = body.get("content").and_then(Value::as_str);
            self.rewrite(item, content.unwrap_or_default());
        }
        self.settle(id, Ok(()));
        true
    }

    /// Tells the page how what it waits for came out.
    pub(super) fn settle(&mut self, id: &str, outcome: Result<(), FailureReason>) {
        self.out.change(Change::Settled {
            id: ClientMessageId::new(id),
            outcome,
        });
    }

    /// The outbox's message of this entry, if the server certainly has not stored it.
    fn waiting_item(&self, key: &EntryKey) -> Option<Item> {
        let queued = self.outbox.get(&key.0)?;
        self.unsent_item(key).filter(|_| queued.doubtful_tries == 0)
    }

    fn rewrite(&mut self, mut item: Item, content: &str) {
        let Kind::Message(draft) = &mut item.kind else {
            return;
        };
        content.clone_into(&mut draft.content);
        let kept = self.write_item(&item);
        let id = item.id.clone();
        if let Some(queued) = self.outbox.get_mut(&id) {
            queued.item = item;
        }
        self.outbox.written(&id, kept);
        if self.timeline.rewrite_unsent(&id, content) {
            self.out.change(Change::Updated(EntryKey(id)));
        }
    }

    /// Method and path of a change to the message of this key, which goes into the body where the path does not
    /// say it; `None` when the message is not stored, or gone.
    pub(super) fn revision(&self, route: &str, key: &str, body: &mut Object) -> Option<(Method, String)> {
        let id = self.message_id(key).filter(|_| self.timeline.is_stored(key))?;
        if self.session.revises_by_post {
            body.push("messageId", id.write());
            return Some((Method::Post, route.to_owned()));
        }
        let mut path = String::from("/message/");
        percent_encode(id.as_str(), &mut path);
        // A body of DELETE is dropped by some proxies.
        path.push_str("?sessionId=");
        let session = body.get("sessionId").and_then(Value::as_str);
        percent_encode(session.unwrap_or_default(), &mut path);
        let method = if route == EDIT {
            Method::Patch
        } else {
            Method::Delete
        };
        Some((method, path))
    }

    /// The widget's route is not there: the Node server has others, and Python none.
    pub(super) fn revise_by_other_route(&mut self, id: &Arc<str>) {
        if std::mem::replace(&mut self.session.revises_by_post, true) {
            self.end(id, Err(FailureReason::Refused { status: 404 }));
        }
    }

    /// The server has changed the message of this key.
    pub(super) fn revised(&mut self, route: &str, key: &str, answer: &Value) {
        let Some(message_id) = self.message_id(key) else {
            return;
        };
        if route == DELETE {
            let deleted = MessageDeleted {
                message_id: message_id.clone(),
                deleted_at: self.now.wall,
            };
            return self.patch_deletion(&message_id, Patch::deletion(&deleted));
        }
        // A server that does not answer with the message tells of the edit by stream or list.
        if let Ok(answer) = EditResponse::read(answer) {
            let edited = MessageEdited {
                message_id: message_id.clone(),
                content: answer.message.content,
                edited_at: answer.message.edited_at,
            };
            self.patch_edit(&message_id, Patch::edit(edited));
        }
    }

    fn message_id(&self, key: &str) -> Option<MessageId> {
        self.timeline.get(key).map(|entry| entry.message.id.clone())
    }
}
