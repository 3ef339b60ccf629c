//! What can go wrong in a file store.

/// The file store failed; whatever was asked for may be asked for again.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct FileError {
    operation: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl FileError {
    /// The operation that failed (as a noun phrase) and why.
    pub fn new(operation: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        FileError {
            operation,
            source: source.into(),
        }
    }
}
