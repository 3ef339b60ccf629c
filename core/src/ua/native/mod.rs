//! The pattern engine of native programs: linear time, whatever the patterns.

mod regexes;
mod texts;

use super::{DEFAULT_BOT_PATTERNS, Pattern, PatternEngine};
use regexes::Regexes;
use std::fmt;
use std::sync::LazyLock;
use texts::Texts;

/// User agents up to this many bytes are lower-cased on the stack.
const STACK_BYTES: usize = 512;

/// A list as two automata, one for the texts and one for the regular expressions.
///
/// Regular expressions are the `regex` crate's: no look-around and no back-references, so that no list
/// can make a check slow. Such patterns count as invalid here.
#[derive(Clone)]
pub struct NativePatterns {
    texts: Part<Texts>,
    regexes: Part<Regexes>,
}

/// One automaton and, for each of its patterns, the index in the whole list (ascending).
#[derive(Clone)]
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
                Pattern::Regex(source) if regexes::is_valid(source) => {
                    sources.push(source);
                    source_indexes.push(index);
                }
                Pattern::Regex(_) => invalid.push(index),
            }
        }
        let engine = NativePatterns {
            texts: Part::new(text_indexes, &mut invalid, || Texts::compile(&texts)),
            regexes: Part::new(source_indexes, &mut invalid, || Regexes::compile(&sources)),
        };
        invalid.sort_unstable();
        (engine, invalid)
    }

    fn first_match(&self, ua: &str) -> Option<usize> {
        if ua.is_ascii() {
            // The texts' automaton takes both cases of ASCII.
            let text = self.texts.first(|texts| texts.first(ua.as_bytes()));
            self.or_earlier_regex(text, |regexes| {
                with_ascii_lowercase(ua, |lower| regexes.first_in_ascii(lower))
            })
        } else {
            let lower = ua.to_lowercase();
            let text = self.texts.first(|texts| texts.first(lower.as_bytes()));
            self.or_earlier_regex(text, |regexes| regexes.first(lower.as_bytes()))
        }
    }

    fn is_bot(ua: &str) -> bool {
        static BOTS: LazyLock<NativePatterns> =
            LazyLock::new(|| NativePatterns::compile(&DEFAULT_BOT_PATTERNS.map(Pattern::Text)).0);
        BOTS.first_match(ua).is_some()
    }
}

impl NativePatterns {
    /// The earlier of a text's index and what `search` finds, which runs only where that may be earlier.
    fn or_earlier_regex(
        &self,
        text: Option<usize>,
        search: impl FnOnce(&Regexes) -> Option<usize>,
    ) -> Option<usize> {
        match self.regexes.indexes.first() {
            Some(&first) if text.is_none_or(|text| first < text) => {
                text.into_iter().chain(self.regexes.first(search)).min()
            }
            _ => text,
        }
    }
}

impl fmt::Debug for NativePatterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativePatterns")
            .field("texts", &self.texts.indexes.len())
            .field("regexes", &self.regexes.indexes.len())
            .finish_non_exhaustive()
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

    /// The index in the whole list of what the automaton finds.
    fn first(&self, search: impl FnOnce(&A) -> Option<usize>) -> Option<usize> {
        let found = search(self.automaton.as_ref()?)?;
        Some(self.indexes[found])
    }
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
