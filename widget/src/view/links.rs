//! Finds web and mail addresses in plain text.

use crate::browser::letters::is_alphanumeric;

/// A stretch of a message's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// Shown as it is, and leads there. Begins with one of [`SCHEMES`], so it can run no script.
    Link(&'a str),
}

const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Cuts a text into addresses and what is between them; nothing is lost.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut search) = (0, 0);
    while let Some((start, end)) = next_link(text, search) {
        search = end;
        if start > from {
            pieces.push(Piece::Text(&text[from..start]));
        }
        pieces.push(Piece::Link(&text[start..end]));
        from = end;
    }
    if from < text.len() {
        pieces.push(Piece::Text(&text[from..]));
    }
    pieces
}

fn next_link(text: &str, from: usize) -> Option<(usize, usize)> {
    (from..text.len()).find_map(|start| {
        let scheme = scheme_at(text, start)?;
        let before = text[..start].chars().next_back();
        if before.is_some_and(is_alphanumeric) {
            return None;
        }
        let rest = &text[start..];
        let stop = rest.find(|letter: char| {
            letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"')
        });
        let address = without_closing(&rest[..stop.unwrap_or(rest.len())]);
        (address.len() > scheme.len()).then_some((start, start + address.len()))
    })
}

fn scheme_at(text: &str, at: usize) -> Option<&'static str> {
    let rest = &text.as_bytes()[at..];
    let starts = |scheme: &&&str| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    SCHEMES.iter().find(starts).copied()
}

/// Without punctuation that belongs to the sentence; a closing bracket stays if it was opened within.
fn without_closing(address: &str) -> &str {
    let mut rest = address;
    while let Some(last) = rest.chars().next_back() {
        let ends_sentence = matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '…');
        let count = |bracket: u8| rest.bytes().filter(|byte| *byte == bracket).count();
        let unopened = last == ')' && count(b')') > count(b'(');
        if !ends_sentence && !unopened && last != ']' && last != '}' {
            break;
        }
        rest = &rest[..rest.len() - last.len_utf8()];
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{Piece::*, *};

    #[test]
    fn addresses_are_found_without_the_sentence_around_them() {
        assert_eq!(
            pieces("See (https://a.example/x_(1)), or mailto:me@a.example."),
            [
                Text("See ("),
                Link("https://a.example/x_(1)"),
                Text("), or "),
                Link("mailto:me@a.example"),
                Text(".")
            ]
        );
    }

    #[test]
    fn only_harmless_schemes_become_links() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "xhttps://a.example",
            "http://",
            "ftp://a",
        ] {
            assert_eq!(pieces(text), [Text(text)], "{text}");
        }
        assert_eq!(pieces("HTTPS://A.example"), [Link("HTTPS://A.example")]);
    }

    #[test]
    fn no_text_is_lost_whatever_the_script() {
        for text in [
            "",
            "日本語https://例え.jp/パス、次",
            "é http://é",
            "a\nhttp://b\nc",
            "http://a http://b",
        ] {
            let joined: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Text(text) | Link(text) => text,
                })
                .collect();
            assert_eq!(joined, text);
        }
    }
}
