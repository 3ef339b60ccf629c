//! [`Foreign`]: what others wrote to the same store.

use super::{LogEvent, Seq, Written};

/// Something that another process wrote to the same store.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Foreign {
    /// A change of a session; or several that followed each other, as one. The session and changed messages are as
    /// they are now, which may be later; attachments are left out.
    Written(Box<Written>),
    /// An entry for the logs of all sessions, and its place.
    Announced(Seq, LogEvent),
}

/// Told of what others wrote; must not block. See [`Storage::follow`](super::Storage::follow).
pub type Follower = Box<dyn Fn(&Foreign) + Send + Sync>;
