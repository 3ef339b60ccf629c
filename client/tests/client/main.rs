//! What the native client promises, against the real server on a loopback port. Waits end with a change, never
//! with a moment.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod changing;
mod conversation;
mod ending;
mod full_disk;
mod ladder;
mod refusal;
mod restart;
mod secrets;
mod slow_reader;
mod storage;
mod support;
mod tls;
mod uploads;
