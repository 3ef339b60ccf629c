//! The examples, really started: each holds a conversation in every way that its host can.

#![allow(clippy::unwrap_used)]

mod conversation;
mod lambda;
mod program;
mod readme;
mod runtime_api;
