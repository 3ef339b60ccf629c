//! Message text: it is cut into addresses and the rest, and nothing is lost.
#![no_main]

// Private to the widget, which is no library for native programs.
#[path = "../../widget/src/browser/letters.rs"]
mod letters;
/// Where the text finds them: letters as Rust knows them, which the widget asks the browser for.
mod browser {
    pub(crate) use super::letters;
}
#[path = "../../widget/src/view/links.rs"]
mod links;

use libfuzzer_sys::fuzz_target;
use links::Piece;
use pocketping_core::content;

fuzz_target!(|text: &str| {
    let mut joined = String::new();
    for piece in links::pieces(text) {
        match piece {
            Piece::Text(part) => joined.push_str(part),
            Piece::Link(part) => {
                let scheme = part
                    .split_once(':')
                    .map(|(scheme, _)| scheme.to_ascii_lowercase());
                assert!(
                    matches!(scheme.as_deref(), Some("http" | "https" | "mailto")),
                    "{part:?}"
                );
                assert!(!part.contains(|letter: char| letter.is_whitespace() || letter.is_control()));
                joined.push_str(part);
            }
        }
    }
    assert_eq!(joined, text);
    let is_blank = text.trim().is_empty();
    assert!(!is_blank || content::check(text, 0).is_err());
});
