//! All regular expressions of a list in one set.

use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// Bytes that one regular expression may take, compiled.
const REGEX_BYTES: usize = 10 << 20;

/// Expressions over lower-cased text.
///
/// ASCII text, which is nearly all, has a set of its own: what it cannot contain is taken out of the
/// expressions, so that a letter is that letter and not one of its cases. Searches then start from
/// literals and are several times as quick.
#[derive(Clone)]
pub(super) struct Regexes {
    any: RegexSet,
    ascii: RegexSet,
}

/// Whether an expression can be compiled.
pub(super) fn is_valid(source: &str) -> bool {
    RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(REGEX_BYTES)
        .build()
        .is_ok()
}

impl Regexes {
    /// Compiles valid expressions; `None` never happens for them.
    pub(super) fn compile(sources: &[&str]) -> Option<Self> {
        // As large as all of them together.
        let limit = REGEX_BYTES.saturating_mul(sources.len());
        let any = RegexSetBuilder::new(sources)
            .case_insensitive(true)
            .size_limit(limit)
            .build()
            .ok()?;
        let ascii: Option<Vec<String>> = sources.iter().map(|source| in_ascii_lower(source)).collect();
        // Where that fails the general set gives the same answers, more slowly.
        let ascii = RegexSetBuilder::new(ascii?)
            .size_limit(limit)
            .build()
            .unwrap_or_else(|_| any.clone());
        Some(Regexes { any, ascii })
    }

    /// The first expression of the list that matches text in lower case.
    pub(super) fn first(&self, lower: &[u8]) -> Option<usize> {
        first(&self.any, lower)
    }

    /// The same for ASCII text in lower case.
    pub(super) fn first_in_ascii(&self, lower: &[u8]) -> Option<usize> {
        first(&self.ascii, lower)
    }
}

fn first(set: &RegexSet, lower: &[u8]) -> Option<usize> {
    // Most user agents match nothing, and only `matches` allocates.
    if !set.is_match(lower) {
        return None;
    }
    set.matches(lower).iter().next()
}

/// The source of the same expression for text of ASCII without capital letters.
fn in_ascii_lower(source: &str) -> Option<String> {
    let mut parser = regex_syntax::ParserBuilder::new();
    // As `regex::bytes` reads it.
    let hir = parser
        .case_insensitive(true)
        .utf8(false)
        .build()
        .parse(source)
        .ok()?;
    Some(ascii_lower(hir).to_string())
}

/// The same expression for text of ASCII without capital letters.
fn ascii_lower(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Class(Class::Unicode(mut class)) => {
            let [low, high] = LOWER.map(|(from, to)| ClassUnicodeRange::new(from.into(), to.into()));
            class.intersect(&ClassUnicode::new([low, high]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(mut class)) => {
            let [low, high] = LOWER.map(|(from, to)| ClassBytesRange::new(from, to));
            class.intersect(&ClassBytes::new([low, high]));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Repetition(mut repetition) => {
            *repetition.sub = ascii_lower(*repetition.sub);
            Hir::repetition(repetition)
        }
        // Nobody asks for the groups.
        HirKind::Capture(capture) => ascii_lower(*capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(ascii_lower).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(ascii_lower).collect()),
    }
}

/// ASCII up to `@`, and from `[` on.
const LOWER: [(u8, u8); 2] = [(0, b'@'), (b'[', 0x7f)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_literals() {
        assert_eq!(in_ascii_lower("Kiosk").unwrap(), "(?:kiosk)");
        assert_eq!(in_ascii_lower("[a-c]B+").unwrap(), "(?:[a-c]b+)");
    }

    #[test]
    fn both_sets_match_the_same_ascii() {
        let sources = [
            "kiosk",
            "^a",
            "z$",
            "\\d{3}",
            "[^a-z]{4}",
            "\\bbot\\b",
            "(?-i:B)",
            "\\P{L}\\p{Lu}",
            "é|q",
            "(?-u:\\xff)|w",
            "(?s:.)x",
            "a{2,3}?b",
            "\\W\\w",
        ];
        let set = Regexes::compile(&sources).unwrap();
        for text in [
            "kiosk", "a", "xyz", "123", "....", "a bot b", "b", "1b", "q", "w", "\nx", "aab", "-a", "",
        ] {
            let any: Vec<usize> = set.any.matches(text.as_bytes()).iter().collect();
            let ascii: Vec<usize> = set.ascii.matches(text.as_bytes()).iter().collect();
            assert_eq!(any, ascii, "{text}");
        }
    }

    #[test]
    fn the_first_of_the_list_is_found() {
        let set = Regexes::compile(&["c", "b", "a"]).unwrap();
        assert_eq!(set.first(b"ab"), Some(1));
        assert_eq!(set.first_in_ascii(b"abc"), Some(0));
        assert_eq!(set.first_in_ascii(b"x"), None);
    }
}
