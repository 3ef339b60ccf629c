//! PocketPing's shared core: wire models, route types, realtime envelopes, the user-agent filter and
//! the conversation engine.
//!
//! Nothing here does I/O, reads a clock or draws randomness: time and random bytes are arguments, the
//! network and storage are values that go in and out ([`engine`]). The same code runs in the browser
//! (WebAssembly), in the server and in tests.
//!
//! JSON text is the adapter's business. Both ends read and write one small tree, [`Value`]: the browser
//! builds it with `JSON.parse`, native programs with `serde_json` (feature `serde`).

#![forbid(unsafe_code)]

pub mod content;
pub mod engine;
pub mod envelope;
pub mod model;
pub mod route;
pub mod ua;

mod decimal;
pub use decimal::decimal;
mod error;
pub use error::{ErrorBody, ErrorDetail};
mod id;
pub use id::{
    AttachmentId, ClientMessageId, Cursor, DeliveryId, EventId, MessageId, OperatorId, PersonId, SessionId,
    VisitorId,
};
mod time;
pub use time::Timestamp;
pub mod value;
pub use value::{Object, Problem, ReadError, Value, Wire};

/// The protocol level that we speak, sent as `X-PocketPing-Version` (EXTENSIONS, Abilities).
///
/// A constant and not the package's version: servers compare it with their minimum.
pub const PROTOCOL_VERSION: &str = "2.6.0";
