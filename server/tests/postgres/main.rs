//! PostgreSQL storage on a real PostgreSQL, which these tests start: the conformance suite, and what only a database
//! that several servers share can promise.

#![allow(clippy::unwrap_used)]

mod cluster;
mod conformance;
mod lost_connections;
mod migrations;
mod retention;
mod server;
mod stream;
mod two_servers;
mod webhooks;
mod writes;
