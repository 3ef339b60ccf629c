//! Message text: it is cut into marked stretches and addresses, and nothing is lost.
#![no_main]

// Private to the widget, which is no library for native programs.
#[path = "../../widget/src/browser/letters.rs"]
#[allow(dead_code)]
mod letters;
/// Where the text finds them: letters as Rust knows them, which the widget asks the browser for.
mod browser {
    pub(crate) use super::letters;
}
#[path = "../../widget/src/view/links.rs"]
mod links;
#[path = "../../widget/src/view/markup.rs"]
#[allow(dead_code)]
mod markup;

use libfuzzer_sys::fuzz_target;
use markup::{Kind, Piece};
use pocketping_core::content;

fuzz_target!(|text: &str| {
    let (mut joined, mut open) = (String::new(), 0);
    for piece in markup::pieces(text) {
        match piece {
            Piece::Text(part) | Piece::Mark(part) => joined.push_str(part),
            Piece::Open(kind) => {
                open += 1;
                if let Kind::Link(address) = kind {
                    let scheme = address
                        .split_once(':')
                        .map(|(scheme, _)| scheme.to_ascii_lowercase());
                    let is_harmless = matches!(scheme.as_deref(), Some("http" | "https" | "mailto" | "tel"));
                    assert!(is_harmless, "{address:?}");
                    assert!(!address.contains(|letter: char| letter.is_whitespace() || letter.is_control()));
                }
            }
            Piece::Close => open -= 1,
        }
        assert!(open >= 0);
    }
    assert_eq!(open, 0);
    assert_eq!(joined, text);
    let is_blank = text.trim().is_empty();
    assert!(!is_blank || content::check(text, 0).is_err());
});
