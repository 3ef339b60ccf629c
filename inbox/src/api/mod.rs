//! The operator API (EXTENSIONS, Operator API), relative to the page's origin.

mod calls;
mod error;
mod stream;

pub(crate) use calls::{
    close_door, emit_event, knock, list_messages, list_sessions, mark_read, open_door, send_message,
    set_online, set_state, tell_typing,
};
pub(crate) use error::ApiError;
pub(crate) use stream::{News, OperatorStream};

/// Where the operator API lives.
const BASE: &str = "/pocketping/operator/v1";
