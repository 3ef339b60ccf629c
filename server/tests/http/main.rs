//! The server over HTTP as clients see it: real servers on ports of their own. One file for each subject.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod support;

mod assets;
mod bad_edits;
mod bad_input;
mod bad_operator_input;
mod bad_visitor_input;
#[cfg(feature = "cli")]
mod binary;
mod client_ip;
#[cfg(feature = "cli")]
mod configuration;
#[cfg(feature = "cli")]
mod connections;
mod cors;
mod examples;
mod identity;
#[cfg(feature = "cli")]
mod log;
mod metrics;
mod notes;
mod office_hours;
mod operator_api;
mod operator_bounds;
#[cfg(feature = "cli")]
mod operator_command;
mod operator_tokens;
mod operator_work;
mod operators;
mod rate_limit;
mod resume;
mod routes;
mod sse;
mod ua_filter;
mod uploads;
mod versions;
#[cfg(feature = "cli")]
mod webhook_process;
mod webhooks;
mod websocket;
mod wire;
