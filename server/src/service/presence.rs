//! Whether an operator is online: one flag for the whole server (PROTOCOL §5.9).

use super::{ServiceError, shown};
use crate::PocketPing;
use crate::storage::{Announcement, Seq};
use crate::stream::publish_announcement;
use pocketping_core::envelope::{Presence, ServerEvent};
use pocketping_core::route::{OperatorsResponse, PresenceResponse};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// Seconds after which an AI would answer (PROTOCOL §5.1, aiTakeoverDelay).
const AI_ACTIVE_AFTER: i64 = 300;

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
        self.inner().operator_online.load(Ordering::Acquire)
    }

    /// Who has answered since the start, and whether presence is on.
    pub fn operators(&self) -> OperatorsResponse {
        let operators = self
            .inner()
            .operators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        OperatorsResponse {
            operators: operators.clone(),
            online: self.is_operator_online(),
        }
    }

    /// Sets whether an operator is online, and tells everybody if that is new.
    ///
    /// # Errors
    /// When the storage fails; the flag is then as before.
    pub async fn set_operator_online(&self, online: bool) -> Result<(), ServiceError> {
        let inner = Arc::clone(self.inner());
        if inner.operator_online.swap(online, Ordering::AcqRel) == online {
            return Ok(());
        }
        let event = ServerEvent::Presence(Presence { online });
        let announcement = Announcement {
            event: shown(self.now(), event.clone()),
            committed: Box::new(move |seq: &Seq| {
                publish_announcement(&inner, *seq, &event);
            }),
        };
        let announcing = self.inner().storage.announce(announcement);
        let announced = self.metrics().measure_write(announcing).await;
        if announced.is_err() {
            self.inner().operator_online.store(!online, Ordering::Release);
        }
        announced?;
        Ok(())
    }
}
