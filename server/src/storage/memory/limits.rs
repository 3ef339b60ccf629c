//! [`MemoryLimits`]: how much a store in memory may hold.

use crate::storage::{LogLimits, StorageError};

/// How much a store in memory may hold.
///
/// When a session has no room, closed sessions and those that nobody wrote in go, with everything of theirs, the one
/// that has been silent longest first; when a message has none, closed ones. When there are none the write fails:
/// nothing that waits for an answer is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLimits {
    /// Sessions, at least one. Default 1,000,000; an idle one takes about 1 KB.
    pub sessions: usize,
    /// Messages of all sessions together, at least one. Default 1,000,000; a short one takes about 0.5 KB, the longest
    /// one about 16 KB.
    pub messages: usize,
    /// Deliveries to webhooks that wait or are dead, at least one. Default 10,000; dead ones go first, then the oldest.
    /// One that tells of a short message takes about 2 KB.
    pub deliveries: usize,
    /// How long log entries are kept.
    pub log: LogLimits,
}

impl Default for MemoryLimits {
    fn default() -> Self {
        MemoryLimits {
            sessions: 1_000_000,
            messages: 1_000_000,
            deliveries: 10_000,
            log: LogLimits::default(),
        }
    }
}

/// There is no room, and nothing that could go.
#[derive(Debug, thiserror::Error)]
#[error("the memory is full: {count} {what}, and no other session is closed; close some, or use a database")]
struct Full {
    count: usize,
    what: &'static str,
}

pub(super) fn full(count: usize, what: &'static str) -> StorageError {
    StorageError::new("a write", Full { count, what })
}
