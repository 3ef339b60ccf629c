//! The operator API (EXTENSIONS, Operator API), relative to the page's origin.

mod calls;
mod error;
mod files;
mod staff;
mod stream;

pub(crate) use calls::{
    add_note, close_door, delete_message, edit_message, emit_event, get_session, list_events, list_messages,
    list_sessions, mark_read, open_door, request_csat, search, send_message, sessions_of, set_assignee,
    set_blocked, set_online, set_state, set_tags, stats, tell_typing,
};
pub(crate) use error::ApiError;
pub(crate) use files::upload;
pub(crate) use staff::{
    add_operator, change_operator, erase_person, export_address, get_person, list_operators, me,
    remove_operator, renew_token,
};
pub(crate) use stream::{News, OperatorStream};

/// Where the operator API lives.
const BASE: &str = "/pocketping/operator/v1";
