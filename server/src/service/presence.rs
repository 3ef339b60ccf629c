//! Whether anybody answers (PROTOCOL §1.3, §5.9).

use super::{Acting, ServiceError};
use crate::PocketPing;
use crate::bus::Topic;
use crate::storage::OperatorChange;
use pocketping_core::envelope::{Presence, ServerEvent};
use pocketping_core::route::PresenceResponse;
use pocketping_core::{OperatorId, Timestamp};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// Seconds after which an AI would answer (PROTOCOL §5.1, aiTakeoverDelay).
const AI_ACTIVE_AFTER: i64 = 300;
/// No operator has given a sign here.
const NEVER: i64 = 0;

/// Whether an operator is online.
#[derive(Default)]
pub(crate) struct OperatorPresence {
    online: AtomicBool,
    /// When an operator last gave a sign on this server, in milliseconds since 1970. Only who has seen them here may
    /// say that they are gone: of signs on other servers of the same store it does not hear.
    seen: AtomicI64,
}

impl OperatorPresence {
    /// Another server on the same store has said so.
    pub(crate) fn heard(&self, online: bool) {
        self.online.store(online, Ordering::Release);
        if !online {
            self.seen.store(NEVER, Ordering::Release);
        }
    }
}

impl PocketPing {
    /// Whether an operator is online, for the visitor.
    pub fn presence(&self) -> PresenceResponse {
        PresenceResponse {
            online: self.is_operator_online(),
            operators: None,
            ai_enabled: false,
            ai_active_after: AI_ACTIVE_AFTER,
        }
    }

    /// Whether an operator is online. False at the start.
    pub fn is_operator_online(&self) -> bool {
        self.inner().presence.online.load(Ordering::Acquire)
    }

    /// Sets whether an operator is online, and tells everybody if that is new. With
    /// [`operator_timeout`](crate::Builder::operator_timeout) it holds until an operator does something, or nothing for
    /// that long.
    ///
    /// # Errors
    /// When the storage fails; the flag is then as before.
    pub async fn set_operator_online(&self, online: bool) -> Result<(), ServiceError> {
        let presence = &self.inner().presence;
        let seen = if online { self.now().as_millis() } else { NEVER };
        presence.seen.store(seen, Ordering::Release);
        if presence.online.swap(online, Ordering::AcqRel) == online {
            return Ok(());
        }
        let announced = self.tell_all(ServerEvent::Presence(Presence { online })).await;
        if announced.is_err() {
            presence.online.store(!online, Ordering::Release);
        }
        announced?;
        self.reachability_changed().await;
        Ok(())
    }

    /// With [`operator_timeout`](crate::Builder::operator_timeout): notes that nobody is online when no operator has given
    /// a sign for that long and none has a stream open. To be called from time to time, such as each half minute.
    ///
    /// # Errors
    /// When the storage fails; the next call tries again.
    pub async fn settle_presence(&self) -> Result<(), ServiceError> {
        let inner = self.inner();
        let seen = inner.presence.seen.load(Ordering::Acquire);
        let Some(patience) = inner.config.operator_timeout.filter(|_| seen != NEVER) else {
            return Ok(());
        };
        if inner.bus.has_listeners(&Topic::Operators) {
            inner
                .presence
                .seen
                .store(self.now().as_millis(), Ordering::Release);
            return Ok(());
        }
        if self.now().since(Timestamp::from_millis(seen)) < patience {
            return Ok(());
        }
        let gone = self.set_operator_online(false).await;
        if gone.is_err() {
            inner.presence.seen.store(seen, Ordering::Release);
        }
        gone
    }

    /// An operator says that they are away, or may not come back: visitors are told when nobody else is there.
    pub(super) async fn operator_left(&self, id: &OperatorId) -> Result<(), ServiceError> {
        let all = self.operators().await?.operators;
        // Colleagues who are there have not said that visitors should be told so: it stays as it is.
        match all.iter().any(|operator| operator.online && operator.id != *id) {
            true => Ok(()),
            false => self.set_operator_online(false).await,
        }
    }

    /// An operator did something. What they did is done, so a storage that fails now only delays their being online.
    pub(super) async fn operator_seen(&self) {
        if self.config().operator_timeout.is_none() {
            return;
        }
        if let Err(error) = self.set_operator_online(true).await {
            tracing::warn!(%error, "that an operator is online could not be told");
        }
    }
}

impl Acting {
    /// Says whether they are there. Visitors are told that nobody is when no other operator is.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn set_online(&self, online: bool) -> Result<(), ServiceError> {
        let own = self.id();
        match self.record() {
            Some(record) => {
                let change = OperatorChange {
                    last_seen: online.then(|| self.server().now()),
                    away: Some(!online),
                    ..OperatorChange::default()
                };
                self.server().staff().apply(&record.id, change).await?;
            }
            None => self
                .server()
                .inner()
                .attendance
                .owner_is(online, self.server().now()),
        }
        match online {
            true => self.server().set_operator_online(true).await,
            false => self.server().operator_left(&own).await,
        }
    }
}
