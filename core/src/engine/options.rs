//! What a conversation is started with.

use crate::model::SessionMetadata;
use crate::{SessionId, Value, VisitorId};

/// What a conversation is started with: the stored keys of PROTOCOL §4.4 and facts of the page.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EngineOptions {
    /// `pocketping_visitor_id`, if this browser has one.
    pub visitor_id: Option<VisitorId>,
    /// `pocketping_session_id`, if this browser has one.
    pub session_id: Option<SessionId>,
    /// `pocketping_user_identity`; `null` when it was forgotten, so that it is not taken back from the server.
    pub identity: Option<Value>,
    /// The journal of [`super::LocalKey::Outbox`] as last written, if any (entries that may not have
    /// reached the database before the page went away).
    pub journal: Option<Value>,
    /// This page's name among those that share its storage; empty when it has its storage for itself. With a name
    /// `journal` is not looked at: it comes when the page is elected.
    pub tab: String,
    /// The greatest `seq` of all journals in localStorage: this page's entries come after them, whatever the clock
    /// says. 0 for none.
    pub last_seq: u64,
    /// The browser and the page, sent with `/connect`.
    pub metadata: SessionMetadata,
    /// Whether the browser can open WebSockets and event sources at all.
    pub streams: bool,
    /// Whether the page is visible at the start.
    pub visible: bool,
    /// Whether the browser believes to be online.
    pub online: bool,
}
