//! The dots that say somebody is writing.

use super::avatar::{Face, avatar};
use super::words::Word;
use crate::dom::{El, el};

/// Three dots in a bubble of the other side; `face` is who is writing.
pub fn typing_dots(face: impl Fn() -> Face + Copy + 'static) -> El {
    let dot = || el("span.pp-typing__dot");
    el("div.pp-message.pp-message-operator.pp-typing.pp-first.pp-last[role=img]")
        .attr_of("aria-label", move || Some(Word::Typing.with(&face().name)))
        .child(avatar(face, "pp-avatar-small"))
        .child(
            el("div.pp-message-content")
                .child(dot())
                .child(dot())
                .child(dot()),
        )
}
