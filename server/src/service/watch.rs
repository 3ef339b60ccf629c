//! Streams and health.

use super::ServiceError;
use crate::PocketPing;
use crate::stream::{After, Subscription};
use pocketping_core::SessionId;

impl PocketPing {
    /// Opens the stream of a session's visitor: first what happened after `after`, then what happens.
    ///
    /// Await it before telling the client that its stream is open: from the answer on nothing is missed.
    ///
    /// # Errors
    /// On an unknown session, a blocked visitor, and when the storage fails.
    pub async fn subscribe(
        &self,
        session: SessionId,
        after: Option<After>,
    ) -> Result<Subscription, ServiceError> {
        let subscription = Subscription::of_session(self, session.clone(), after).await?;
        self.seen(&session);
        Ok(subscription)
    }

    /// Opens the operators' stream of all sessions: the same envelopes with `sessionId`, notes included, and
    /// `session` with each change of one. Only cursors mean something as `after`.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn subscribe_operators(&self, after: Option<After>) -> Result<Subscription, ServiceError> {
        Subscription::of_operators(self.inner(), after).await
    }

    /// Checks that the storage can be reached.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn ping(&self) -> Result<(), ServiceError> {
        Ok(self.inner().storage.ping().await?)
    }
}
