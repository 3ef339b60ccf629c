//! The server behind a real nginx and a real Caddy with the configurations that docs/operations.md gives, word for word.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod behind;
mod caddy;
mod front;
mod nginx;
mod server;
