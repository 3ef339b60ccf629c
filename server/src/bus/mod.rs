//! The port [`EventBus`]: from whoever changes a conversation to whoever watches it.

mod local;
pub use local::LocalBus;
mod notice;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use notice::data as event_data;
pub(crate) use notice::json;
pub use notice::{Notice, Place};
mod receiver;
pub use receiver::{Received, Receiver};

use pocketping_core::SessionId;
use std::sync::Arc;

/// What one can listen to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// What the visitor of this session may see.
    Session(SessionId),
    /// What operators may see, of all sessions.
    Operators,
}

/// Carries notices to listeners.
///
/// - Notices of one topic arrive in the order in which they were published, each at most once.
/// - Publishing never waits: a listener that does not keep up loses its place, and is told so.
/// - Nothing is kept for listeners to come; who needs the past reads the log after subscribing.
pub trait EventBus: Send + Sync + 'static {
    /// Sends a notice to the listeners of a topic.
    fn publish(&self, topic: &Topic, notice: Arc<Notice>);

    /// Sends a notice to the listeners of all sessions; gives how many sessions have any.
    fn publish_to_sessions(&self, notice: Arc<Notice>) -> usize;

    /// Listens to a topic from now on, until the receiver is dropped.
    fn subscribe(&self, topic: Topic) -> Receiver;

    /// Whether anybody may be listening; false spares making the notice.
    fn has_listeners(&self, topic: &Topic) -> bool;

    /// How many sessions somebody is listening to.
    fn sessions_listened_to(&self) -> usize;

    /// Ends the subscriptions that a topic has now.
    fn end(&self, topic: &Topic);

    /// Ends all subscriptions, present and future.
    fn close(&self);
}
