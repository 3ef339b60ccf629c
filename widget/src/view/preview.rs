//! The newest unread message beside the closed launcher.

use super::attachments::in_words;
use super::avatar::{Face, avatar};
use super::icon::{Glyph, icon_button};
use super::words::Word;
use crate::browser::focus::focus;
use crate::dom::{El, Live, effect, el};
use crate::state::{Actions, ChatState};
use web_sys::HtmlElement;

/// Appends the preview to `parent`: there while the window is closed and what arrived was neither seen nor
/// dismissed. `face` is the other side's; dismissing leads the focus to the launcher.
pub(super) fn preview(
    parent: El,
    state: ChatState,
    actions: Actions,
    face: impl Fn() -> Face + Copy + 'static,
    launcher: HtmlElement,
) -> El {
    let dismissed = Live::new(false);
    effect(move || {
        state.arrived.track();
        dismissed.set(false);
    });
    // As it is now: an edit shows, and what was deleted is gone from here too.
    let text = move || {
        let text = state.with_arrived(in_words);
        text.unwrap_or_default()
    };
    let wanted =
        move || !dismissed.get() && !state.open.get() && state.unread.get() > 0 && !text().is_empty();
    parent.show(wanted, move || {
        let open = el("button.pp-preview__open[type=button]")
            .attr_of("aria-label", move || Some(Word::Preview.with(&text())))
            .on("click", move |_| actions.set_open(true))
            .child(avatar(face, "pp-avatar-small"))
            .child(el("span.pp-preview__text[dir=auto]").text_of(text));
        let launcher = launcher.clone();
        let close =
            icon_button(Glyph::CROSS, "pp-preview__close", Word::Dismiss.text()).on("click", move |_| {
                focus(&launcher);
                dismissed.set(true);
            });
        el("div[part=preview]")
            .class_of(move || {
                let corner = state.appearance.with(|appearance| appearance.position.class());
                ["pp-preview ", corner].concat()
            })
            .attr_of("dir", move || state.direction())
            .child(open)
            .child(close)
    })
}
