//! The native engine and the portable one give the same verdict, whatever the lists and the user agent.

mod ua_support;

use pocketping_core::ua::{DEFAULT_BOT_PATTERNS, FilterMode, NativeUaFilter, UaFilter, UaFilterConfig};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use ua_support::Portable;

/// Pieces of which patterns and user agents are both made, so that they meet often; with letters whose
/// lower case is longer, is ASCII, or depends on its place.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "bot", "Bot/", "chrome/1", "Safari", "a", "b", "ab", "K", "\u{212a}", "İ", "i\u{307}", "ΣΊΣ",
            "σ", "ς", "é", "É", "ß", "ẞ", "/", " ", ".", "1",
        ])
        .prop_map(str::to_owned),
        2 => prop::sample::select(DEFAULT_BOT_PATTERNS.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

/// Mostly valid regular expressions, some not.
fn source() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        4 => piece(),
        1 => prop::sample::select(vec![
            ".", "\\d+", "[a-f]", "[^B]", "(", ")", "(?:A|b)", "^", "$", "\\b", "a{2}", "a{2,1}", "+", "|", "*",
            "[", "(?-i:B)", "(?=a)", "\\1", "\\/", "\\p{Lu}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(atom, 1..5).prop_map(|atoms| atoms.concat())
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![3 => text(), 2 => source().prop_map(|source| format!("/{source}/"))]
}

fn config() -> impl Strategy<Value = UaFilterConfig> {
    let list = || prop::collection::vec(pattern(), 0..6);
    let mode = prop::sample::select(vec!["blocklist", "allowlist", "both", "other"]);
    (list(), list(), mode, any::<bool>()).prop_map(|(allowlist, blocklist, mode, use_default_bots)| {
        UaFilterConfig {
            enabled: true,
            mode: FilterMode::from(mode),
            allowlist,
            blocklist,
            use_default_bots,
            ..UaFilterConfig::default()
        }
    })
}

proptest! {
    // The same lists in every run; `PROPTEST_CASES` asks for more of them.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(56), ..ProptestConfig::default() })]

    #[test]
    fn the_engines_agree(config in config(), uas in prop::collection::vec(text(), 1..8)) {
        let native = NativeUaFilter::compile(&config);
        let portable = UaFilter::<Portable>::compile(&config);
        prop_assert_eq!(native.problems(), portable.problems());
        for ua in &uas {
            prop_assert_eq!(native.check(Some(ua)), portable.check(Some(ua)), "{:?}", ua);
            prop_assert_eq!(NativeUaFilter::is_bot(ua), UaFilter::<Portable>::is_bot(ua), "{:?}", ua);
        }
    }
}
