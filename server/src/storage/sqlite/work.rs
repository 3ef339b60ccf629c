//! What the writer is asked for, and telling those who asked.

use super::chore::Chore;
use crate::storage::tables::{Done, Job, announce};

/// Something to do for the writer.
pub(super) enum Work {
    /// A call of the storage.
    Job(Job),
    /// Anything else.
    Chore(Box<dyn Chore>),
}

/// What is done in the transaction, and answered after it.
pub(super) enum Finished {
    Job(Done),
    Chore(Box<dyn Chore>),
}

impl Finished {
    /// Tells whoever waits that it is committed.
    pub(super) fn answer(self) {
        match self {
            Finished::Job(done) => announce(done),
            Finished::Chore(chore) => chore.done(),
        }
    }

    pub(super) fn fail(self, error: &rusqlite::Error) {
        match self {
            Finished::Job(done) => done.into_reply().fail(TRANSACTION, error),
            Finished::Chore(chore) => chore.failed(error),
        }
    }
}

impl Work {
    pub(super) fn fail(self, error: &rusqlite::Error) {
        match self {
            Work::Job(job) => job.into_reply().fail(TRANSACTION, error),
            Work::Chore(chore) => chore.failed(error),
        }
    }
}

/// What failed for those whose write went down with others.
const TRANSACTION: &str = "the transaction of this write";
