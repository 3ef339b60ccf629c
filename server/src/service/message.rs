//! Sending: `POST /message`, operators' answers and notes (PROTOCOL §1.3; EXTENSIONS, Idempotent sends).

use super::upload::{attach, check_ids};
use super::{Change, ServiceError, admit, shown, touch};
use crate::PocketPing;
use crate::hooks::Call;
use crate::pocketping::Inner;
use crate::storage::{AttachmentQuery, Draft, Earlier, OnceKey, Target, Written};
use crate::view;
use pocketping_core::content::{self, MAX_CLIENT_ID_CHARS};
use pocketping_core::envelope::{ServerEvent, SessionChange};
use pocketping_core::model::{Message, MessageOperator, ReplyTo, Sender, SessionState};
use pocketping_core::route::{OperatorMessageRequest, SendMessageRequest, SendMessageResponse};
use pocketping_core::{
    AttachmentId, ClientMessageId, MessageId, Object, OperatorId, SessionId, Timestamp, Wire,
};
use std::sync::Arc;

/// A message is bounded as a whole, not only its text: streams keep many of them.
const MAX_METADATA_BYTES: usize = 16 * 1024;
/// Most bytes of an operator's id, name and picture's address, each.
const MAX_OPERATOR_BYTES: usize = 2 * 1024;

/// What an operator sends. Made from a text, or from the operator API's request.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct OperatorMessage {
    /// The text.
    pub content: String,
    /// The message that it answers; dropped when the session does not have it.
    pub reply_to: Option<MessageId>,
    /// Completed uploads of the session, which the message takes along.
    pub attachment_ids: Vec<AttachmentId>,
    /// Makes repeats harmless.
    pub client_message_id: Option<ClientMessageId>,
    /// Data of the host's own; reaches the widget unchanged.
    pub metadata: Option<Object>,
    /// Who writes.
    pub operator: Option<MessageOperator>,
}

impl From<&str> for OperatorMessage {
    fn from(content: &str) -> Self {
        OperatorMessage::from(content.to_owned())
    }
}

impl From<String> for OperatorMessage {
    fn from(content: String) -> Self {
        OperatorMessage {
            content,
            ..OperatorMessage::default()
        }
    }
}

impl From<OperatorMessageRequest> for OperatorMessage {
    fn from(request: OperatorMessageRequest) -> Self {
        OperatorMessage {
            content: request.content,
            reply_to: request.reply_to,
            attachment_ids: request.attachment_ids,
            client_message_id: request.client_message_id,
            metadata: request.metadata,
            operator: request.operator,
        }
    }
}

impl PocketPing {
    /// Stores a visitor's message and tells both sides.
    ///
    /// A repeat with the same `clientMessageId` answers as the first time and does nothing else. A `replyTo` that
    /// the visitor cannot see is dropped: a message is not lost for the sake of its quotation.
    ///
    /// # Errors
    /// On an unknown session, another sender than the visitor, a text that breaks the rules, attachments that
    /// are no completed uploads of the session or that another message has, a reused `clientMessageId`, and
    /// when the storage fails.
    pub async fn visitor_message(
        &self,
        request: SendMessageRequest,
    ) -> Result<SendMessageResponse, ServiceError> {
        if request.sender != Sender::Visitor {
            return Err(ServiceError::SenderNotAllowed {
                sender: request.sender,
            });
        }
        check_metadata(request.metadata.as_ref())?;
        let message = Message {
            client_message_id: request.client_message_id,
            metadata: request.metadata,
            ..self.blank(&request.session_id, Sender::Visitor, request.content)
        };
        let links = Links {
            reply_to: request.reply_to,
            attachments: check_ids(request.attachment_ids)?,
        };
        let message = self.send(message, links).await?;
        self.seen(&message.session_id);
        Ok(SendMessageResponse {
            message_id: message.id,
            timestamp: message.timestamp,
            client_message_id: message.client_message_id,
            attachments: Some(message.attachments).filter(|files| !files.is_empty()),
        })
    }

    /// Sends a message as an operator: from a text, or with everything that [`OperatorMessage`] has.
    ///
    /// # Errors
    /// On an unknown session, a text that breaks the rules, metadata over 16 KiB, attachments that are no completed
    /// uploads of the session or that another message has, a reused `clientMessageId`, and when the storage fails.
    pub async fn send_message(
        &self,
        session: &SessionId,
        message: impl Into<OperatorMessage>,
    ) -> Result<Message, ServiceError> {
        let sent = self.send_as(Sender::Operator, session, message.into()).await?;
        self.operator_seen().await;
        Ok(sent)
    }

    /// Sends a message as an AI: the session counts as answered by it (`aiActive`) until an operator writes.
    ///
    /// # Errors
    /// As [`send_message`](Self::send_message).
    pub async fn send_ai_message(
        &self,
        session: &SessionId,
        message: impl Into<OperatorMessage>,
    ) -> Result<Message, ServiceError> {
        self.send_as(Sender::Ai, session, message.into()).await
    }

    async fn send_as(
        &self,
        sender: Sender,
        session: &SessionId,
        message: OperatorMessage,
    ) -> Result<Message, ServiceError> {
        check_metadata(message.metadata.as_ref())?;
        check_operator(message.operator.as_ref())?;
        let sent = Message {
            client_message_id: message.client_message_id,
            metadata: message.metadata,
            operator: message.operator,
            ..self.blank(session, sender, message.content)
        };
        let links = Links {
            reply_to: message.reply_to,
            attachments: check_ids(message.attachment_ids)?,
        };
        self.send(sent, links).await
    }

    /// Adds a note among operators; no visitor ever gets it, and no hook is told.
    ///
    /// # Errors
    /// On an unknown session, a text that breaks the rules, and when the storage fails.
    pub async fn add_note(&self, session: &SessionId, content: String) -> Result<Message, ServiceError> {
        self.add_note_of(session, content, None).await
    }

    pub(super) async fn add_note_of(
        &self,
        session: &SessionId,
        content: String,
        operator: Option<MessageOperator>,
    ) -> Result<Message, ServiceError> {
        let note = self.blank(session, Sender::Operator, content);
        let note = Message {
            operator,
            private: true,
            ..note
        };
        let note = self.send(note, Links::default()).await?;
        self.operator_seen().await;
        Ok(note)
    }

    pub(super) fn blank(&self, session: &SessionId, sender: Sender, content: String) -> Message {
        let id = MessageId::from(self.make_id());
        Message::new(id, session.clone(), sender, content, self.now())
    }

    async fn send(&self, message: Message, links: Links) -> Result<Message, ServiceError> {
        content::check(&message.content, links.attachments.len())?;
        if let Some(id) = &message.client_message_id {
            check_client_id("clientMessageId", id.as_str())?;
        }
        let public_url = Arc::clone(&self.config().public_url);
        let written = self
            .change(Change {
                target: Target::Existing(message.session_id.clone()),
                messages: links.reply_to.iter().cloned().collect(),
                attachments: match &links.attachments[..] {
                    [] => AttachmentQuery::None,
                    ids => AttachmentQuery::These(ids.to_vec()),
                },
                once: message.client_message_id.clone().map(OnceKey::Message),
                rule: move |draft: &mut Draft| store(draft, message, links, &public_url),
                then: tell_hooks,
            })
            .await?;
        match (written.message, written.earlier) {
            (Some(stored), _) | (None, Some(Earlier::Message(stored))) => Ok(Message::clone(&stored.message)),
            // The rule adds a message whenever there is no earlier one.
            (None, _) => Err(ServiceError::MessageNotFound),
        }
    }
}

/// What a message names: they are looked up when it is stored.
#[derive(Default)]
pub(super) struct Links {
    pub(super) reply_to: Option<MessageId>,
    pub(super) attachments: Vec<AttachmentId>,
}

/// Adds a message to its session, or refuses it.
pub(super) fn store(
    draft: &mut Draft,
    mut message: Message,
    links: Links,
    public_url: &str,
) -> Result<(), ServiceError> {
    if let Some(Earlier::Message(earlier)) = draft.earlier() {
        let earlier = &earlier.message;
        // A text that was edited or deleted since says nothing about the first request.
        let untouched = earlier.edited_at.is_none() && earlier.deleted_at.is_none();
        let same_files = earlier
            .attachments
            .iter()
            .map(|file| &file.id)
            .eq(&links.attachments);
        let same = earlier.sender == message.sender
            && same_files
            && (!untouched || earlier.content == message.content);
        return if same {
            Ok(())
        } else {
            Err(ServiceError::ClientMessageIdReused)
        };
    }
    let by_visitor = message.sender == Sender::Visitor;
    if by_visitor {
        admit(draft.session())?;
    }
    attach(draft, &mut message, &links.attachments, public_url)?;
    message.timestamp = draft.stamp(message.timestamp);
    let at = message.timestamp;
    let answered = links
        .reply_to
        .filter(|id| draft.message(id).is_some_and(|message| !message.private));
    message.reply_to = answered.map(ReplyTo::Id);
    if !message.private {
        touch(draft, at);
        let session = draft.session_mut();
        if by_visitor {
            session.unread += 1;
            reopen(draft, at);
        } else {
            // An operator takes over from an AI, and the other way round.
            session.ai_active = message.sender == Sender::Ai;
            if message.sender == Sender::Operator {
                session.operator_activity = Some(at);
            }
        }
    }
    draft.append(message);
    Ok(())
}

/// A visitor who writes has to be answered, whatever the conversation's state was.
fn reopen(draft: &mut Draft, at: Timestamp) {
    if draft.session().state != SessionState::Open {
        draft.session_mut().state = SessionState::Open;
        let change = SessionChange {
            state: SessionState::Open,
        };
        draft.log(shown(at, ServerEvent::SessionState(change)));
    }
}

pub(super) fn tell_hooks(inner: &Inner, written: &Written) {
    let message = written.message.as_ref().map(|stored| &stored.message);
    if let Some(message) = message.filter(|message| !message.private && inner.hooks.on_message()) {
        let session = view::session(&written.session);
        inner.hooks.dispatch(
            &written.session.id,
            Call::Message(Box::new((Message::clone(message), session))),
        );
    }
}

fn check_metadata(metadata: Option<&Object>) -> Result<(), ServiceError> {
    let bytes = metadata.map_or(0, |metadata| crate::bus::json(&metadata.write()).len());
    match bytes > MAX_METADATA_BYTES {
        true => Err(ServiceError::field("metadata", "must have at most 16 KiB")),
        false => Ok(()),
    }
}

fn check_operator(operator: Option<&MessageOperator>) -> Result<(), ServiceError> {
    let Some(operator) = operator else {
        return Ok(());
    };
    let texts = [
        ("operator.id", operator.id.as_ref().map(OperatorId::as_str)),
        ("operator.name", Some(operator.name.as_str())),
        ("operator.avatar", operator.avatar.as_deref()),
    ];
    for (field, text) in texts {
        if text.is_some_and(|text| text.len() > MAX_OPERATOR_BYTES) {
            return Err(ServiceError::field(field, "must have at most 2 KiB"));
        }
    }
    Ok(())
}

/// The rule for ids that clients make (EXTENSIONS, Idempotent sends).
pub(super) fn check_client_id(field: &'static str, id: &str) -> Result<(), ServiceError> {
    let fits = id.len() <= MAX_CLIENT_ID_CHARS || id.chars().count() <= MAX_CLIENT_ID_CHARS;
    if fits && !id.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::field(
            field,
            format!("must have 1 to {MAX_CLIENT_ID_CHARS} characters"),
        ))
    }
}
