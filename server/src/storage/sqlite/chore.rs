//! [`Chore`]: what the writer does in its transactions besides writes of sessions.

use crate::storage::StorageError;
use rusqlite::Connection;
use tokio::sync::oneshot;

/// Something to do within a transaction; it answers when that is committed.
pub(super) trait Chore: Send {
    /// Does it; an error breaks the transaction.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;

    /// Says that it is committed.
    fn done(self: Box<Self>);

    /// Says that the database refused.
    fn failed(self: Box<Self>, error: &rusqlite::Error);
}

/// A chore that is a closure, and where its result goes.
pub(super) struct Task<T, F> {
    operation: &'static str,
    work: Option<F>,
    result: Option<T>,
    reply: oneshot::Sender<Result<T, StorageError>>,
}

impl<T, F> Task<T, F>
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
{
    /// The chore, and its answer.
    pub(super) fn with_answer(
        operation: &'static str,
        work: F,
    ) -> (Box<dyn Chore>, oneshot::Receiver<Result<T, StorageError>>) {
        let (reply, answer) = oneshot::channel();
        let task = Task {
            operation,
            work: Some(work),
            result: None,
            reply,
        };
        (Box::new(task), answer)
    }

    /// Whoever asked may have gone; what is committed stays.
    fn answer(reply: oneshot::Sender<Result<T, StorageError>>, answer: Result<T, StorageError>) {
        if reply.send(answer).is_err() {
            tracing::trace!("nobody waits for this any more");
        }
    }
}

impl<T, F> Chore for Task<T, F>
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
{
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.result = Some(work(connection)?);
        }
        Ok(())
    }

    fn done(self: Box<Self>) {
        let missing = || StorageError::new(self.operation, "it was not done");
        let answer = self.result.ok_or_else(missing);
        Self::answer(self.reply, answer);
    }

    fn failed(self: Box<Self>, error: &rusqlite::Error) {
        let error = StorageError::new(self.operation, error.to_string());
        Self::answer(self.reply, Err(error));
    }
}
