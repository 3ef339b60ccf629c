//! [`MemoryFiles`].

use super::{FileBytes, FileError, FileFuture, FileKey, FileStore, FileWriter};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::ready;
use futures_util::stream;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Keeps files in memory; nothing survives a restart.
///
/// Bounded: beyond [`max_bytes`](Self::with_max_bytes) the files that were finished first are dropped.
#[derive(Clone)]
pub struct MemoryFiles {
    shelf: Arc<Mutex<Shelf>>,
}

struct Shelf {
    max_bytes: usize,
    bytes: usize,
    files: HashMap<FileKey, Bytes>,
    /// In the order in which they were finished; may name files that are gone.
    ages: VecDeque<FileKey>,
}

impl MemoryFiles {
    /// Bytes that are kept unless said otherwise: 256 MiB.
    const DEFAULT_MAX_BYTES: usize = 256 * 1024 * 1024;

    /// An empty store with the default limit.
    pub fn new() -> Self {
        Self::with_max_bytes(Self::DEFAULT_MAX_BYTES)
    }

    /// An empty store that keeps this many bytes. A file that is larger than that is refused.
    pub fn with_max_bytes(max_bytes: usize) -> Self {
        MemoryFiles {
            shelf: Arc::new(Mutex::new(Shelf {
                max_bytes,
                bytes: 0,
                files: HashMap::new(),
                ages: VecDeque::new(),
            })),
        }
    }
}

/// The shelf. Nothing panics while it is changed, so the one behind a poisoned lock is whole.
fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for MemoryFiles {
    fn default() -> Self {
        Self::new()
    }
}

impl Shelf {
    fn put(&mut self, key: FileKey, file: Bytes) -> Result<(), FileError> {
        if file.len() > self.max_bytes {
            return Err(FileError::new(
                "keeping a file",
                "it is larger than the memory for files",
            ));
        }
        self.bytes += file.len();
        self.files.insert(key.clone(), file);
        self.ages.push_back(key);
        while self.bytes > self.max_bytes {
            let Some(oldest) = self.ages.pop_front() else {
                break;
            };
            self.remove(&oldest);
        }
        Ok(())
    }

    fn remove(&mut self, key: &FileKey) {
        if let Some(file) = self.files.remove(key) {
            self.bytes -= file.len();
        }
        if self.ages.len() > 2 * self.files.len() + 16 {
            let files = &self.files;
            self.ages.retain(|key| files.contains_key(key));
        }
    }
}

impl FileStore for MemoryFiles {
    fn create(&self, key: &FileKey) -> FileFuture<'_, Box<dyn FileWriter>> {
        let writer = Growing {
            shelf: Arc::clone(&self.shelf),
            key: key.clone(),
            bytes: Vec::new(),
        };
        Box::pin(ready(Ok(Box::new(writer) as Box<dyn FileWriter>)))
    }

    fn read(&self, key: &FileKey, range: Range<u64>) -> FileFuture<'_, Option<FileBytes>> {
        let found = lock(&self.shelf).files.get(key).cloned();
        let piece = found.map(|file| {
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(file.len());
            let (start, end) = (place(range.start), place(range.end));
            stream::iter([Ok(file.slice(start.min(end)..end))]).boxed()
        });
        Box::pin(ready(Ok(piece)))
    }

    fn delete(&self, key: &FileKey) -> FileFuture<'_, ()> {
        lock(&self.shelf).remove(key);
        Box::pin(ready(Ok(())))
    }
}

struct Growing {
    shelf: Arc<Mutex<Shelf>>,
    key: FileKey,
    bytes: Vec<u8>,
}

impl FileWriter for Growing {
    fn write(&mut self, bytes: Bytes) -> FileFuture<'_, ()> {
        self.bytes.extend_from_slice(&bytes);
        Box::pin(ready(Ok(())))
    }

    fn finish(self: Box<Self>) -> FileFuture<'static, ()> {
        let Growing { shelf, key, bytes } = *self;
        let put = lock(&shelf).put(key, bytes.into());
        Box::pin(ready(put))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::conformance::{key, put, read};

    crate::file_store_conformance!(Box::new(MemoryFiles::new()));

    #[tokio::test]
    async fn beyond_the_limit_the_oldest_files_go() {
        let files = MemoryFiles::with_max_bytes(10);
        for name in ["a", "b", "c"] {
            put(&files, name, b"four").await.unwrap();
        }
        assert_eq!(read(&files, "a", 0..4).await, None);
        assert_eq!(read(&files, "c", 0..4).await.unwrap(), b"four");
        assert!(put(&files, "d", b"eleven bytes").await.is_err());
        files.delete(&key("b")).await.unwrap();
        put(&files, "e", b"sixsix").await.unwrap();
        assert_eq!(read(&files, "c", 0..4).await.unwrap(), b"four", "there was room");
    }

    #[tokio::test]
    async fn what_was_deleted_leaves_no_trace() {
        let files = MemoryFiles::new();
        for number in 0..100 {
            put(&files, &format!("f{number}"), b"x").await.unwrap();
            files.delete(&key(&format!("f{number}"))).await.unwrap();
        }
        let shelf = lock(&files.shelf);
        assert_eq!((shelf.bytes, shelf.files.len()), (0, 0));
        assert!(shelf.ages.len() <= 17);
    }
}
