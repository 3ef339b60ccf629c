//! The Leptos components.

#![allow(
    unreachable_pub,
    reason = "`#[component]` makes a `pub` props type for every component"
)]

mod app;
pub(crate) use app::App;
mod conversation;
mod conversation_bar;
mod empty;
mod event_line;
mod facts;
mod presence_switch;
mod send_event;
mod session_row;
mod sessions;
mod shortcuts;
mod sign_in;
mod tabs;
mod title;
mod visitor;
