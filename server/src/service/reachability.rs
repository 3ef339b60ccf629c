//! Whether visitors may expect an answer before long, told to open widgets when that changes.

use super::ServiceError;
use crate::PocketPing;
use pocketping_core::envelope::{ConfigUpdate, ServerEvent};
use pocketping_core::{Object, Timestamp};
use std::sync::atomic::{AtomicU8, Ordering};

/// The key in `/connect` and `config_update`.
const KEY: &str = "operatorReachable";

/// What open widgets were told last. Nothing at the start: those that were open before the server was started may have
/// been told anything.
#[derive(Default)]
pub(crate) struct ToldReachability(AtomicU8);

impl ToldReachability {
    const NOTHING: u8 = 0;

    const fn word(reachable: bool) -> u8 {
        if reachable { 2 } else { 1 }
    }

    /// Another server on the same store has told it.
    pub(crate) fn heard(&self, update: &ConfigUpdate) {
        if let Some(reachable) = update.appearance.get(KEY).and_then(|value| value.as_bool()) {
            self.0.store(Self::word(reachable), Ordering::Release);
        }
    }
}

impl PocketPing {
    /// Whether visitors may expect an answer before long: an operator is online, or it is office hours, which it always is
    /// unless [`office_hours`](crate::Builder::office_hours) says otherwise.
    pub fn is_operator_reachable(&self) -> bool {
        self.operator_reachable().unwrap_or(true)
    }

    /// The same as `/connect` says it: not at all without office hours, which widgets take as true.
    pub(super) fn operator_reachable(&self) -> Option<bool> {
        let hours = self.config().office_hours.as_ref()?;
        Some(self.is_operator_online() || hours.is_open(self.now()))
    }

    /// With [`office_hours`](crate::Builder::office_hours): tells open widgets whether somebody can be reached, if that is
    /// not what they were told last. Gives the moment at which the hours next begin or end, when it is to be called
    /// again; `None` when they never do.
    ///
    /// # Errors
    /// When the storage fails; the next call tries again.
    pub async fn settle_reachability(&self) -> Result<Option<Timestamp>, ServiceError> {
        let Some((hours, reachable)) = self.config().office_hours.as_ref().zip(self.operator_reachable())
        else {
            return Ok(None);
        };
        let told = &self.inner().told_reachability.0;
        let word = ToldReachability::word(reachable);
        if told.swap(word, Ordering::AcqRel) != word {
            let event = ServerEvent::ConfigUpdate(ConfigUpdate {
                tracked_elements: None,
                appearance: Object::new().with(KEY, reachable),
            });
            let announced = self.tell_all(event).await;
            if announced.is_err() {
                told.store(ToldReachability::NOTHING, Ordering::Release);
            }
            announced?;
        }
        Ok(hours.next_change(self.now()))
    }

    /// An operator came or went. What they did is done, so a storage that fails now only delays that widgets hear of it.
    pub(super) async fn reachability_changed(&self) {
        if let Err(error) = self.settle_reachability().await {
            tracing::warn!(%error, "that operators can or cannot be reached could not be told");
        }
    }
}
