//! The top of the window: who answers, whether they are there, the way out.

use super::avatar::{Face, avatar};
use super::icon::{Glyph, icon_button, icon_of};
use super::words::Word;
use crate::browser::mute::{is_muted, mute};
use crate::dom::{El, Live, el};
use crate::state::{Actions, ChatState};

/// Picture, name, status line (PROTOCOL §4.7) and the close button; `face` is the other side's.
pub(super) fn header(state: ChatState, actions: Actions, face: impl Fn() -> Face + Copy + 'static) -> El {
    let presence = move || {
        if state.operator_online.get() {
            return ("pp-status-dot pp-online", Word::Online.text().to_owned());
        }
        state.appearance.with(|shown| {
            if shown.operator_reachable {
                let own = shown.header_subtitle.clone();
                let text = own.unwrap_or_else(|| Word::Reachable.text().to_owned());
                ("pp-status-dot pp-reachable", text)
            } else {
                ("pp-status-dot", Word::Away.text().to_owned())
            }
        })
    };
    let picture = move || {
        let mut shown = face();
        let logo = state.appearance.with(|shown| shown.logo_url.clone());
        shown.image = logo.or(shown.image);
        shown
    };
    let title = move || {
        let own = state.appearance.with(|shown| shown.header_title.clone());
        own.unwrap_or_else(|| face().name)
    };
    let status = el("div.pp-header-status[role=status][aria-live=polite]")
        .child(el("span[aria-hidden=true]").class_of(move || presence().0.to_owned()))
        .child(el("span").text_of(move || presence().1));
    let close = icon_button(Glyph::CHEVRON, "pp-close-btn", Word::Close.text())
        .on("click", move |_| actions.set_open(false));
    el("div.pp-header[part=header]")
        .child(avatar(picture, ""))
        .child(
            el("div.pp-header-info")
                .child(el("div.pp-header-title[id=pp-title]").text_of(title))
                .child(status),
        )
        .child(
            el("div.pp-header__actions")
                .show(
                    move || state.appearance.with(|shown| shown.sound_enabled),
                    sound_button,
                )
                .child(close),
        )
}

/// Turns sounds off and on.
fn sound_button() -> El {
    let muted = Live::new(is_muted());
    let glyph = move || if muted.get() { Glyph::BELL_OFF } else { Glyph::BELL };
    let label = move || if muted.get() { Word::Unmute } else { Word::Mute };
    el("button.pp-icon-btn.pp-sound-btn[type=button]")
        .attr_of("aria-label", move || Some(label().text().to_owned()))
        .child(icon_of(glyph))
        .on("click", move |_| {
            mute(!is_muted());
            muted.set(is_muted());
        })
}
