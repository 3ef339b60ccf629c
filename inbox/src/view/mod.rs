//! The Leptos components.

#![allow(
    unreachable_pub,
    reason = "`#[component]` makes a `pub` props type for every component"
)]

mod answers_dialog;
mod app;
pub(crate) use app::App;
mod back;
mod canned_list;
mod conversation;
mod conversation_bar;
mod dialog;
mod dialogs;
mod empty;
mod event_line;
mod facts;
mod filters;
mod glyphs;
mod hits;
mod keys;
mod known_person;
mod leave_for_good;
mod mark_line;
mod message;
mod message_menu;
mod my_self;
mod operator_fields;
mod operators_dialog;
mod others;
mod own_profile;
mod person_means;
mod plot;
mod presence_switch;
mod reply_box;
mod rich;
mod send_event;
mod session_row;
mod sessions;
mod shortcuts;
mod sign_in;
mod staged;
mod statistics;
mod tabs;
mod tags;
mod title;
mod token_once;
mod visitor;
mod work;
