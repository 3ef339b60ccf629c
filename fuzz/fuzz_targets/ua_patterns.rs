//! User-agent filters: any list of patterns compiles, and both engines give the same verdict.
//!
//! The input is lines: the user agent, then patterns; those after an empty line are the allowlist's.
#![no_main]

#[path = "../../core/tests/ua_support/mod.rs"]
mod ua_support;

use libfuzzer_sys::fuzz_target;
use pocketping_core::ua::{FilterMode, NativeUaFilter, UaFilter, UaFilterConfig};
use ua_support::Portable;

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let user_agent = lines.next().unwrap_or_default();
    let mut blocklist: Vec<String> = lines.map(str::to_owned).take(40).collect();
    let allowlist = match blocklist.iter().position(String::is_empty) {
        Some(at) => blocklist.split_off(at),
        None => Vec::new(),
    };
    let config = UaFilterConfig {
        enabled: true,
        mode: FilterMode::Both,
        allowlist,
        blocklist,
        // Compiling the default ones takes most of the time; the user agent decides whether they are there.
        use_default_bots: user_agent.contains("bot"),
        ..UaFilterConfig::default()
    };
    let native = NativeUaFilter::compile(&config);
    let portable = UaFilter::<Portable>::compile(&config);
    assert_eq!(native.problems(), portable.problems());
    assert_eq!(native.check(Some(user_agent)), portable.check(Some(user_agent)));
    // An ASCII user agent has a set of its own.
    let other = "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Kiosk";
    assert_eq!(native.check(Some(other)), portable.check(Some(other)));
});
