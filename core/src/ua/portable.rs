//! The pattern engine for platforms that bring their own regular expressions: browsers.

use super::{DEFAULT_BOT_PATTERNS, Pattern, PatternEngine};

/// What [`PortablePatterns`] needs of its platform.
///
/// The `regex` crate would cost more bytes than the rest of the widget, and so would Unicode's case
/// tables be wasted where the platform has them. In a browser:
///
/// - `Regex` is `js_sys::RegExp`,
/// - `compile` is `new RegExp(source, "i")`, through a binding with `catch`: the constructor throws,
/// - `is_match` is `regex.test(text)`; without the flags `g` and `y` it keeps no state,
/// - `lowercase` is `text.toLowerCase()`.
pub trait PatternHost {
    /// A compiled regular expression.
    type Regex;

    /// Compiles an unanchored regular expression that disregards case; `None` when it is not valid.
    fn compile(source: &str) -> Option<Self::Regex>;

    /// Whether it matches anywhere in the text.
    fn is_match(regex: &Self::Regex, text: &str) -> bool;

    /// The text in lower case by Unicode's full mapping, as [`str::to_lowercase`] does it.
    fn lowercase(text: &str) -> String;
}

/// A list that is tried pattern by pattern: slower than the native engine and far smaller. A page checks
/// once.
#[derive(Clone, Debug)]
pub struct PortablePatterns<H: PatternHost>(Vec<Entry<H::Regex>>);

#[derive(Clone, Debug)]
enum Entry<R> {
    /// Lower-cased.
    Text(String),
    Regex(R),
    Never,
}

impl<H: PatternHost> PatternEngine for PortablePatterns<H> {
    fn compile(patterns: &[Pattern<'_>]) -> (Self, Vec<usize>) {
        let mut entries = Vec::with_capacity(patterns.len());
        let mut invalid = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            entries.push(match *pattern {
                Pattern::Text(text) => Entry::Text(H::lowercase(text)),
                Pattern::Regex(source) => match H::compile(source) {
                    Some(regex) => Entry::Regex(regex),
                    None => {
                        invalid.push(index);
                        Entry::Never
                    }
                },
            });
        }
        (PortablePatterns(entries), invalid)
    }

    fn first_match(&self, ua: &str) -> Option<usize> {
        let ua = H::lowercase(ua);
        self.0.iter().position(|entry| match entry {
            Entry::Text(text) => ua.contains(text.as_str()),
            Entry::Regex(regex) => H::is_match(regex, &ua),
            Entry::Never => false,
        })
    }

    fn is_bot(ua: &str) -> bool {
        let ua = H::lowercase(ua);
        DEFAULT_BOT_PATTERNS.iter().any(|pattern| ua.contains(pattern))
    }
}
