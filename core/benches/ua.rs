//! Checks of user agents, natively. A figure is for all user agents of the group's list, once each: divide
//! by their number (six browsers, five bots).

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pocketping_core::ua::{NativeUaFilter, UaFilterConfig};
use std::hint::black_box;
use std::time::Duration;

const BROWSERS: [&str; 6] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87",
];

const BOTS: [&str; 5] = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "curl/8.5.0",
];

/// What an owner may add: expressions around a word.
const REGEXES: [&str; 4] = [
    "/acme-monitor\\/\\d+/",
    "/^load[- ]?test/",
    "/(evil|bad)corp/",
    "/scan(ner)?\\/[0-9.]+$/",
];

/// Expressions without a word to look for, which are read byte by byte.
const WORDLESS: [&str; 3] = ["/^[a-z]+\\/\\d+$/", "/\\b[0-9a-f]{32}\\b/", "/[^ -~]{3}/"];

fn check(c: &mut Criterion) {
    let lists: [(&str, &[&str]); 3] = [
        ("default", &[]),
        ("default+regexes", &REGEXES),
        ("default+wordless", &WORDLESS),
    ];
    for (patterns, blocklist) in lists {
        let filter = NativeUaFilter::compile(&UaFilterConfig {
            enabled: true,
            blocklist: blocklist.iter().map(|pattern| (*pattern).to_owned()).collect(),
            ..UaFilterConfig::default()
        });
        assert!(filter.problems().is_empty());
        let mut group = c.benchmark_group(patterns);
        group.warm_up_time(Duration::from_secs(1));
        group.measurement_time(Duration::from_secs(3));
        for (name, uas) in [("browsers", &BROWSERS[..]), ("bots", &BOTS[..])] {
            group.throughput(Throughput::Elements(uas.len() as u64));
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    for ua in uas {
                        black_box(filter.check(black_box(Some(ua))));
                    }
                });
            });
        }
        group.finish();
    }
}

fn compile(c: &mut Criterion) {
    let config = UaFilterConfig {
        enabled: true,
        ..UaFilterConfig::default()
    };
    c.bench_function("compile/default", |bencher| {
        bencher.iter(|| NativeUaFilter::compile(black_box(&config)));
    });
}

criterion_group!(benches, check, compile);
criterion_main!(benches);
