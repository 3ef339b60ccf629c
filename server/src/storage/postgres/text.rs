//! Texts that PostgreSQL cannot hold: it has no U+0000, which visitors may well send.

use std::borrow::Cow;

/// Stands before a letter that says which character is meant. It is none itself (Unicode, noncharacters), so it is
/// hardly ever in a text; where it is, it is written with a letter too.
const ESCAPE: char = '\u{10FFFF}';

/// The text as a column holds it. Different texts stay different, so that they can be looked for.
pub(super) fn to_column(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    let mut column = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\0' => column.extend([ESCAPE, '0']),
            ESCAPE => column.extend([ESCAPE, '1']),
            other => column.push(other),
        }
    }
    Cow::Owned(column)
}

/// The text of a column.
pub(super) fn of_column(column: &str) -> Cow<'_, str> {
    if !column.contains(ESCAPE) {
        return Cow::Borrowed(column);
    }
    let mut text = String::with_capacity(column.len());
    let mut characters = column.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            ESCAPE if characters.next() == Some('0') => '\0',
            other => other,
        });
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_survives_and_different_ones_stay_different() {
        let texts = [
            "",
            "plain",
            "\0",
            "a\0b\0",
            "\u{10FFFF}",
            "\u{10FFFF}0",
            "\u{10FFFF}\0",
            "0\u{10FFFF}1",
        ];
        let columns: Vec<_> = texts.iter().map(|text| to_column(text)).collect();
        for (at, text) in texts.iter().enumerate() {
            assert!(!columns[at].contains('\0'));
            assert_eq!(of_column(&columns[at]), *text);
            assert!(columns.iter().skip(at + 1).all(|other| *other != columns[at]));
        }
    }
}
