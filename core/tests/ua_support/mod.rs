//! A host for the portable engine, as a browser is one.

use pocketping_core::ua::{PatternHost, PortablePatterns};
use regex::{Regex, RegexBuilder};

/// The `regex` crate in the place of the platform's `RegExp`.
#[derive(Clone, Debug)]
pub(crate) struct RegexHost;

impl PatternHost for RegexHost {
    type Regex = Regex;

    fn compile(source: &str) -> Option<Regex> {
        RegexBuilder::new(source).case_insensitive(true).build().ok()
    }

    fn is_match(regex: &Regex, text: &str) -> bool {
        regex.is_match(text)
    }

    fn lowercase(text: &str) -> String {
        text.to_lowercase()
    }
}

/// The engine as a page has it.
pub(crate) type Portable = PortablePatterns<RegexHost>;
