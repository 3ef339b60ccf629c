//! The pattern engine of native programs: linear time, whatever the patterns.

use super::{DEFAULT_BOT_PATTERNS, Pattern, PatternEngine};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};
use std::sync::LazyLock;

/// Above this many texts a table per state would take tens of megabytes.
const DFA_TEXTS: usize = 1000;
/// Bytes that one regular expression may take, compiled.
const REGEX_BYTES: usize = 10 << 20;
/// User agents up to this many bytes are lower-cased on the stack.
const STACK_BYTES: usize = 512;

/// A list as two automata: Aho–Corasick for the texts, one set for the regular expressions.
///
/// Regular expressions are the `regex` crate's: no look-around and no back-references, so that no list
/// can make a check slow. Such patterns count as invalid here.
#[derive(Clone, Debug)]
pub struct NativePatterns {
    texts: Part<AhoCorasick>,
    regexes: Part<RegexSet>,
}

/// One automaton and, for each of its patterns, the index in the whole list (ascending).
#[derive(Clone, Debug)]
struct Part<A> {
    automaton: Option<A>,
    indexes: Vec<usize>,
}

impl PatternEngine for NativePatterns {
    fn compile(patterns: &[Pattern<'_>]) -> (Self, Vec<usize>) {
        let mut invalid = Vec::new();
        let (mut texts, mut text_indexes) = (Vec::new(), Vec::new());
        let (mut sources, mut source_indexes) = (Vec::new(), Vec::new());
        for (index, pattern) in patterns.iter().enumerate() {
            match *pattern {
                Pattern::Text(text) => {
                    texts.push(text.to_lowercase());
                    text_indexes.push(index);
                }
                Pattern::Regex(source) if is_valid(source) => {
                    sources.push(source);
                    source_indexes.push(index);
                }
                Pattern::Regex(_) => invalid.push(index),
            }
        }
        let engine = NativePatterns {
            texts: Part::new(text_indexes, &mut invalid, || compile_texts(&texts)),
            regexes: Part::new(source_indexes, &mut invalid, || compile_regexes(&sources)),
        };
        invalid.sort_unstable();
        (engine, invalid)
    }

    fn first_match(&self, ua: &str) -> Option<usize> {
        if ua.is_ascii() {
            // The texts' automaton takes both cases of ASCII.
            let text = self.texts.first(ua.as_bytes());
            self.or_regex(text, || with_ascii_lowercase(ua, |ua| self.regexes.first(ua)))
        } else {
            let ua = ua.to_lowercase();
            let text = self.texts.first(ua.as_bytes());
            self.or_regex(text, || self.regexes.first(ua.as_bytes()))
        }
    }

    fn is_bot(ua: &str) -> bool {
        static BOTS: LazyLock<NativePatterns> =
            LazyLock::new(|| NativePatterns::compile(&DEFAULT_BOT_PATTERNS.map(Pattern::Text)).0);
        BOTS.first_match(ua).is_some()
    }
}

impl NativePatterns {
    /// The earlier of a text's index and what `search` finds, which runs only where it may be earlier.
    fn or_regex(&self, text: Option<usize>, search: impl FnOnce() -> Option<usize>) -> Option<usize> {
        match self.regexes.indexes.first() {
            Some(&first) if text.is_none_or(|text| first < text) => text.into_iter().chain(search()).min(),
            _ => text,
        }
    }
}

impl<A> Part<A> {
    /// Compiles a part; when that fails all its patterns are invalid.
    fn new(indexes: Vec<usize>, invalid: &mut Vec<usize>, compile: impl FnOnce() -> Option<A>) -> Self {
        let automaton = if indexes.is_empty() { None } else { compile() };
        if automaton.is_some() {
            return Part { automaton, indexes };
        }
        invalid.extend(indexes);
        Part {
            automaton: None,
            indexes: Vec::new(),
        }
    }
}

impl Part<AhoCorasick> {
    fn first(&self, ua: &[u8]) -> Option<usize> {
        // Overlapping: the pattern that is first in the list may end later or lie inside another.
        let matches = self.automaton.as_ref()?.find_overlapping_iter(ua);
        matches
            .map(|found| self.indexes[found.pattern().as_usize()])
            .min()
    }
}

impl Part<RegexSet> {
    fn first(&self, lower: &[u8]) -> Option<usize> {
        let set = self.automaton.as_ref()?;
        // Most user agents match nothing, and only `matches` allocates.
        if !set.is_match(lower) {
            return None;
        }
        set.matches(lower).iter().next().map(|at| self.indexes[at])
    }
}

/// `None` when the texts are too many for one automaton (billions of bytes).
fn compile_texts(texts: &[String]) -> Option<AhoCorasick> {
    let small = texts.len() <= DFA_TEXTS;
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(small.then_some(AhoCorasickKind::DFA))
        .build(texts)
        .ok()
}

fn is_valid(source: &str) -> bool {
    RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(REGEX_BYTES)
        .build()
        .is_ok()
}

/// `None` never happens for valid sources: the set may be as large as all of them together.
fn compile_regexes(sources: &[&str]) -> Option<RegexSet> {
    RegexSetBuilder::new(sources)
        .case_insensitive(true)
        .size_limit(REGEX_BYTES.saturating_mul(sources.len()))
        .build()
        .ok()
}

fn with_ascii_lowercase<T>(ua: &str, then: impl FnOnce(&[u8]) -> T) -> T {
    let mut stack = [0; STACK_BYTES];
    match stack.get_mut(..ua.len()) {
        Some(lower) => {
            lower.copy_from_slice(ua.as_bytes());
            lower.make_ascii_lowercase();
            then(lower)
        }
        None => then(ua.to_ascii_lowercase().as_bytes()),
    }
}
