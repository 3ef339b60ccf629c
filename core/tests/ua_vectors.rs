//! The recorded decisions of an existing backend (`tests/vectors/ua_filter.json`), on each engine.

#![expect(clippy::unwrap_used, reason = "a broken vector has to fail the test")]

mod ua_support;

use pocketping_core::ua::{DEFAULT_BOT_PATTERNS, FilterMode, PatternEngine, UaFilter, UaFilterConfig};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().unwrap().iter();
    items.map(|item| item.as_str().unwrap().to_owned()).collect()
}

fn every_case_is_decided_as_recorded<E: PatternEngine>() {
    let vectors = json(include_str!("../../tests/vectors/ua_filter.json"));
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 146);
    for (number, case) in cases.iter().enumerate() {
        let filter = UaFilter::<E>::compile(&UaFilterConfig {
            enabled: true,
            mode: FilterMode::from(case["mode"].as_str().unwrap()),
            allowlist: strings(&case["allowlist"]),
            blocklist: strings(&case["blocklist"]),
            use_default_bots: case["useDefaultBots"].as_bool().unwrap(),
            ..UaFilterConfig::default()
        });
        let verdict = filter.check(case["ua"].as_str());
        let expected = &case["expected"];
        assert_eq!(
            (
                Some(verdict.allowed),
                Some(verdict.reason.as_str()),
                verdict.matched_pattern
            ),
            (
                expected["allowed"].as_bool(),
                expected["reason"].as_str(),
                expected["matchedPattern"].as_str()
            ),
            "case {number}: {case}"
        );
    }
}

#[test]
fn the_portable_engine_decides_every_case_as_recorded() {
    every_case_is_decided_as_recorded::<ua_support::Portable>();
}

#[cfg(feature = "patterns")]
#[test]
fn the_native_engine_decides_every_case_as_recorded() {
    every_case_is_decided_as_recorded::<pocketping_core::ua::NativePatterns>();
}

#[test]
fn the_default_patterns_are_the_recorded_ones_in_order() {
    let recorded = strings(&json(include_str!(
        "../../tests/vectors/default_bot_patterns.json"
    )));
    assert_eq!(recorded, DEFAULT_BOT_PATTERNS);
}
