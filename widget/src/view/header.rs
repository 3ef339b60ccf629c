//! The top of the window: who answers, whether they are there, the way out.

use super::avatar::{Face, avatar};
use super::icon::{Glyph, icon_button};
use super::words;
use crate::dom::{El, el};
use crate::state::{Actions, ChatState};

/// Picture, name, status line (PROTOCOL §4.7) and the close button; `face` is the other side's.
pub(super) fn header(state: ChatState, actions: Actions, face: impl Fn() -> Face + Copy + 'static) -> El {
    let presence = move || {
        if state.operator_online.get() {
            ("pp-status-dot pp-online", words::ACTIVE)
        } else if state.appearance.with(|appearance| appearance.operator_reachable) {
            ("pp-status-dot pp-reachable", words::REACHABLE)
        } else {
            ("pp-status-dot", words::AWAY)
        }
    };
    let status = el("div.pp-header-status[role=status][aria-live=polite]")
        .child(el("span[aria-hidden=true]").class_of(move || presence().0.to_owned()))
        .child(el("span").text_of(move || presence().1.to_owned()));
    let close = icon_button(Glyph::CHEVRON, "pp-close-btn", words::CLOSE)
        .on("click", move |_| actions.set_open(false));
    el("header.pp-header[part=header]")
        .child(avatar(face, ""))
        .child(
            el("div.pp-header-info")
                .child(el("div.pp-header-title[id=pp-title]").text_of(move || face().name))
                .child(status),
        )
        .child(el("div.pp-header__actions").child(close))
}
