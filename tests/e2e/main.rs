//! The main job in real browsers: nothing is mocked.

#![forbid(unsafe_code)]

mod api;
mod conversation;
mod csp;
mod events;
mod failure;
mod focus;
mod handlers;
mod look;
mod privacy;
mod reading;
mod restart;
