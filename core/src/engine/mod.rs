//! The conversation engine: one state machine that owns everything a chat client knows.
//!
//! ```text
//!  user / JS API ──Command──▶ ┌──────────────┐ ──Effect: request, stream, persist──▶ adapter
//!  network ──Response/Stream▶ │ Conversation │
//!  clock ──Tick─────────────▶ │              │ ──Change: message, unread, event…───▶ view, callbacks
//!  storage ──Persisted──────▶ └──────────────┘
//! ```
//!
//! It never reads a clock, opens a socket or draws randomness: each [`Input`] comes with the [`Moment`]
//! and 16 random bytes. **Mutate once, drain all outputs, then mutate again**: call
//! [`Conversation::handle`] with one input, then [`Conversation::poll_output`] until it is `None`, then
//! arrange to be woken at [`Conversation::poll_timeout`] with [`Input::Tick`].

mod backoff;
mod commands;
mod connect;
mod conversation;
mod dice;
mod files;
mod forms;
mod heartbeat;
mod history;
mod ids;
mod input;
mod ladder;
mod older;
mod options;
mod outbox;
mod output;
mod outputs;
mod planted;
mod reader;
mod receipts;
mod receive;
mod revise;
mod revision;
mod screenshots;
mod session;
mod sorted;
mod storage;
mod streams;
mod surroundings;
mod tabs;
mod timeline;
mod tracked;
mod typing;
mod version;

pub use conversation::Conversation;
pub use files::FileInfo;
pub use ids::client_message_id;
pub use input::{
    Command, Entropy, HttpAnswer, Input, Moment, NetworkFailure, PersistFailure, Restored, StreamEvent,
    Surroundings, TabEvent,
};
pub use options::EngineOptions;
pub use output::{
    Change, Connection, Effect, HttpRequest, LocalKey, Method, Notice, Output, PersistId, RequestId, Store,
    StoreWrite, StreamId, Transport,
};
#[cfg(feature = "planted-bugs")]
pub use planted::PlantedBug;
pub use revision::Revision;
pub use timeline::{Delivery, Entry, EntryKey, FailureReason};
