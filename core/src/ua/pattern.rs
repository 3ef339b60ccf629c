//! What a pattern is, and the port behind which lists of them are matched.

/// One entry of an allowlist or blocklist, told apart by its form (PROTOCOL §5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern<'a> {
    /// Matches a user agent that contains it; upper and lower case are the same.
    Text(&'a str),
    /// The inside of `/…/`: a regular expression, unanchored, without regard to case, tested on the
    /// lower-cased user agent.
    Regex(&'a str),
}

impl<'a> Pattern<'a> {
    /// Reads an entry as written in a list; `None` for an empty one.
    ///
    /// `/` and `//` have nothing between the slashes and are plain text.
    pub fn parse(written: &'a str) -> Option<Self> {
        if written.is_empty() {
            return None;
        }
        let inside = written.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        Some(match inside {
            Some(source) if !source.is_empty() => Pattern::Regex(source),
            _ => Pattern::Text(written),
        })
    }
}

/// A list of patterns, compiled by the means of one platform.
///
/// Native programs use `NativePatterns` (feature `patterns`), browsers
/// [`PortablePatterns`](super::PortablePatterns). All engines give the same answers for the same list,
/// as far as their regular expressions understand the same syntax.
pub trait PatternEngine: Sized {
    /// Compiles a list, once; the second value holds the indexes of patterns that cannot be compiled,
    /// in ascending order. Those never match, the others keep their index.
    fn compile(patterns: &[Pattern<'_>]) -> (Self, Vec<usize>);

    /// The index of the first pattern *of the list* that matches, wherever in the user agent it does.
    fn first_match(&self, ua: &str) -> Option<usize>;

    /// Whether one of [`DEFAULT_BOT_PATTERNS`](super::DEFAULT_BOT_PATTERNS) matches.
    fn is_bot(ua: &str) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slashes_with_something_between_make_a_regex() {
        assert_eq!(Pattern::parse(""), None);
        assert_eq!(Pattern::parse("/"), Some(Pattern::Text("/")));
        assert_eq!(Pattern::parse("//"), Some(Pattern::Text("//")));
        assert_eq!(Pattern::parse("bot/"), Some(Pattern::Text("bot/")));
        assert_eq!(Pattern::parse("/bot"), Some(Pattern::Text("/bot")));
        assert_eq!(Pattern::parse("/a/"), Some(Pattern::Regex("a")));
        assert_eq!(Pattern::parse("///"), Some(Pattern::Regex("/")));
    }
}
