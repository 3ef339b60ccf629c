//! The launcher, which the loader has painted: it is taken over as it is, and nothing is repainted.

use super::words::Word;
use crate::browser::focus::put_back;
use crate::dom::{El, effect, el};
use crate::state::ChatState;
use web_sys::{Element, HtmlElement};

/// Counts above this are shown as `9+`.
const MOST: usize = 9;

/// Puts badge and dot on the launcher, moves it with the position, and takes it out while the window is open
/// (PROTOCOL §4.6). Clicks are the loader's.
pub(super) fn adopt_launcher(root: HtmlElement, launcher: HtmlElement, state: ChatState) {
    let mut mark = None::<El>;
    let marked = El::from(Element::from(launcher.clone()));
    let placed = marked.clone();
    effect(move || {
        let unread = state.unread.get();
        let badged = state.appearance.with(|shown| shown.show_unread_badge);
        let online = state.operator_online.get();
        let label = match unread {
            0 => Word::Open.text().to_owned(),
            _ => Word::OpenUnread.counted(unread, 0),
        };
        marked.set("aria-label", &label);
        if let Some(old) = mark.take() {
            old.element().remove();
        }
        let count = if badged { unread } else { 0 };
        mark = new_mark(count, online).inspect(|mark| drop(marked.clone().child(mark.clone())));
    });
    effect(move || {
        let class = state.appearance.with(|appearance| appearance.position.class());
        placed.set("class", &["pp-toggle ", class].concat());
    });
    effect(move || {
        if state.open.get() {
            launcher.remove();
        } else if !launcher.is_connected() {
            put_back(&root, &launcher);
        }
    });
}

/// The badge for unread messages, else the dot for an operator being there, else nothing.
fn new_mark(unread: usize, online: bool) -> Option<El> {
    match unread {
        0 => online.then(|| el("span.pp-online-dot")),
        _ => {
            let count = pocketping_core::decimal(unread.min(MOST) as i64);
            let more = if unread > MOST { "+" } else { "" };
            Some(el("span.pp-unread-badge[part=badge]").text(&[&count, more].concat()))
        }
    }
}
