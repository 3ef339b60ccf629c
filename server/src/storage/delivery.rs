//! The port [`DeliveryQueue`]: requests to a webhook's target that are still to be made, and those that were given up.

use super::StorageFuture;
use pocketping_core::{DeliveryId, SessionId, Timestamp};

/// As long as a delivery was tried fewer times than this, those that were queued after it for the same session wait for
/// it; then it no longer holds them up. With the waits between attempts that is about three quarters of an hour.
pub const HOLDING_ATTEMPTS: u32 = 10;

/// A request that a write asks for; see [`Draft::deliver`](super::Draft::deliver).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id: unique, and the same for each attempt.
    pub id: DeliveryId,
    /// Its type.
    pub kind: String,
    /// The body, which stays as it is.
    pub body: String,
    /// When it was asked for; its first attempt is due then.
    pub queued_at: Timestamp,
}

/// A request that somebody is making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The session that it tells of.
    pub session_id: SessionId,
    /// Its type.
    pub kind: String,
    /// The body.
    pub body: String,
    /// When it was asked for, at first or anew.
    pub queued_at: Timestamp,
    /// How often it has been tried, this time included.
    pub attempts: u32,
}

/// What [`DeliveryQueue::claim`] gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// To be made now, those that are due longest first.
    pub deliveries: Vec<Delivery>,
    /// When the next one is due; it may be past when there are more than were asked for.
    pub next: Option<Timestamp>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The target has it.
    Delivered,
    /// It is to be tried again.
    Again {
        /// From when on.
        at: Timestamp,
    },
    /// It is given up.
    Dead {
        /// When.
        at: Timestamp,
        /// What was wrong the last time.
        problem: String,
    },
}

/// A delivery that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// As it was tried last.
    pub delivery: Delivery,
    /// When it was given up.
    pub died_at: Timestamp,
    /// What was wrong the last time.
    pub problem: String,
}

/// A page of dead letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeadPage {
    /// Those given up last come first.
    pub letters: Vec<DeadLetter>,
    /// Where the next page begins; unset on the last.
    pub next: Option<String>,
}

/// Which dead letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letters {
    /// The one with this id.
    One(DeliveryId),
    /// All.
    All,
    /// Those given up before this moment.
    Before(Timestamp),
}

/// How a queue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// Deliveries that wait for an attempt or are under way.
    pub waiting: u64,
    /// Dead letters.
    pub dead: u64,
    /// When the next attempt is due; an attempt under way counts with the end of its lease.
    pub next: Option<Timestamp>,
}

/// Deliveries that writes have asked for. Part of a [`Storage`](super::Storage), which says what they have in common;
/// besides:
///
/// - **Queued with the write.** A delivery is there if and only if the write is that asked for it.
/// - **In order.** Of one session one delivery is claimed at a time, in the order in which they were queued, as long as
///   the earlier one was tried fewer than [`HOLDING_ATTEMPTS`] times and is not dead.
/// - **Leased.** What is claimed is nobody else's until the lease is over, in any process; then it is claimed again.
///   Whoever comes late with a settlement settles nothing.
/// - **Gone with its session.** Erasing a session drops its deliveries, dead ones too.
/// - **Cheap to ask.** Claiming costs the same however many deliveries wait.
pub trait DeliveryQueue: Send + Sync {
    /// Takes at most `limit` deliveries that are due at `now`, until the lease ends at `until`, and counts the attempt.
    fn claim(&self, now: Timestamp, until: Timestamp, limit: usize) -> StorageFuture<'_, Claimed>;

    /// Records what came of a claimed delivery.
    fn settle(&self, delivery: &Delivery, settlement: Settlement) -> StorageFuture<'_, ()>;

    /// How the queue stands.
    fn counts(&self) -> StorageFuture<'_, DeliveryCounts>;

    /// Dead letters from before the place `before`, at most `limit`.
    fn dead(&self, before: Option<String>, limit: usize) -> StorageFuture<'_, DeadPage>;

    /// Queues dead letters anew, as if they had been asked for now and never tried; gives how many.
    fn revive(&self, letters: Letters, now: Timestamp) -> StorageFuture<'_, u64>;

    /// Drops dead letters; gives how many.
    fn forget(&self, letters: Letters) -> StorageFuture<'_, u64>;
}
