//! The queue of deliveries: what changes it goes through the writer, with the sessions' writes.

use super::chore::Task;
use super::work::Work;
use super::{SqliteStorage, delivery_rows, writer_is_gone};
use crate::storage::{
    Claimed, DeadPage, Delivery, DeliveryCounts, DeliveryQueue, Letters, Settlement, StorageFuture,
};
use pocketping_core::Timestamp;
use rusqlite::Connection;

impl SqliteStorage {
    pub(super) fn chore<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> StorageFuture<'_, T> {
        let (chore, answer) = Task::with_answer(operation, work);
        let sent = self.send(Work::Chore(chore));
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| writer_is_gone())?
        })
    }
}

impl DeliveryQueue for SqliteStorage {
    fn claim(&self, now: Timestamp, until: Timestamp, limit: usize) -> StorageFuture<'_, Claimed> {
        self.chore("claiming deliveries", move |connection| {
            delivery_rows::claim(connection, now, until, limit)
        })
    }

    fn settle(&self, delivery: &Delivery, settlement: Settlement) -> StorageFuture<'_, ()> {
        let delivery = delivery.clone();
        self.chore("settling a delivery", move |connection| {
            delivery_rows::settle(connection, &delivery, &settlement)
        })
    }

    fn counts(&self) -> StorageFuture<'_, DeliveryCounts> {
        Box::pin(self.readers.read("counting deliveries", delivery_rows::counts))
    }

    fn dead(&self, before: Option<String>, limit: usize) -> StorageFuture<'_, DeadPage> {
        Box::pin(self.readers.read("listing dead letters", move |connection| {
            delivery_rows::dead(connection, before.as_deref(), limit)
        }))
    }

    fn revive(&self, letters: Letters, now: Timestamp) -> StorageFuture<'_, u64> {
        self.chore("queueing dead letters anew", move |connection| {
            delivery_rows::revive(connection, &letters, now)
        })
    }

    fn forget(&self, letters: Letters) -> StorageFuture<'_, u64> {
        self.chore("forgetting dead letters", move |connection| {
            delivery_rows::forget(connection, &letters)
        })
    }
}
