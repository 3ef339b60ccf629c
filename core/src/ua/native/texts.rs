//! All texts of a list in one Aho–Corasick automaton.

use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, dfa::DFA, nfa};

/// Above this many texts a table per state would take tens of megabytes.
const TABLE_TEXTS: usize = 1000;

#[derive(Clone)]
pub(super) struct Texts {
    automaton: Machine,
    /// Length in bytes of the longest text.
    longest: usize,
}

#[derive(Clone)]
enum Machine {
    /// One step per byte.
    Table(DFA),
    /// Up to a few steps per byte, in a tenth of the space.
    Compact(nfa::contiguous::NFA),
}

impl Texts {
    /// Compiles texts in lower case; `None` when they are too many for one automaton (gigabytes).
    pub(super) fn compile(texts: &[String]) -> Option<Self> {
        let automaton = if texts.len() <= TABLE_TEXTS {
            let built = DFA::builder().ascii_case_insensitive(true).build(texts);
            Machine::Table(built.ok()?)
        } else {
            let built = nfa::contiguous::NFA::builder()
                .ascii_case_insensitive(true)
                .build(texts);
            Machine::Compact(built.ok()?)
        };
        Some(Texts {
            automaton,
            longest: texts.iter().map(String::len).max().unwrap_or(0),
        })
    }

    /// The first text of the list that the bytes contain, in whatever ASCII case.
    pub(super) fn first(&self, ua: &[u8]) -> Option<usize> {
        match &self.automaton {
            Machine::Table(table) => first(table, ua, self.longest),
            Machine::Compact(nfa) => first(nfa, ua, self.longest),
        }
    }
}

/// Scans two halves at the same time: a step waits for the one before it, so that two chains of steps
/// cost little more than one. The halves overlap by enough that each text lies in one of them whole.
fn first(automaton: &impl Automaton, ua: &[u8], longest: usize) -> Option<usize> {
    let half = (ua.len() + longest).div_ceil(2).min(ua.len());
    let (left, right) = (&ua[..half], &ua[ua.len() - half..]);
    // Fails only for anchored searches in an automaton built without them.
    let start = automaton.start_state(Anchored::No).ok()?;
    let mut states = [start, start];
    let mut first = usize::MAX;
    for (&left, &right) in left.iter().zip(right) {
        states = [
            automaton.next_state(Anchored::No, states[0], left),
            automaton.next_state(Anchored::No, states[1], right),
        ];
        for state in states {
            if automaton.is_match(state) {
                // Several texts may end here; the scan goes on, as one that is earlier in the list may follow.
                let texts = (0..automaton.match_len(state)).map(|at| automaton.match_pattern(state, at));
                first = texts.map(|text| text.as_usize()).fold(first, usize::min);
            }
        }
    }
    (first != usize::MAX).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Texts {
        let owned: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Texts::compile(&owned).unwrap()
    }

    #[test]
    fn a_text_is_found_wherever_it_stands() {
        let texts = texts(&["needle", "x"]);
        for length in 6..60 {
            for at in 0..=length - 6 {
                let mut ua = vec![b'.'; length];
                ua[at..at + 6].copy_from_slice(b"NeedLE");
                assert_eq!(texts.first(&ua), Some(0), "at {at} of {length}");
            }
        }
        assert_eq!(texts.first(b"needl"), None);
        assert_eq!(texts.first(b""), None);
        assert_eq!(texts.first(b"X"), Some(1));
    }

    #[test]
    fn the_earliest_in_the_list_wins_over_the_earliest_in_the_user_agent() {
        let texts = texts(&["late", "abc", "b", "ab"]);
        assert_eq!(texts.first(b"abc"), Some(1));
        assert_eq!(texts.first(b"ab b"), Some(2));
        assert_eq!(texts.first(b"abc and later"), Some(0));
    }

    #[test]
    fn long_lists_work_too() {
        let many: Vec<String> = (0..TABLE_TEXTS * 2).map(|at| format!("bot{at:04}x")).collect();
        let texts = Texts::compile(&many).unwrap();
        assert!(matches!(texts.automaton, Machine::Compact(_)));
        assert_eq!(texts.first(b"a BOT1234X, bot0077x"), Some(77));
        assert_eq!(texts.first(b"bot9999x"), None);
    }
}
