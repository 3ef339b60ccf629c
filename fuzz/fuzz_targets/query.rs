//! Query strings: any text is read, and what we write is read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pocketping_core::route::{MessagesQuery, parse_query, percent_encode};

fuzz_target!(|text: &str| {
    let pairs = parse_query(text);
    assert!(pairs.len() <= text.matches('&').count() + 1);

    let mut encoded = String::from("key=");
    percent_encode(text, &mut encoded);
    assert!(encoded.is_ascii());
    assert_eq!(parse_query(&encoded), [("key".to_owned(), text.to_owned())]);

    // Read once, written and read again, it stays.
    let query: Vec<String> = pairs
        .iter()
        .map(|(key, value)| {
            let mut pair = String::new();
            percent_encode(key, &mut pair);
            pair.push('=');
            percent_encode(value, &mut pair);
            pair
        })
        .collect();
    assert_eq!(parse_query(&query.join("&")), pairs);

    let path = MessagesQuery {
        session_id: text.into(),
        after: Some(text.to_owned()),
        before: None,
        limit: None,
    }
    .to_path();
    let (_, query) = path.split_once('?').expect("a query follows the path");
    let expected = ["sessionId", "after"].map(|key| (key.to_owned(), text.to_owned()));
    assert_eq!(parse_query(query), expected);
});
