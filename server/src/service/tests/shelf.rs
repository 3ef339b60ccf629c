//! A file store that tests look into and break.

use super::Server;
use crate::files::{FileBytes, FileError, FileFuture, FileKey, FileStore, FileWriter, MemoryFiles};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A store that tells which files it has, and that can be out of order.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    memory: MemoryFiles,
    keys: Arc<Mutex<Vec<FileKey>>>,
    broken: Arc<AtomicBool>,
}

impl Shelf {
    pub(super) fn fail(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// Takes a moment, in which a caller may be gone.
    async fn works(&self) -> Result<(), FileError> {
        tokio::task::yield_now().await;
        match self.broken.load(Ordering::SeqCst) {
            true => Err(FileError::new("a file", "out of order")),
            false => Ok(()),
        }
    }

    /// How many files there are.
    pub(super) async fn count(&self) -> usize {
        let keys = self.keys.lock().unwrap().clone();
        let mut count = 0;
        for key in keys {
            count += usize::from(self.memory.read(&key, 0..0).await.unwrap().is_some());
        }
        count
    }
}

impl FileStore for Shelf {
    fn create(&self, key: &FileKey) -> FileFuture<'_, Box<dyn FileWriter>> {
        self.keys.lock().unwrap().push(key.clone());
        let key = key.clone();
        Box::pin(async move {
            self.works().await?;
            self.memory.create(&key).await
        })
    }
    fn read(&self, key: &FileKey, range: Range<u64>) -> FileFuture<'_, Option<FileBytes>> {
        self.memory.read(key, range)
    }
    fn delete(&self, key: &FileKey) -> FileFuture<'_, ()> {
        let key = key.clone();
        Box::pin(async move {
            self.works().await?;
            self.memory.delete(&key).await
        })
    }
}

pub(super) fn with_files() -> (Server, Shelf) {
    let shelf = Shelf::default();
    (Server::with(|builder| builder.files(shelf.clone())), shelf)
}
