//! The user-agent filter's promises beyond the recorded cases, on each engine.

mod ua_support;

use pocketping_core::ua::{
    FilterMode, PatternEngine, UaFilter, UaFilterConfig, UaList, UaProblem, UaReason, UaVerdict,
};
use std::cell::Cell;

const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36";

fn owned(patterns: &[&str]) -> Vec<String> {
    patterns.iter().map(|pattern| (*pattern).to_owned()).collect()
}

fn blocking(patterns: &[&str]) -> UaFilterConfig {
    UaFilterConfig {
        enabled: true,
        blocklist: owned(patterns),
        ..UaFilterConfig::default()
    }
}

fn verdict<'f>(allowed: bool, reason: UaReason, matched_pattern: Option<&'f str>) -> UaVerdict<'f> {
    UaVerdict {
        allowed,
        reason,
        matched_pattern,
    }
}

fn without_a_user_agent_or_when_disabled_all_is_allowed<E: PatternEngine>() {
    let nobody = UaFilterConfig {
        mode: FilterMode::Allowlist,
        ..blocking(&[])
    };
    let filter = UaFilter::<E>::compile(&nobody);
    for ua in [None, Some("")] {
        assert_eq!(
            filter.check_with(ua, |_| Some(false)),
            verdict(true, UaReason::Default, None)
        );
    }
    let disabled = UaFilter::<E>::compile(&UaFilterConfig {
        enabled: false,
        ..nobody
    });
    let checked = disabled.check_with(Some("curl/8.5.0"), |_| Some(false));
    assert_eq!(checked, verdict(true, UaReason::Default, None));
}

fn the_hosts_own_filter_decides_before_the_lists<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&[]));
    let seen = Cell::new(false);
    let checked = filter.check_with(Some("GoogleBot/2.1"), |ua| {
        seen.set(ua == "GoogleBot/2.1");
        Some(true)
    });
    assert_eq!(checked, verdict(true, UaReason::Custom, None));
    assert!(seen.get(), "it gets the user agent as sent");
    assert_eq!(
        filter.check_with(Some(CHROME), |_| Some(false)),
        verdict(false, UaReason::Custom, None)
    );
    let deferred = filter.check_with(Some("GoogleBot/2.1"), |_| None);
    assert_eq!(deferred, verdict(false, UaReason::DefaultBot, Some("googlebot")));
}

fn an_empty_pattern_is_dropped_and_the_rest_works<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&["", "chrome", ""]));
    assert_eq!(
        filter.check(Some(CHROME)),
        verdict(false, UaReason::Blocklist, Some("chrome"))
    );
    assert_eq!(
        filter.check(Some("curl/8")),
        verdict(false, UaReason::DefaultBot, Some("curl/"))
    );
    assert_eq!(
        filter.check(Some("other")),
        verdict(true, UaReason::Default, None)
    );
}

fn an_allowlist_of_empty_patterns_lets_nobody_in<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&UaFilterConfig {
        mode: FilterMode::Allowlist,
        allowlist: owned(&[""]),
        ..blocking(&[])
    });
    assert_eq!(
        filter.check(Some(CHROME)),
        verdict(false, UaReason::NotInAllowlist, None)
    );
}

fn the_first_pattern_of_the_list_is_reported<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&["/safari/", "x86_64", "/linux/", "moz"]));
    assert_eq!(filter.check(Some(CHROME)).matched_pattern, Some("/safari/"));
    let filter = UaFilter::<E>::compile(&blocking(&["absent", "x86_64", "/linux/", "moz"]));
    assert_eq!(filter.check(Some(CHROME)).matched_pattern, Some("x86_64"));
    let filter = UaFilter::<E>::compile(&blocking(&["LINUX X86", "linux"]));
    assert_eq!(filter.check(Some(CHROME)).matched_pattern, Some("LINUX X86"));
    let filter = UaFilter::<E>::compile(&blocking(&["linux", "linux x86"]));
    assert_eq!(filter.check(Some(CHROME)).matched_pattern, Some("linux"));
}

fn a_custom_regex_is_reported_as_the_owners<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&["/google(bot)?/"]));
    let checked = filter.check(Some("Googlebot/2.1"));
    assert_eq!(
        checked,
        verdict(false, UaReason::Blocklist, Some("/google(bot)?/"))
    );
}

fn regexes_see_the_lower_cased_user_agent<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&["/(?-i:Chrome)/", "/(?-i:chrome)/"]));
    assert_eq!(filter.check(Some(CHROME)).matched_pattern, Some("/(?-i:chrome)/"));
}

fn user_agents_of_any_length_are_read_to_the_end<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&["/the-end$/", "the-text"]));
    for filler in [0, 490, 500, 511, 512, 513, 100_000] {
        let ua = format!("{}The-End", "x".repeat(filler));
        assert_eq!(
            filter.check(Some(&ua)).matched_pattern,
            Some("/the-end$/"),
            "{filler}"
        );
        let ua = format!("{}The-Text", "x".repeat(filler));
        assert_eq!(
            filter.check(Some(&ua)).matched_pattern,
            Some("the-text"),
            "{filler}"
        );
        let ua = format!("{}é The-End", "x".repeat(filler));
        assert_eq!(
            filter.check(Some(&ua)).matched_pattern,
            Some("/the-end$/"),
            "{filler}"
        );
    }
}

fn case_is_disregarded_beyond_ascii<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&blocking(&["ÉLAN", "/žluť/", "KELVIN"]));
    assert_eq!(filter.check(Some("Élan/1")).matched_pattern, Some("ÉLAN"));
    assert_eq!(filter.check(Some("ŽLUŤ/1")).matched_pattern, Some("/žluť/"));
    // U+212A, whose lower case is the ASCII k.
    assert_eq!(
        filter.check(Some("\u{212a}elvin")).matched_pattern,
        Some("KELVIN")
    );
}

fn problems_name_each_pattern_without_effect<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&UaFilterConfig {
        mode: FilterMode::Both,
        allowlist: owned(&["ok", "/(/"]),
        ..blocking(&["", "/[unclosed/", "fine", "/a{2,1}/"])
    });
    let invalid = |list, index, pattern: &str| UaProblem::InvalidPattern {
        list,
        index,
        pattern: pattern.to_owned(),
    };
    let expected = [
        invalid(UaList::Allowlist, 1, "/(/"),
        UaProblem::EmptyPattern {
            list: UaList::Blocklist,
            index: 0,
        },
        invalid(UaList::Blocklist, 1, "/[unclosed/"),
        invalid(UaList::Blocklist, 3, "/a{2,1}/"),
    ];
    assert_eq!(filter.problems(), expected);
    assert_eq!(
        filter.problems()[2].to_string(),
        "blocklist[1] /[unclosed/ is no valid regular expression: it never matches"
    );
    assert_eq!(filter.problems()[1].to_string(), "blocklist[0] is empty: dropped");
    // The indexes of the valid ones have not moved.
    assert_eq!(filter.check(Some("so fine")).matched_pattern, Some("fine"));
}

fn problems_are_found_in_lists_out_of_use_and_in_the_mode<E: PatternEngine>() {
    let filter = UaFilter::<E>::compile(&UaFilterConfig {
        enabled: false,
        mode: FilterMode::from("whitelist"),
        ..blocking(&["/+/"])
    });
    assert_eq!(filter.problems().len(), 2);
    assert_eq!(
        filter.problems()[0].to_string(),
        "mode \"whitelist\" is unknown: everything is allowed"
    );
    assert!(
        UaFilter::<E>::compile(&blocking(&["x", "/y/"]))
            .problems()
            .is_empty()
    );
}

fn is_bot_knows_the_default_patterns_alone<E: PatternEngine>() {
    assert!(UaFilter::<E>::is_bot("Mozilla/5.0 (compatible; Googlebot/2.1)"));
    assert!(UaFilter::<E>::is_bot("CURL/8.5.0"));
    assert!(!UaFilter::<E>::is_bot(CHROME));
    assert!(!UaFilter::<E>::is_bot(""));
}

macro_rules! on_each_engine {
    ($($rule:ident)*) => {
        mod portable {
            $( #[test] fn $rule() { super::$rule::<super::ua_support::Portable>(); } )*
        }
        #[cfg(feature = "patterns")]
        mod native {
            $( #[test] fn $rule() { super::$rule::<pocketping_core::ua::NativePatterns>(); } )*
        }
    };
}

on_each_engine! {
    without_a_user_agent_or_when_disabled_all_is_allowed
    the_hosts_own_filter_decides_before_the_lists
    an_empty_pattern_is_dropped_and_the_rest_works
    an_allowlist_of_empty_patterns_lets_nobody_in
    the_first_pattern_of_the_list_is_reported
    a_custom_regex_is_reported_as_the_owners
    regexes_see_the_lower_cased_user_agent
    user_agents_of_any_length_are_read_to_the_end
    case_is_disregarded_beyond_ascii
    problems_name_each_pattern_without_effect
    problems_are_found_in_lists_out_of_use_and_in_the_mode
    is_bot_knows_the_default_patterns_alone
}
