//! Who may sign in.

use crate::storage::{
    OperatorChange, OperatorDirectory, OperatorRecord, StorageError, StorageFuture, TokenHash,
};
use futures_util::future::ready;
use pocketping_core::OperatorId;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// In the order in which they were added.
#[derive(Default)]
pub(super) struct Operators(Mutex<Vec<OperatorRecord>>);

impl Operators {
    fn list(&self) -> MutexGuard<'_, Vec<OperatorRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, is_it: impl Fn(&OperatorRecord) -> bool) -> Option<OperatorRecord> {
        self.list().iter().find(|record| is_it(record)).cloned()
    }
}

impl OperatorDirectory for Operators {
    fn add(&self, operator: OperatorRecord) -> StorageFuture<'_, ()> {
        let mut list = self.list();
        let taken = list
            .iter()
            .any(|known| known.id == operator.id || known.token == operator.token);
        if taken {
            let error = StorageError::new("adding an operator", "the id or the token is taken");
            return Box::pin(ready(Err(error)));
        }
        list.push(operator);
        Box::pin(ready(Ok(())))
    }

    fn all(&self) -> StorageFuture<'_, Vec<OperatorRecord>> {
        Box::pin(ready(Ok(self.list().clone())))
    }

    fn by_id(&self, id: &OperatorId) -> StorageFuture<'_, Option<OperatorRecord>> {
        Box::pin(ready(Ok(self.find(|record| record.id == *id))))
    }

    fn by_token(&self, token: &TokenHash) -> StorageFuture<'_, Option<OperatorRecord>> {
        let found = self.find(|record| record.token == *token && record.removed_at.is_none());
        Box::pin(ready(Ok(found)))
    }

    fn change(&self, id: &OperatorId, change: OperatorChange) -> StorageFuture<'_, Option<OperatorRecord>> {
        let mut list = self.list();
        let found = list
            .iter()
            .position(|record| record.id == *id && change.fits(record));
        let Some(at) = found else {
            return Box::pin(ready(Ok(None)));
        };
        let mut changed = list[at].clone();
        change.apply(&mut changed);
        let taken = list
            .iter()
            .any(|known| known.id != *id && known.token == changed.token);
        if taken {
            let error = StorageError::new("changing an operator", "the token is taken");
            return Box::pin(ready(Err(error)));
        }
        list[at] = changed.clone();
        Box::pin(ready(Ok(Some(changed))))
    }
}
