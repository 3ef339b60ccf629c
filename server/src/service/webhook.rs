//! The webhook's queue, as operators see it.

use super::ServiceError;
use crate::PocketPing;
use crate::storage::{DeadLetter, Letters};
use pocketping_core::DeliveryId;
use pocketping_core::route::{DeadDeliveriesResponse, DeadDelivery, WebhooksResponse};

const PAGE: u32 = 50;
const MAX_PAGE: u32 = 100;

impl PocketPing {
    /// How the webhook's queue stands.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn webhook_status(&self) -> Result<WebhooksResponse, ServiceError> {
        let counts = self.inner().storage.deliveries().counts().await?;
        Ok(WebhooksResponse {
            enabled: self.inner().webhooks.is_some(),
            waiting: counts.waiting,
            dead: counts.dead,
            next_attempt_at: counts.next,
        })
    }

    /// Deliveries of the webhook that were given up, those of last first: from before the place `before`, where a page
    /// ended, at most `limit` (default 50, at most 100). They are kept for a month.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn dead_deliveries(
        &self,
        before: Option<String>,
        limit: Option<u32>,
    ) -> Result<DeadDeliveriesResponse, ServiceError> {
        let limit = limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
        let page = self.inner().storage.deliveries().dead(before, limit).await?;
        Ok(DeadDeliveriesResponse {
            deliveries: page.letters.into_iter().map(shown).collect(),
            next: page.next,
        })
    }

    /// Has a dead letter tried for another day, with the same id and body.
    ///
    /// # Errors
    /// When there is none with this id, and when the storage fails.
    pub async fn retry_delivery(&self, id: &DeliveryId) -> Result<(), ServiceError> {
        match self.revive(Letters::One(id.clone())).await? {
            0 => Err(ServiceError::DeadLetterNotFound),
            _ => Ok(()),
        }
    }

    /// Has all dead letters tried for another day; gives how many.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn retry_dead_deliveries(&self) -> Result<u64, ServiceError> {
        self.revive(Letters::All).await
    }

    /// Drops a dead letter for good.
    ///
    /// # Errors
    /// When there is none with this id, and when the storage fails.
    pub async fn delete_delivery(&self, id: &DeliveryId) -> Result<(), ServiceError> {
        let letter = Letters::One(id.clone());
        match self.inner().storage.deliveries().forget(letter).await? {
            0 => Err(ServiceError::DeadLetterNotFound),
            _ => Ok(()),
        }
    }

    async fn revive(&self, letters: Letters) -> Result<u64, ServiceError> {
        let deliveries = self.inner().storage.deliveries();
        let revived = deliveries.revive(letters, self.now()).await?;
        if let Some(webhooks) = &self.inner().webhooks {
            webhooks.poke();
        }
        Ok(revived)
    }
}

fn shown(letter: DeadLetter) -> DeadDelivery {
    let delivery = letter.delivery;
    DeadDelivery {
        id: delivery.id,
        kind: delivery.kind,
        session_id: delivery.session_id,
        queued_at: delivery.queued_at,
        died_at: letter.died_at,
        attempts: u64::from(delivery.attempts),
        problem: letter.problem,
        body: delivery.body,
    }
}
