//! Message text: what is blank is refused. Its marks are read by the widget's JavaScript, whose promises are tested in browsers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pocketping_core::content;

fuzz_target!(|text: &str| {
    let is_blank = text.trim().is_empty();
    assert!(!is_blank || content::check(text, 0).is_err());
});
