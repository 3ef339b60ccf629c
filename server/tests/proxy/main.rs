//! The server behind a real nginx with the configuration that docs/operations.md gives, word for word.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod behind;
mod nginx;
mod server;
