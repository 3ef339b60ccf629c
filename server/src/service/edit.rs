//! Editing and deleting messages (PROTOCOL §1.3).

use super::upload::discard_files_of;
use super::{Change, ServiceError, admit, only_publish};
use crate::PocketPing;
use crate::storage::{AttachmentQuery, Audience, Draft, LogEvent, LogFact, Target, Written};
use pocketping_core::content;
use pocketping_core::envelope::{MessageDeleted, ServerEvent};
use pocketping_core::model::{Message, Sender};
use pocketping_core::route::{DeleteResponse, EditResponse, EditedMessage};
use pocketping_core::{MessageId, OperatorId, SessionId};

/// Who wants to change a message; each side may change its own.
#[derive(PartialEq, Eq)]
enum Side {
    Visitor,
    /// All of them.
    Operator,
    /// This one, who puts no words into the mouths of others.
    Author(OperatorId),
}

impl PocketPing {
    /// Gives one of the visitor's messages another text, stored trimmed.
    ///
    /// # Errors
    /// In this order: unknown session, unknown message (also another session's), deleted message, somebody
    /// else's message, blank text, too long a text.
    pub async fn visitor_edit(
        &self,
        session: SessionId,
        message: MessageId,
        content: String,
    ) -> Result<EditResponse, ServiceError> {
        let message = self.edit(session, message, content, Side::Visitor).await?;
        Ok(EditResponse {
            message: EditedMessage {
                edited_at: message.edited_at.unwrap_or(message.timestamp),
                id: message.id,
                content: message.content,
            },
        })
    }

    /// Deletes one of the visitor's messages: it stays in lists, without text and files. The files are removed.
    ///
    /// # Errors
    /// As [`visitor_edit`](Self::visitor_edit), up to somebody else's message.
    pub async fn visitor_delete(
        &self,
        session: SessionId,
        message: MessageId,
    ) -> Result<DeleteResponse, ServiceError> {
        self.delete(session, message, Side::Visitor).await?;
        Ok(DeleteResponse { deleted: true })
    }

    /// Gives an operator's message or note another text, stored trimmed.
    ///
    /// # Errors
    /// As [`visitor_edit`](Self::visitor_edit).
    pub async fn edit_message(
        &self,
        session: &SessionId,
        message: &MessageId,
        content: String,
    ) -> Result<Message, ServiceError> {
        self.edit(session.clone(), message.clone(), content, Side::Operator)
            .await
    }

    /// The same by an operator who has no other's name.
    pub(super) async fn edit_message_of(
        &self,
        session: &SessionId,
        message: &MessageId,
        content: String,
        author: OperatorId,
    ) -> Result<Message, ServiceError> {
        self.edit(session.clone(), message.clone(), content, Side::Author(author))
            .await
    }

    /// Deletes an operator's message or note; operators go on seeing its text. Its files are removed.
    ///
    /// # Errors
    /// As [`visitor_delete`](Self::visitor_delete).
    pub async fn delete_message(&self, session: &SessionId, message: &MessageId) -> Result<(), ServiceError> {
        self.delete(session.clone(), message.clone(), Side::Operator)
            .await?;
        Ok(())
    }

    async fn edit(
        &self,
        session: SessionId,
        id: MessageId,
        content: String,
        side: Side,
    ) -> Result<Message, ServiceError> {
        let now = self.now();
        let rule = move |draft: &mut Draft, id: &MessageId| {
            let message = own(draft, id, &side)?;
            let (attachments, audience) = (message.attachments.len(), audience(message));
            let content = content.trim();
            content::check(content, attachments)?;
            let at = draft.stamp(now);
            draft.change(id, |message| {
                message.content = content.to_owned();
                message.edited_at = Some(at);
            });
            let fact = LogFact::Edited(id.clone());
            draft.log(LogEvent {
                at,
                audience,
                event_id: None,
                fact,
            });
            Ok(())
        };
        let written = self
            .change_message(session, id, AttachmentQuery::None, rule)
            .await?;
        let changed = written
            .changed
            .first()
            .map(|stored| Message::clone(&stored.message));
        // The rule changes the message or refuses.
        changed.ok_or(ServiceError::MessageNotFound)
    }

    async fn delete(&self, session: SessionId, id: MessageId, side: Side) -> Result<(), ServiceError> {
        let now = self.now();
        let files = self.files_of(&session, &id).await?;
        let rule = move |draft: &mut Draft, id: &MessageId| {
            let mut message = own(draft, id, &side)?.clone();
            let unread = side == Side::Visitor && message.read_at.is_none();
            let audience = audience(&message);
            let at = draft.stamp(now);
            discard_files_of(draft, &mut message);
            draft.change(id, |stored| {
                stored.deleted_at = Some(at);
                stored.attachments = message.attachments;
            });
            if unread {
                let session = draft.session_mut();
                session.unread = session.unread.saturating_sub(1);
            }
            let deleted = MessageDeleted {
                message_id: id.clone(),
                deleted_at: at,
            };
            let fact = LogFact::Event(ServerEvent::MessageDeleted(deleted));
            draft.log(LogEvent {
                at,
                audience,
                event_id: None,
                fact,
            });
            Ok(())
        };
        let written = self.change_message(session, id, files, rule).await?;
        self.remove_discarded(&written).await;
        Ok(())
    }

    /// The attachments of a message. They never change, so they may be read before the write that needs them.
    async fn files_of(&self, session: &SessionId, id: &MessageId) -> Result<AttachmentQuery, ServiceError> {
        let found = self
            .inner()
            .storage
            .messages_by_id(session, vec![id.clone()])
            .await?;
        let files = found.iter().flat_map(|stored| &stored.message.attachments);
        let ids: Vec<_> = files.map(|attachment| attachment.id.clone()).collect();
        Ok(match &ids[..] {
            [] => AttachmentQuery::None,
            _ => AttachmentQuery::These(ids),
        })
    }

    async fn change_message(
        &self,
        session: SessionId,
        id: MessageId,
        attachments: AttachmentQuery,
        rule: impl FnOnce(&mut Draft, &MessageId) -> Result<(), ServiceError> + Send + 'static,
    ) -> Result<Written, ServiceError> {
        self.change(Change {
            target: Target::Existing(session),
            messages: vec![id.clone()],
            attachments,
            once: None,
            rule: move |draft: &mut Draft| rule(draft, &id),
            then: only_publish,
        })
        .await
    }
}

/// The message, if this side may change it.
fn own<'d>(draft: &'d Draft, id: &MessageId, side: &Side) -> Result<&'d Message, ServiceError> {
    // A visitor must not learn of a note, not even that it exists.
    let visible = |message: &&Message| *side != Side::Visitor || !message.private;
    let message = draft.message(id).map(AsRef::as_ref).filter(visible);
    let message = message.ok_or(ServiceError::MessageNotFound)?;
    if *side == Side::Visitor {
        admit(draft.session())?;
    }
    if message.deleted_at.is_some() {
        return Err(ServiceError::MessageDeleted);
    }
    let theirs = match side {
        Side::Visitor => message.sender == Sender::Visitor,
        Side::Operator | Side::Author(_) => message.sender != Sender::Visitor,
    };
    if !theirs {
        return Err(ServiceError::NotAllowed {
            what: "changing a message of the other side",
        });
    }
    match (side, &message.operator) {
        (Side::Author(author), Some(named)) if named.id.as_ref() != Some(author) => {
            Err(ServiceError::NotAllowed {
                what: "an own token changes no text that has somebody else's name",
            })
        }
        _ => Ok(message),
    }
}

fn audience(message: &Message) -> Audience {
    if message.private {
        Audience::Operators
    } else {
        Audience::Everyone
    }
}
