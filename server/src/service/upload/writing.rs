//! Which files are being written: those are left alone until their attempts are over, or a file could come about that
//! was removed before.

use crate::files::FileKey;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The keys under which this server is writing.
#[derive(Default)]
pub(super) struct Writing(Mutex<HashSet<FileKey>>);

impl Writing {
    /// Counts a key until the guard is dropped, also when the caller goes away.
    pub(super) fn enter(&self, key: &FileKey) -> WritingOne<'_> {
        self.keys().insert(key.clone());
        WritingOne {
            writing: self,
            key: key.clone(),
        }
    }

    /// Whether an attempt may still bring this file about.
    pub(super) fn has(&self, key: &FileKey) -> bool {
        self.keys().contains(key)
    }

    /// The keys. Nothing panics while they are changed.
    fn keys(&self) -> MutexGuard<'_, HashSet<FileKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One attempt.
pub(super) struct WritingOne<'w> {
    writing: &'w Writing,
    key: FileKey,
}

impl Drop for WritingOne<'_> {
    fn drop(&mut self) {
        self.writing.keys().remove(&self.key);
    }
}
