//! Realtime envelopes: `{"type", "data", "cursor"?}` (PROTOCOL §2; EXTENSIONS, Resume).

mod client;
mod server;

pub use client::ClientFrame;
pub use server::{
    AiTakeover, ConfigUpdate, CsatRequested, MessageDeleted, MessageEdited, Presence, ReadReceipt,
    ScreenshotRequest, ServerEnvelope, ServerEvent, SessionChange, Typing,
};
