//! Removing files that nobody needs: replaced, given up, never sent, of deleted messages.

use super::Uploads;
use crate::PocketPing;
use crate::service::{Change, ServiceError, only_publish};
use crate::storage::{AttachmentQuery, AttachmentRecord, Draft, Target, UploadStage, Written};
use pocketping_core::Timestamp;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long an upload waits for its message.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// How often uploads look for what has to go, when nobody else does.
const EVERY: Duration = Duration::from_secs(3600);
/// Attachments that are looked at together.
const BATCH: usize = 100;

impl PocketPing {
    /// Removes uploads that were announced a day ago and that no message carries, and files whose removal
    /// was interrupted; gives how many. The binary calls this every hour; each new upload does when the last
    /// time was an hour ago, so that hosts need not.
    ///
    /// # Errors
    /// When the storage or the file store fails; the next call goes on.
    pub async fn clean_up(&self) -> Result<usize, ServiceError> {
        let Some(uploads) = &self.inner().uploads else {
            return Ok(0);
        };
        uploads.cleaned.store(self.now().as_millis(), Ordering::Relaxed);
        let mut removed = 0;
        loop {
            let batch = self.clean_up_batch(uploads).await?;
            removed += batch;
            if batch < BATCH {
                return Ok(removed);
            }
        }
    }

    /// One batch, when an hour has passed since the last time. The caller has something else to do: a
    /// problem is logged, the next time goes on.
    pub(super) async fn clean_up_now_and_then(&self) {
        let Some(uploads) = &self.inner().uploads else {
            return;
        };
        let (now, last) = (self.now().as_millis(), uploads.cleaned.load(Ordering::Relaxed));
        if now - last < EVERY.as_millis() as i64 {
            return;
        }
        uploads.cleaned.store(now, Ordering::Relaxed);
        if let Err(error) = self.clean_up_batch(uploads).await {
            tracing::warn!(%error, "files that nobody needs could not be removed");
        }
    }

    async fn clean_up_batch(&self, uploads: &Uploads) -> Result<usize, ServiceError> {
        let before = Timestamp::from_millis(self.now().as_millis() - PATIENCE.as_millis() as i64);
        let storage = &self.inner().storage;
        let found = storage.loose_attachments(before, BATCH).await?;
        let mut gone = Vec::with_capacity(found.len());
        for record in &found {
            let discarded = record.stage == UploadStage::Discarded || self.discard(record, before).await?;
            if discarded && remove_file(uploads, record).await? == Removed::Yes {
                gone.push(record.id.clone());
            }
        }
        let removed = gone.len();
        if removed > 0 {
            storage.forget_attachments(gone).await?;
        }
        Ok(removed)
    }

    /// Takes an upload away, unless a message has taken it or bytes arrive anew.
    async fn discard(&self, found: &AttachmentRecord, before: Timestamp) -> Result<bool, ServiceError> {
        let (id, file) = (found.id.clone(), found.file.clone());
        let written = self
            .change(Change {
                target: Target::Existing(found.session_id.clone()),
                messages: Vec::new(),
                attachments: AttachmentQuery::These(vec![id.clone()]),
                once: None,
                rule: move |draft: &mut Draft| {
                    let record = draft.attachment(&id).cloned();
                    let still = record.filter(|record| {
                        record.stage.is_loose() && record.created_at < before && record.file == file
                    });
                    if let Some(record) = still {
                        draft.put_attachment(AttachmentRecord {
                            stage: UploadStage::Discarded,
                            ..record
                        });
                    }
                    Ok(())
                },
                then: only_publish,
            })
            .await?;
        Ok(!written.attachments.is_empty())
    }

    /// Removes the files of what a write has discarded. A problem is logged: the records stay, so that
    /// [`clean_up`](Self::clean_up) tries again.
    pub(in crate::service) async fn remove_discarded(&self, written: &Written) {
        let Some(uploads) = &self.inner().uploads else {
            return;
        };
        let mut gone = Vec::new();
        let discarded = |record: &&AttachmentRecord| record.stage == UploadStage::Discarded;
        for record in written.attachments.iter().filter(discarded) {
            match remove_file(uploads, record).await {
                Ok(Removed::Yes) => gone.push(record.id.clone()),
                Ok(Removed::Later) => {}
                Err(error) => tracing::warn!(%error, "a file is removed later"),
            }
        }
        if !gone.is_empty()
            && let Err(error) = self.inner().storage.forget_attachments(gone).await
        {
            tracing::warn!(%error, "records of removed files are dropped later");
        }
    }
}

/// Whether a file is gone for good.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Removed {
    Yes,
    /// An attempt is still writing it.
    Later,
}

async fn remove_file(uploads: &Uploads, record: &AttachmentRecord) -> Result<Removed, ServiceError> {
    if let Some(file) = &record.file {
        if uploads.writing.has(file) {
            return Ok(Removed::Later);
        }
        uploads.files.delete(file).await?;
    }
    Ok(Removed::Yes)
}
