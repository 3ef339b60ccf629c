//! Erasing conversations that are older than they may be kept.

use super::{ServiceError, change_of, only_publish};
use crate::PocketPing;
use crate::storage::Draft;
use futures_util::future::join_all;
use pocketping_core::{SessionId, Timestamp};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often [`PocketPing::connect`] looks for what is too old, when nobody else does.
const EVERY: Duration = Duration::from_secs(3600);
/// Sessions that are erased together: other writes wait for no more than these.
const BATCH: usize = 20;

impl PocketPing {
    /// Erases the conversations in which nothing has happened for longer than
    /// [`Builder::retention`](crate::Builder::retention) allows: messages, log, what is known of the visitor, and
    /// files; gives how many. Does nothing without that option. The binary calls this every hour; opening a session
    /// does it in the background when the last time was an hour ago, so that hosts need not.
    ///
    /// # Errors
    /// When the storage or the file store fails; the next call goes on.
    pub async fn erase_old(&self) -> Result<usize, ServiceError> {
        let Some(age) = self.config().retention else {
            return Ok(0);
        };
        let now = self.now().as_millis();
        self.inner().erased_old.store(now, Ordering::Relaxed);
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis(now.saturating_sub(age));
        let mut erased = 0;
        loop {
            let idle = self.inner().storage.idle_sessions(before, BATCH).await?;
            let batch = idle
                .into_iter()
                .map(|session| self.erase_if_idle(session, before));
            let mut progress = 0;
            for done in join_all(batch).await {
                progress += usize::from(done?);
            }
            erased += progress;
            // Those that are left have become busy meanwhile.
            if progress == 0 {
                break;
            }
        }
        self.clean_up().await?;
        Ok(erased)
    }

    /// The same in the background, when an hour has passed since the last time. A problem is logged: the next time
    /// goes on.
    pub(super) fn erase_old_now_and_then(&self) {
        if self.config().retention.is_none() {
            return;
        }
        let (now, last) = (
            self.now().as_millis(),
            self.inner().erased_old.load(Ordering::Relaxed),
        );
        if now - last < EVERY.as_millis() as i64 {
            return;
        }
        self.inner().erased_old.store(now, Ordering::Relaxed);
        // Outside of a runtime nothing runs in the background; hosts without one call `erase_old` themselves.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let pp = self.clone();
        runtime.spawn(async move {
            if let Err(error) = pp.erase_old().await {
                tracing::warn!(%error, "old conversations could not be erased");
            }
        });
    }

    /// Whether it was still idle.
    async fn erase_if_idle(&self, session: SessionId, before: Timestamp) -> Result<bool, ServiceError> {
        let rule = move |draft: &mut Draft| {
            if draft.session().last_activity < before {
                draft.erase();
            }
            Ok(())
        };
        match self.change(change_of(session, rule, only_publish)).await {
            Ok(written) => Ok(written.erased),
            // Another server on the same store was quicker.
            Err(ServiceError::SessionNotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
