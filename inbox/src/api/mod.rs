//! The operator API (EXTENSIONS, Operator API), relative to the page's origin.

mod calls;
mod error;
mod files;
mod stream;

pub(crate) use calls::{
    add_note, close_door, delete_message, edit_message, emit_event, get_session, knock, list_messages,
    list_sessions, mark_read, open_door, request_csat, search, send_message, sessions_of, set_assignee,
    set_blocked, set_online, set_state, set_tags, stats, tell_typing,
};
pub(crate) use error::ApiError;
pub(crate) use files::upload;
pub(crate) use stream::{News, OperatorStream};

/// Where the operator API lives.
const BASE: &str = "/pocketping/operator/v1";
