//! The main job in real browsers: nothing is mocked.

#![forbid(unsafe_code)]

mod api;
mod attaching;
mod away;
mod burst;
mod conversation;
mod csat;
mod csp;
mod events;
mod failure;
mod fallback;
mod focus;
mod handlers;
mod hidden;
mod inbox;
mod languages;
mod look;
mod lost_answer;
mod offline;
mod options;
mod pictures;
mod prechat;
mod privacy;
mod reading;
mod restart;
mod shared_storage;
mod slow_database;
mod tabs;
mod tracked;
mod two_backends;
mod uploads;
