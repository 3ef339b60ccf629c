//! Who may sign in.

use super::{PostgresStorage, failed, operator_rows};
use crate::storage::{OperatorChange, OperatorDirectory, OperatorRecord, StorageFuture, TokenHash};
use pocketping_core::OperatorId;

impl OperatorDirectory for PostgresStorage {
    fn add(&self, operator: OperatorRecord) -> StorageFuture<'_, ()> {
        Box::pin(async move {
            let work = async {
                let mut connection = self.readers.acquire().await?;
                operator_rows::add(&mut connection, &operator).await
            };
            work.await.map_err(failed("adding an operator"))
        })
    }

    fn all(&self) -> StorageFuture<'_, Vec<OperatorRecord>> {
        Box::pin(async move {
            let work = async {
                let mut connection = self.readers.acquire().await?;
                operator_rows::all(&mut connection).await
            };
            work.await.map_err(failed("listing operators"))
        })
    }

    fn by_id(&self, id: &OperatorId) -> StorageFuture<'_, Option<OperatorRecord>> {
        let id = id.clone();
        Box::pin(async move {
            let work = async {
                let mut connection = self.readers.acquire().await?;
                operator_rows::by_id(&mut connection, &id).await
            };
            work.await.map_err(failed("reading an operator"))
        })
    }

    fn by_token(&self, token: &TokenHash) -> StorageFuture<'_, Option<OperatorRecord>> {
        let token = *token;
        Box::pin(async move {
            let work = async {
                let mut connection = self.readers.acquire().await?;
                operator_rows::by_token(&mut connection, &token).await
            };
            work.await.map_err(failed("reading an operator"))
        })
    }

    fn change(&self, id: &OperatorId, change: OperatorChange) -> StorageFuture<'_, Option<OperatorRecord>> {
        let id = id.clone();
        Box::pin(async move {
            let work = async {
                let mut transaction = self.readers.begin().await?;
                let record = operator_rows::change(&mut transaction, &id, change).await?;
                transaction.commit().await.map(|()| record)
            };
            work.await.map_err(failed("changing an operator"))
        })
    }
}
