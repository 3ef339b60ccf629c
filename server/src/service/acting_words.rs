//! What an operator says, and in whose name.

use super::{Acting, OperatorMessage, ServiceError};
#[cfg(doc)]
use crate::PocketPing;
use crate::storage::OperatorRecord;
use pocketping_core::model::{Message, MessageOperator};
use pocketping_core::route::ScreenshotWish;
use pocketping_core::{MessageId, SessionId};

impl Acting {
    /// Answers the visitor as this operator. In whose name is said by their own token alone; with the configured one the
    /// message itself may say so.
    ///
    /// # Errors
    /// As [`PocketPing::send_message`], and when somebody with a token of their own names an operator.
    pub async fn send_message(
        &self,
        session: &SessionId,
        message: impl Into<OperatorMessage>,
    ) -> Result<Message, ServiceError> {
        let mut message = message.into();
        if let Some(record) = self.record() {
            if message.operator.is_some() {
                return Err(ServiceError::NotAllowed {
                    what: "an own token writes in its own name: leave out the field operator",
                });
            }
            message.operator = Some(author(record));
        }
        self.server().send_message(session, message).await
    }

    /// Adds a note among operators.
    ///
    /// # Errors
    /// As [`PocketPing::add_note`].
    pub async fn add_note(&self, session: &SessionId, content: String) -> Result<Message, ServiceError> {
        let author = self.record().map(author);
        self.server().add_note_of(session, content, author).await
    }

    /// Gives an operator's message or note another text. A token of one's own does so to what nobody or oneself is named
    /// for: the name stays beside the new text.
    ///
    /// # Errors
    /// As [`PocketPing::edit_message`], and when the message has somebody else's name.
    pub async fn edit_message(
        &self,
        session: &SessionId,
        message: &MessageId,
        content: String,
    ) -> Result<Message, ServiceError> {
        let pp = self.server();
        match self.record() {
            None => pp.edit_message(session, message, content).await,
            Some(record) => {
                pp.edit_message_of(session, message, content, record.id.clone())
                    .await
            }
        }
    }

    /// Asks for a picture of the visitor's page; a token of one's own asks in its own name.
    ///
    /// # Errors
    /// As [`PocketPing::request_screenshot`].
    pub async fn request_screenshot(
        &self,
        session: &SessionId,
        requested_by: Option<String>,
    ) -> Result<ScreenshotWish, ServiceError> {
        let requested_by = match self.record() {
            Some(record) => Some(record.name.clone()),
            None => requested_by,
        };
        self.server().request_screenshot(session, requested_by).await
    }
}

fn author(record: &OperatorRecord) -> MessageOperator {
    MessageOperator {
        id: Some(record.id.clone()),
        name: record.name.clone(),
        avatar: record.avatar.clone(),
    }
}
