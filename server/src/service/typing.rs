//! Typing signals: passed on, never kept (PROTOCOL §1.3).

use super::{ServiceError, admit};
use crate::PocketPing;
use crate::stream::publish_typing;
use pocketping_core::SessionId;
use pocketping_core::envelope::Typing;
use pocketping_core::model::Sender;

impl PocketPing {
    /// Tells both sides that the visitor types. Of an unknown session nobody hears.
    ///
    /// # Errors
    /// On another sender than the visitor, a blocked visitor, and when the storage fails.
    pub async fn visitor_typing(
        &self,
        session: SessionId,
        sender: Sender,
        is_typing: bool,
    ) -> Result<(), ServiceError> {
        if sender != Sender::Visitor {
            return Err(ServiceError::SenderNotAllowed { sender });
        }
        let Some(record) = self.inner().storage.session(&session).await? else {
            return Ok(());
        };
        admit(&record)?;
        self.inner().visits.refresh(&session, self.now());
        self.typing(session, sender, is_typing);
        Ok(())
    }

    /// Tells both sides that an operator types.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn operator_typing(&self, session: &SessionId, is_typing: bool) -> Result<(), ServiceError> {
        if self.inner().storage.session(session).await?.is_none() {
            return Err(ServiceError::SessionNotFound);
        }
        self.typing(session.clone(), Sender::Operator, is_typing);
        self.operator_seen().await;
        Ok(())
    }

    fn typing(&self, session: SessionId, sender: Sender, is_typing: bool) {
        let typing = Typing {
            session_id: Some(session.clone()),
            sender,
            is_typing,
        };
        publish_typing(self.inner(), session, typing);
    }
}
