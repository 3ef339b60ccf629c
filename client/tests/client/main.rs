//! What the native client promises, against the real server on a loopback port. Waits end with a change, never
//! with a moment.

mod conversation;
mod storage;
mod support;
