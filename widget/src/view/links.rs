//! Finds addresses of the web, of mail and of telephones in plain text.

use crate::browser::letters::is_alphanumeric;

/// What the addresses that lead somewhere begin with.
pub(super) const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// Where the address ends that begins here, if one does.
pub(super) fn link_at(text: &str, start: usize) -> Option<usize> {
    let scheme = scheme_of(&text[start..])?;
    let before = text[..start].chars().next_back();
    let address = without_closing(unbroken(&text[start..]));
    let (_, rest) = address.split_at_checked(scheme.len())?;
    // `Tel:` is a word, too.
    let is_one =
        scheme != "tel:" || rest.starts_with(|letter: char| letter == '+' || letter.is_ascii_digit());
    (is_one && !rest.is_empty() && !before.is_some_and(is_alphanumeric)).then_some(start + address.len())
}

/// The address at the beginning of what stands in round brackets.
pub(super) fn address_in(text: &str) -> Option<&str> {
    let scheme = scheme_of(text)?;
    let mut open = 0;
    let stop = unbroken(text).find(|letter: char| {
        open += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open < 0
    });
    let address = &text[..stop?];
    (address.len() > scheme.len()).then_some(address)
}

/// As far as nothing that no address holds.
fn unbroken(text: &str) -> &str {
    let stop = text.find(|letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"')
    });
    &text[..stop.unwrap_or(text.len())]
}

fn scheme_of(text: &str) -> Option<&'static str> {
    let starts = |scheme: &&&str| {
        text.as_bytes()
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    SCHEMES.iter().find(starts).copied()
}

/// Without punctuation that belongs to the sentence; a closing bracket stays if it was opened within.
fn without_closing(address: &str) -> &str {
    let mut rest = address;
    while let Some(last) = rest.chars().next_back() {
        let ends_sentence = matches!(
            last,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '`' | '…'
        );
        let count = |bracket: u8| rest.bytes().filter(|byte| *byte == bracket).count();
        let unopened = last == ')' && count(b')') > count(b'(');
        if !ends_sentence && !unopened && last != ']' && last != '}' {
            break;
        }
        rest = &rest[..rest.len() - last.len_utf8()];
    }
    rest
}
