//! What can go wrong in a store.

use crate::service::ServiceError;

/// The store failed; whatever was asked for did not happen and may be asked for again.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct StorageError {
    operation: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl StorageError {
    /// The operation that failed (as a noun phrase) and why.
    pub fn new(operation: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        StorageError {
            operation,
            source: source.into(),
        }
    }
}

/// Why a write did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The session does not exist.
    #[error("session not found")]
    SessionNotFound,
    /// The rule refused.
    #[error(transparent)]
    Refused(#[from] ServiceError),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<WriteError> for ServiceError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::SessionNotFound => ServiceError::SessionNotFound,
            WriteError::Refused(error) => error,
            WriteError::Storage(error) => ServiceError::Storage(error),
        }
    }
}
