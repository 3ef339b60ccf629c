//! The port [`FileStore`]: the bytes of uploaded files.
//!
//! What a file is (its name, its type, whose it is) is the [`Storage`](crate::storage::Storage)'s business;
//! here are bytes under a key. The service records a key before it writes under it, so a file that nobody
//! knows of cannot come about.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod error;
pub use error::FileError;
mod folder;
pub use folder::FolderFiles;
mod key;
pub use key::FileKey;
mod memory;
pub use memory::MemoryFiles;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3")]
pub use s3::{S3Config, S3Files};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use std::ops::Range;

/// A call of a file store under way.
pub type FileFuture<'a, T> = BoxFuture<'a, Result<T, FileError>>;

/// The bytes of a file, piece by piece.
pub type FileBytes = BoxStream<'static, Result<Bytes, FileError>>;

/// Where uploaded bytes are kept.
///
/// What every store promises, and the suite `conformance` (a feature of this crate) checks:
///
/// - **Whole or not at all.** A key has a file once [`FileWriter::finish`] has answered `Ok`, and then all
///   of it; before that, and when the writer is dropped, readers find nothing.
/// - **Durable when answered.** A finished file survives what the store claims to survive (a power cut for
///   a folder, nothing for memory).
/// - **Never changed.** A key is written once; the service makes a new one for each attempt.
/// - **Bounded memory.** No call holds more than a piece of a file, stores in memory aside.
/// - **Retries.** Every call may be repeated after an error. Deleting what is not there is no error.
pub trait FileStore: Send + Sync + 'static {
    /// Begins a file.
    fn create(&self, key: &FileKey) -> FileFuture<'_, Box<dyn FileWriter>>;

    /// Reads the bytes `range` of a file; `None` when there is none under that key. The range lies within
    /// the file.
    fn read(&self, key: &FileKey, range: Range<u64>) -> FileFuture<'_, Option<FileBytes>>;

    /// Removes a file. Readers that have begun may end with an error.
    fn delete(&self, key: &FileKey) -> FileFuture<'_, ()>;
}

/// A file that is being written. Dropping it unfinished leaves nothing behind.
pub trait FileWriter: Send {
    /// Adds bytes at the end.
    fn write(&mut self, bytes: Bytes) -> FileFuture<'_, ()>;

    /// Makes the file readable, and durable.
    fn finish(self: Box<Self>) -> FileFuture<'static, ()>;
}
