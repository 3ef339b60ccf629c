//! Who may sign in: through the server's connections, or beside a server that runs ([`SqliteOperators`]).

use super::{SqliteStorage, lock, operator_rows, schema};
use crate::storage::{
    OperatorChange, OperatorDirectory, OperatorRecord, StorageError, StorageFuture, TokenHash,
};
use futures_util::future::ready;
use pocketping_core::OperatorId;
use rusqlite::{Connection, TransactionBehavior};
use schema::Durability;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

impl OperatorDirectory for SqliteStorage {
    fn add(&self, operator: OperatorRecord) -> StorageFuture<'_, ()> {
        self.chore("adding an operator", move |connection| {
            operator_rows::add(connection, &operator)
        })
    }

    fn all(&self) -> StorageFuture<'_, Vec<OperatorRecord>> {
        Box::pin(self.readers.read("listing operators", operator_rows::all))
    }

    fn by_id(&self, id: &OperatorId) -> StorageFuture<'_, Option<OperatorRecord>> {
        let id = id.clone();
        Box::pin(self.readers.read("reading an operator", move |connection| {
            operator_rows::by_id(connection, &id)
        }))
    }

    fn by_token(&self, token: &TokenHash) -> StorageFuture<'_, Option<OperatorRecord>> {
        let token = *token;
        Box::pin(self.readers.read("reading an operator", move |connection| {
            operator_rows::by_token(connection, &token)
        }))
    }

    fn change(&self, id: &OperatorId, change: OperatorChange) -> StorageFuture<'_, Option<OperatorRecord>> {
        let id = id.clone();
        self.chore("changing an operator", move |connection| {
            operator_rows::change(connection, &id, change)
        })
    }
}

/// The operators of a file, whether or not a server has it open: one connection of its own, which waits up to five
/// seconds for the server's transactions. It is for programs that manage operators and nothing else.
pub struct SqliteOperators(Mutex<Connection>);

impl SqliteOperators {
    /// Opens the file, which is made, or brought up to date, when no server has it open.
    ///
    /// # Errors
    /// When the file cannot be opened, was made by a newer version, or belongs to a server of an older version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let path = path.as_ref();
        let failed = |error: rusqlite::Error| StorageError::new("opening the database", error);
        let mut connection = Connection::open(path).map_err(failed)?;
        schema::prepare(&connection).map_err(failed)?;
        let is_old = schema::known_version(&connection)? < schema::MIGRATIONS.len();
        // Held until the tables are there: a server that starts meanwhile would find half of them.
        let _lock = if is_old { Some(lock(path)?) } else { None };
        schema::prepare_writer(&connection, Durability::PowerCut).map_err(failed)?;
        if is_old {
            schema::migrate(&mut connection)?;
        }
        Ok(SqliteOperators(Mutex::new(connection)))
    }

    fn run<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> StorageFuture<'_, T> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let done = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let result = work(&transaction)?;
                transaction.commit()?;
                Ok(result)
            });
        let done = done.map_err(|error| StorageError::new(operation, error));
        Box::pin(ready(done))
    }
}

impl OperatorDirectory for SqliteOperators {
    fn add(&self, operator: OperatorRecord) -> StorageFuture<'_, ()> {
        self.run("adding an operator", |connection| {
            operator_rows::add(connection, &operator)
        })
    }

    fn all(&self) -> StorageFuture<'_, Vec<OperatorRecord>> {
        self.run("listing operators", operator_rows::all)
    }

    fn by_id(&self, id: &OperatorId) -> StorageFuture<'_, Option<OperatorRecord>> {
        self.run("reading an operator", |connection| {
            operator_rows::by_id(connection, id)
        })
    }

    fn by_token(&self, token: &TokenHash) -> StorageFuture<'_, Option<OperatorRecord>> {
        self.run("reading an operator", |connection| {
            operator_rows::by_token(connection, token)
        })
    }

    fn change(&self, id: &OperatorId, change: OperatorChange) -> StorageFuture<'_, Option<OperatorRecord>> {
        self.run("changing an operator", |connection| {
            operator_rows::change(connection, id, change)
        })
    }
}
