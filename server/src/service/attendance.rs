//! [`Attendance`]: which operators are there, as far as this server knows, and whose streams may go on.

use super::Acting;
use crate::storage::OperatorChange;
use pocketping_core::{OperatorId, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// A sign of an operator is stored once in so long.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// How long a stream may outlive the token that opened it, when another process took that away. In this process it ends
/// at once.
const LOOKED_AFTER: Duration = Duration::from_secs(2);

/// When operators gave signs, as far as this server knows.
pub(crate) struct Attendance {
    noted: Mutex<Noted>,
    /// Pokes the streams of operators when one of them was changed here.
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Noted {
    operators: HashMap<OperatorId, Timestamp>,
    owner: Option<Timestamp>,
}

impl Default for Attendance {
    fn default() -> Self {
        Attendance {
            noted: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Attendance {
    /// Ends the streams of operators that may not go on.
    pub(super) fn look_after_streams(&self) {
        self.changed.send_replace(());
    }

    pub(super) fn owner_seen(&self) -> Option<Timestamp> {
        self.noted().owner
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn owner_is(&self, online: bool, now: Timestamp) {
        self.noted().owner = online.then_some(now);
    }

    /// Whether this sign is to be stored.
    fn is_news(&self, id: &OperatorId, now: Timestamp) -> bool {
        let mut noted = self.noted();
        let known = noted.operators.get(id);
        let news = known.is_none_or(|at| now.since(*at) >= NOTED_EVERY);
        if news {
            noted.operators.insert(id.clone(), now);
        }
        news
    }
}

impl Acting {
    /// Notes that they did something. That is no reason to refuse what they do.
    pub(crate) async fn give_a_sign(&self) {
        let pp = self.server();
        let now = pp.now();
        let Some(record) = self.record() else {
            // Somebody who says that they are away stays so until they say otherwise.
            let mut noted = pp.inner().attendance.noted();
            noted.owner = noted.owner.map(|_| now);
            return;
        };
        if !pp.inner().attendance.is_news(&record.id, now) {
            return;
        }
        let change = OperatorChange {
            last_seen: Some(now),
            ..OperatorChange::default()
        };
        if let Err(error) = pp.inner().storage.operators().change(&record.id, change).await {
            tracing::warn!(%error, "that an operator is there could not be noted");
        }
    }

    /// Waits until they may not read a stream any more that was opened with the token they have now. As long as it is
    /// open, they are there.
    pub(crate) async fn until_out(self) {
        let Some(record) = self.record() else {
            // The configured token ends with the server.
            loop {
                self.give_a_sign().await;
                tokio::time::sleep(NOTED_EVERY).await;
            }
        };
        let pp = self.server();
        let mut changed = pp.inner().attendance.changed.subscribe();
        loop {
            tokio::select! {
                // The sender lives as long as the server.
                told = changed.changed() => if told.is_err() { return },
                () = tokio::time::sleep(LOOKED_AFTER) => {}
            }
            match pp.inner().storage.operators().by_token(&record.token).await {
                Ok(Some(_)) => self.give_a_sign().await,
                Ok(None) => return self.is_out(&record.id).await,
                // Nothing can be read then, and writes fail too: it is looked at again.
                Err(error) => tracing::debug!(%error, "an operator could not be looked up"),
            }
        }
    }

    /// Their token is good no longer. Whoever removes an operator from another process tells no visitor of it.
    async fn is_out(&self, id: &OperatorId) {
        let pp = self.server();
        match pp.inner().storage.operators().by_id(id).await {
            Ok(Some(record)) if record.removed_at.is_some() => pp.tell_of_removal(&record).await,
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "an operator could not be looked up"),
        }
    }
}
