//! The port [`Storage`]: where a client keeps what must outlive it.

mod held;
mod keeper;
#[cfg(feature = "sqlite")]
mod sqlite;

pub(crate) use keeper::{Keeper, Opener, Turn};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStorage;

use pocketping_core::Value;
use pocketping_core::engine::{LocalKey, PersistFailure, StoreWrite};
use std::error::Error;
use std::sync::Arc;

/// Keeps one client's outbox, history and keys. Calls come from a thread of the storage's own and may block.
///
/// Without a storage a client works from memory, and what is not sent dies with it.
pub trait Storage: Send + 'static {
    /// Everything that is kept; called once, before anything is written.
    ///
    /// # Errors
    /// When nothing can be read. The client then does not start, as it would take an unread outbox for an
    /// empty one.
    fn load(&mut self) -> Result<Stored, StorageError>;

    /// Makes all writes or none, in order. **Durable when it returns**: messages go to the network on this
    /// word, and a bot that is killed afterwards sends the rest when it is started again.
    ///
    /// # Errors
    /// When the writes are not durable. Only those of short keys are repeated as they were, with the next writes.
    fn commit(&mut self, writes: &[Write]) -> Result<(), PersistFailure>;

    /// The bytes of a file that [`Write::File`] has put; `None` when there are none.
    ///
    /// # Errors
    /// When they cannot be read now. They are asked for again, as often as it takes.
    fn read_file(&mut self, key: &str) -> Result<Option<Vec<u8>>, StorageError>;
}

/// What a storage held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// Values of the outbox, in order of their keys. What is there and unreadable is a value too (any),
    /// so that it is counted and reported.
    pub outbox: Vec<Value>,
    /// Their keys, in the same order.
    pub outbox_keys: Vec<String>,
    /// Values of the history, likewise.
    pub history: Vec<Value>,
    /// Their keys, in the same order.
    pub history_keys: Vec<String>,
    /// Keys of the files.
    pub files: Vec<String>,
    /// The short keys.
    pub local: Vec<(LocalKey, Value)>,
}

impl Stored {
    pub(crate) fn take_local(&mut self, key: LocalKey) -> Option<Value> {
        let at = self.local.iter().position(|(known, _)| *known == key)?;
        Some(self.local.swap_remove(at).1)
    }
}

/// One write.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Write {
    /// To the outbox, the history or the files; to the last never a put.
    Store(StoreWrite),
    /// Puts the bytes of a file, until [`Store::Files`](crate::Store::Files) is told to delete them.
    File {
        /// Under which key.
        key: String,
        /// Its bytes; up to 50 MB.
        bytes: Arc<[u8]>,
    },
    /// Of a short key; `None` removes it.
    Local {
        /// Which.
        key: LocalKey,
        /// What.
        value: Option<Value>,
    },
}

/// Why a storage cannot be opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// Another client has it open, in this program or another one. Two would send everything twice.
    #[error("the storage is in use by another client")]
    InUse,
    /// A newer version of this crate has written it.
    #[error("the storage has format {found}, this version knows formats up to {known}")]
    Newer {
        /// Its format.
        found: i64,
        /// The newest one that is known here.
        known: i64,
    },
    /// It holds something else.
    #[error("this is no storage of a PocketPing client")]
    Foreign,
    /// Anything else.
    #[error("the storage failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl StorageError {
    /// Whether opening it later may work.
    pub fn is_retryable(&self) -> bool {
        matches!(self, StorageError::InUse)
    }
}
