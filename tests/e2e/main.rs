//! The main job in real browsers: nothing is mocked.

#![forbid(unsafe_code)]

mod accessibility;
mod api;
mod attaching;
mod away;
mod burst;
mod calls;
mod consent;
mod conversation;
mod csat;
mod csp;
mod emoji;
mod events;
mod failure;
mod fallback;
mod focus;
mod handlers;
mod hidden;
mod inbox;
mod injection;
mod inspector;
mod isolation;
mod languages;
mod look;
mod lost_answer;
mod messages;
mod modules;
mod offline;
mod old_browsers;
mod options;
mod pictures;
mod prechat;
mod privacy;
mod reading;
mod restart;
mod rich;
mod screenshots;
mod shared_storage;
mod slow_database;
mod tabs;
mod thousands;
mod tracked;
mod two_backends;
mod uploads;
