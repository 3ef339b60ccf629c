//! The queue of deliveries. Claiming and settling are transactions beside the writer's: they lock rows that no write of a
//! session waits for.

use super::{PostgresStorage, delivery_rows, failed};
use crate::storage::{
    Claimed, DeadPage, Delivery, DeliveryCounts, DeliveryQueue, Letters, Settlement, StorageFuture,
};
use pocketping_core::Timestamp;

impl DeliveryQueue for PostgresStorage {
    fn claim(&self, now: Timestamp, until: Timestamp, limit: usize) -> StorageFuture<'_, Claimed> {
        Box::pin(async move {
            let work = async {
                let mut transaction = self.readers.begin().await?;
                let claimed = delivery_rows::claim(&mut transaction, now, until, limit).await?;
                transaction.commit().await.map(|()| claimed)
            };
            work.await.map_err(failed("claiming deliveries"))
        })
    }

    fn settle(&self, delivery: &Delivery, settlement: Settlement) -> StorageFuture<'_, ()> {
        let delivery = delivery.clone();
        Box::pin(async move {
            let work = async {
                let mut transaction = self.readers.begin().await?;
                delivery_rows::settle(&mut transaction, &delivery, &settlement).await?;
                transaction.commit().await
            };
            work.await.map_err(failed("settling a delivery"))
        })
    }

    fn counts(&self) -> StorageFuture<'_, DeliveryCounts> {
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                delivery_rows::counts(&mut connection).await
            };
            read.await.map_err(failed("counting deliveries"))
        })
    }

    fn dead(&self, before: Option<String>, limit: usize) -> StorageFuture<'_, DeadPage> {
        Box::pin(async move {
            let read = async {
                let mut connection = self.readers.acquire().await?;
                delivery_rows::dead(&mut connection, before.as_deref(), limit).await
            };
            read.await.map_err(failed("listing dead letters"))
        })
    }

    fn revive(&self, letters: Letters, now: Timestamp) -> StorageFuture<'_, u64> {
        Box::pin(async move {
            let work = async {
                let mut transaction = self.readers.begin().await?;
                let revived = delivery_rows::revive(&mut transaction, &letters, now).await?;
                transaction.commit().await.map(|()| revived)
            };
            work.await.map_err(failed("queueing dead letters anew"))
        })
    }

    fn forget(&self, letters: Letters) -> StorageFuture<'_, u64> {
        Box::pin(async move {
            let work = async {
                let mut connection = self.readers.acquire().await?;
                delivery_rows::forget(&mut connection, &letters).await
            };
            work.await.map_err(failed("forgetting dead letters"))
        })
    }
}
