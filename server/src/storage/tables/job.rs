//! What the one writer of a database is asked for, and telling those who asked.

use crate::storage::{Announcement, Committed, Seq, SessionWrite, StorageError, WriteError, Written};
use pocketping_core::{AttachmentId, Object, PersonId};
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// Something to do for the writer.
pub(in crate::storage) enum Job {
    Write(Box<SessionWrite>, oneshot::Sender<Result<Written, WriteError>>),
    Announce(Announcement, oneshot::Sender<Result<Seq, StorageError>>),
    Forget(Vec<AttachmentId>, oneshot::Sender<Result<(), StorageError>>),
    Note(PersonId, Object, oneshot::Sender<Result<bool, StorageError>>),
}

/// A job whose rows are in the transaction, or that failed on its own.
pub(in crate::storage) enum Done {
    Written(
        Box<Written>,
        Committed<Written>,
        oneshot::Sender<Result<Written, WriteError>>,
    ),
    Refused(WriteError, oneshot::Sender<Result<Written, WriteError>>),
    Announced(Seq, Committed<Seq>, oneshot::Sender<Result<Seq, StorageError>>),
    Forgotten(oneshot::Sender<Result<(), StorageError>>),
    Noted(bool, oneshot::Sender<Result<bool, StorageError>>),
}

/// Tells whoever waits; in the order of the numbers, as each is called in turn.
pub(in crate::storage) fn announce(done: Done) {
    match done {
        Done::Refused(error, reply) => Reply::answer(reply, Err(error)),
        Done::Written(written, committed, reply) => {
            guarded(|| committed(&written));
            Reply::answer(reply, Ok(*written));
        }
        Done::Announced(seq, committed, reply) => {
            guarded(|| committed(&seq));
            Reply::answer(reply, Ok(seq));
        }
        Done::Forgotten(reply) => Reply::answer(reply, Ok(())),
        Done::Noted(there, reply) => Reply::answer(reply, Ok(there)),
    }
}

/// A callback that panics must not end the writer: the write itself is done.
pub(in crate::storage) fn guarded(callback: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(callback)).is_err() {
        tracing::error!("a callback of the storage panicked");
    }
}

/// Who waits for a job.
pub(in crate::storage) enum Reply {
    Write(oneshot::Sender<Result<Written, WriteError>>),
    Announce(oneshot::Sender<Result<Seq, StorageError>>),
    Forget(oneshot::Sender<Result<(), StorageError>>),
    Note(oneshot::Sender<Result<bool, StorageError>>),
}

impl Reply {
    /// Whoever asked may have gone; what was written stays written.
    fn answer<T>(reply: oneshot::Sender<T>, answer: T) {
        if reply.send(answer).is_err() {
            tracing::trace!("nobody waits for this write any more");
        }
    }

    /// Says that the database refused: one error may have to be told to many, so its text is.
    pub(in crate::storage) fn fail(self, operation: &'static str, error: &impl Display) {
        let error = StorageError::new(operation, error.to_string());
        match self {
            Reply::Write(reply) => Self::answer(reply, Err(WriteError::Storage(error))),
            Reply::Announce(reply) => Self::answer(reply, Err(error)),
            Reply::Forget(reply) => Self::answer(reply, Err(error)),
            Reply::Note(reply) => Self::answer(reply, Err(error)),
        }
    }
}

impl Job {
    pub(in crate::storage) fn into_reply(self) -> Reply {
        match self {
            Job::Write(_, reply) => Reply::Write(reply),
            Job::Announce(_, reply) => Reply::Announce(reply),
            Job::Forget(_, reply) => Reply::Forget(reply),
            Job::Note(_, _, reply) => Reply::Note(reply),
        }
    }
}

impl Done {
    pub(in crate::storage) fn into_reply(self) -> Reply {
        match self {
            Done::Written(_, _, reply) | Done::Refused(_, reply) => Reply::Write(reply),
            Done::Announced(_, _, reply) => Reply::Announce(reply),
            Done::Forgotten(reply) => Reply::Forget(reply),
            Done::Noted(_, reply) => Reply::Note(reply),
        }
    }
}
