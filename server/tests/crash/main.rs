//! What was acknowledged is kept: the server is killed, and its machine loses power. One file for each promise, and
//! what they need.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod backup;
mod burst;
#[cfg(target_os = "linux")]
mod disk;
mod kill;
mod lots;
#[cfg(target_os = "linux")]
mod power_cut;
mod running;
#[cfg(target_os = "linux")]
mod trace;
