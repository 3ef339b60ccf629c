//! What a conversation keeps in memory.
#![allow(clippy::unwrap_used)]

#[path = "../benches/support/mod.rs"]
mod support;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use support::Desk;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// As the allocator is asked for it; the only test of its program, as other threads would be counted too.
#[test]
fn a_short_message_takes_at_most_1_kb() {
    const MESSAGES: u64 = 10_000;
    let region = Region::new(ALLOCATOR);
    let desk = Desk::with_messages(MESSAGES);
    let change = region.change();
    let kept = change.bytes_allocated - change.bytes_deallocated;
    let each = kept as u64 / MESSAGES;
    println!("{each} bytes for each of {MESSAGES} messages");
    assert!(each <= 1024, "{each} bytes");
    drop(desk);
}
