//! Editing and deleting messages of the visitor's.
//!
//! What has not left the outbox is changed there. What has, or may have, is changed by an entry of its own
//! behind it, which is told apart by the message's key: its id is known only once the server has stored it.

use super::outbox::item::{DeleteDraft, EditDraft, Item, Kind};
use super::timeline::Patch;
use super::{Change, Conversation, EntryKey, FailureReason, Method};
use crate::content::{self, ContentError};
use crate::envelope::{MessageDeleted, MessageEdited};
use crate::model::Sender;
use crate::route::{DeleteRequest, EditRequest, EditResponse, percent_encode};
use crate::{ClientMessageId, MessageId, SessionId, Value, Wire};
use std::sync::Arc;

/// The request of an edit or a deletion.
pub(super) struct Revision {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Value,
}

impl Conversation {
    pub(super) fn edit(&mut self, key: &EntryKey, content: String) {
        let id = self.dice.id(self.now);
        let attachments = self.entry(key).map_or(0, |entry| entry.message.attachments.len());
        let refusal = match content::check(&content, attachments) {
            Ok(()) if !self.outbox.has_room(content.len()) => Some(FailureReason::OutboxFull),
            Ok(()) => None,
            Err(ContentError::Blank) => Some(FailureReason::Blank),
            Err(_) => Some(FailureReason::TooLong),
        };
        if let Some(reason) = refusal {
            return self.settle(&id, Err(reason));
        }
        if let Some(item) = self.waiting_item(key) {
            self.rewrite(item, &content);
            return self.settle(&id, Ok(()));
        }
        match self.revisable(key) {
            Some(session_id) => {
                let key = key.to_string();
                self.enqueue(
                    id,
                    Kind::Edit(EditDraft {
                        session_id,
                        key,
                        content,
                    }),
                );
            }
            None => self.settle(&id, Err(FailureReason::NotFound)),
        }
    }

    pub(super) fn delete(&mut self, key: &EntryKey) {
        let id = self.dice.id(self.now);
        if self.waiting_item(key).is_some() {
            self.remove(key);
            return self.settle(&id, Ok(()));
        }
        match self.revisable(key) {
            Some(session_id) => {
                let key = key.to_string();
                self.enqueue(id, Kind::Delete(DeleteDraft { session_id, key }));
            }
            None => self.settle(&id, Err(FailureReason::NotFound)),
        }
    }

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

    /// Changes a message that waits in the outbox.
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

    /// The session of a message that the visitor may change.
    fn revisable(&self, key: &EntryKey) -> Option<SessionId> {
        let message = &self.entry(key)?.message;
        let is_ours = message.sender == Sender::Visitor && message.deleted_at.is_none();
        self.session.id.clone().filter(|_| is_ours)
    }

    /// The request of an edit or a deletion; `None` when its message is not stored, or gone.
    pub(super) fn revision(&self, kind: &Kind, session_id: SessionId) -> Option<Revision> {
        let (key, content) = match kind {
            Kind::Edit(edit) => (&edit.key, Some(edit.content.clone())),
            Kind::Delete(delete) => (&delete.key, None),
            _ => return None,
        };
        let id = self
            .timeline
            .get(key)
            .filter(|_| self.timeline.is_stored(key))?
            .message
            .id
            .clone();
        let by_post = self.session.revises_by_post;
        let message_id = by_post.then(|| id.clone());
        let (patch, post, body) = match content {
            Some(content) => {
                let request = EditRequest {
                    session_id,
                    message_id,
                    content,
                };
                (Method::Patch, "/edit", request.write())
            }
            None => {
                let request = DeleteRequest {
                    session_id: session_id.clone(),
                    message_id,
                };
                (Method::Delete, "/delete", request.write())
            }
        };
        Some(if by_post {
            Revision {
                method: Method::Post,
                path: post.to_owned(),
                body,
            }
        } else {
            Revision {
                method: patch,
                path: path_of(&id, body.get("sessionId").and_then(Value::as_str)),
                body,
            }
        })
    }

    /// The widget's route is not there: the Node server has others, and Python none.
    pub(super) fn revise_by_other_route(&mut self, id: &Arc<str>) {
        if std::mem::replace(&mut self.session.revises_by_post, true) {
            self.end(id, Err(FailureReason::Refused { status: 404 }));
        }
    }

    pub(super) fn edited(&mut self, id: &str, edit: &EditDraft, body: &Value) {
        if let Some(message_id) = self.message_id(&edit.key) {
            // A server that does not answer with the message tells of the edit by stream or list.
            if let Ok(answer) = EditResponse::read(body) {
                let edited = MessageEdited {
                    message_id: message_id.clone(),
                    content: answer.message.content,
                    edited_at: answer.message.edited_at,
                };
                self.patch_edit(&message_id, Patch::edit(edited));
            }
        }
        self.end(id, Ok(()));
    }

    pub(super) fn deleted(&mut self, id: &str, delete: &DeleteDraft) {
        if let Some(message_id) = self.message_id(&delete.key) {
            let deleted = MessageDeleted {
                message_id: message_id.clone(),
                deleted_at: self.now.wall,
            };
            self.patch_deletion(&message_id, Patch::deletion(&deleted));
        }
        self.end(id, Ok(()));
    }

    fn message_id(&self, key: &str) -> Option<MessageId> {
        self.timeline.get(key).map(|entry| entry.message.id.clone())
    }
}

/// `/message/{id}?sessionId=…`: what has no body where some proxy drops it has the session there too.
fn path_of(id: &MessageId, session: Option<&str>) -> String {
    let mut path = String::from("/message/");
    percent_encode(id.as_str(), &mut path);
    path.push_str("?sessionId=");
    percent_encode(session.unwrap_or_default(), &mut path);
    path
}
