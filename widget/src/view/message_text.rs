//! A message's text: with its marks heeded, and addresses to follow.

use super::markup::{Kind, Piece, pieces};
use crate::browser::letters::is_emoji;
use crate::dom::{El, el};

/// Makes an element show a message's text; line breaks are kept by the style sheet. Nothing in it is ever taken as HTML.
pub(super) fn write_text(content: &El, text: &str) {
    content.set("class", if is_emoji(text) { "pp-emoji" } else { "" });
    let mut around = Vec::new();
    let mut inner = content.clone();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => drop(inner.clone().text(text)),
            Piece::Mark(_) => {}
            Piece::Open(kind) => around.push(std::mem::replace(&mut inner, element_of(kind))),
            Piece::Close => {
                if let Some(outer) = around.pop() {
                    inner = outer.child(inner);
                }
            }
        }
    }
}

fn element_of(kind: Kind<'_>) -> El {
    let (description, attribute, value) = match kind {
        Kind::Bold => ("strong", "", ""),
        Kind::Italic => ("em", "", ""),
        Kind::Strike => ("s", "", ""),
        Kind::Code => ("code", "", ""),
        Kind::CodeBlock(language) => ("pre[dir=ltr]", "data-language", language),
        Kind::Quote => ("blockquote[dir=auto]", "", ""),
        Kind::List => ("ul.pp-md-list[dir=auto]", "", ""),
        Kind::Numbered => ("ol.pp-md-list[dir=auto]", "", ""),
        Kind::Item(number) => ("li", "value", number),
        Kind::Link(address) => ("a[target=_blank][rel=noopener nofollow]", "href", address),
    };
    let element = el(description);
    if !value.is_empty() {
        element.set(attribute, value);
    }
    element
}
