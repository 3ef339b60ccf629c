//! A message's text: as it was written, with addresses to follow.

use super::links::{Piece, pieces};
use crate::dom::{El, el};

/// Appends plain text with links; line breaks are kept by the style sheet. Nothing in it is ever taken as HTML.
pub(super) fn write_text(mut content: El, text: &str) -> El {
    for piece in pieces(text) {
        content = match piece {
            Piece::Text(text) => content.text(text),
            Piece::Link(address) => content.child(
                el("a[target=_blank][rel=noopener nofollow]")
                    .attr("href", address)
                    .text(address),
            ),
        };
    }
    content
}
