//! Streams: what happens to conversations, to whoever watches, without a gap and without a repetition.

mod after;
pub use after::After;
pub(crate) use after::{Kind as AfterKind, readings as after_readings};
mod envelope;
pub use envelope::{Delivery, Envelope};
mod publish;
pub(crate) use publish::{
    publish_announcement, publish_foreign, publish_session, publish_typing, publish_written,
};
mod replay;
pub(crate) use replay::{operator_envelopes, visitor_envelopes};
mod subscription;
pub use subscription::Subscription;

/// Entries that are replayed at most; whoever missed more reads everything anew.
pub(crate) const MAX_REPLAY: usize = 1_000;
