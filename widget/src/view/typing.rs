//! The dots that say somebody is writing.

use super::avatar::{Face, avatar};
use super::words;
use crate::dom::{El, el};

/// Three dots in a bubble of the other side; `face` is who is writing.
pub fn typing_dots(face: impl Fn() -> Face + Copy + 'static) -> El {
    let dot = || el("span").class("pp-typing__dot");
    el("div")
        .class("pp-message pp-message-operator pp-typing pp-first pp-last")
        .attr("role", "img")
        .attr_of("aria-label", move || {
            Some([&face().name, words::IS_TYPING].concat())
        })
        .child(avatar(face, "pp-avatar-small"))
        .child(
            el("div")
                .class("pp-message-content")
                .child(dot())
                .child(dot())
                .child(dot()),
        )
}
