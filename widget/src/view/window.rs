//! The chat window: grows out of the launcher's corner, a full-screen sheet on phones.

use super::avatar::Face;
use super::composer::Composer;
use super::conversation::conversation;
use super::header::header;
use super::icon::{Glyph, icon_button};
use super::media::{PHONE, TOUCH, use_media};
use super::notice::{away_notice, current_notice, notice_bar};
use super::sheet::Sheet;
use super::words::{self, Word};
use crate::browser::focus::{focus, page_is_typed_into, wrap_tab};
use crate::browser::task::soon;
use crate::dom::{El, Live, effect, el};
use crate::state::{Actions, ChatState, send};
use pocketping_core::engine::Command;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, Event};

#[wasm_bindgen(module = "/js/keys.js")]
extern "C" {
    /// Whether a key press closes the window; then it means nothing to the page.
    fn closes(event: &Event) -> bool;

    /// Whether it is the window whose leaving has ended.
    #[wasm_bindgen(js_name = hasLeft)]
    fn has_left(event: &Event) -> bool;
}

#[wasm_bindgen(module = "/js/composer.js")]
extern "C" {
    /// What a text is for: the id of the message that it answers, nothing for a new message, an empty text where somebody
    /// has taken it.
    fn aim(window: &Element, content: &str) -> Option<String>;
}

/// Everything but the launcher. `face` is the other side's, `theme` the theme's class; `left` is called when
/// the window has left the screen.
pub(super) fn chat_window(
    state: ChatState,
    actions: Actions,
    face: impl Fn() -> Face + Copy + 'static,
    theme: impl Fn() -> &'static str + 'static,
    left: impl Fn() + 'static,
) -> El {
    let phone = use_media(PHONE);
    let window = el("div[part=window][role=dialog][tabindex=-1]");
    let asked = window.clone();
    let composed = Composer {
        draft: Rc::new(move || state.draft.get()),
        write: Rc::new(move |text| state.draft.set(text)),
        placeholder: Box::new(move || state.appearance.with(|appearance| appearance.placeholder.clone())),
        label: Word::Message.text(),
        // What it does is in `js/page/parts.js`.
        lead: Some(icon_button(Glyph::CLIP, "pp-attach-btn", Word::Attach.text())),
        trail: Some(emoji_button()),
        complete: Rc::new(move || !state.files.with(Vec::is_empty)),
        send: Box::new(move |content| {
            let answered = aim(asked.element(), &content);
            // Nothing is left to be sent: it was an edit.
            if answered.as_deref() != Some("") {
                send(state, actions, content, answered);
            }
        }),
        typing: Box::new(move |typing| actions.command(Command::Compose(typing))),
    }
    .build();
    let covering = window.clone();
    let window = window
        .class_of(move || {
            let leaving = if state.open.get() { "" } else { " pp-leaving" };
            let corner = state.appearance.with(|appearance| appearance.position.class());
            ["pp-window ", corner, " ", theme(), leaving].concat()
        })
        .attr_of("aria-label", move || Some(Word::ChatWith.with(&face().name)))
        .attr_of("dir", move || state.direction())
        .attr_of("aria-modal", move || phone.get().then(|| "true".into()))
        .on("keydown", move |event| {
            if closes(&event) {
                actions.set_open(false);
            } else if phone.get_untracked() {
                wrap_tab(covering.element(), &event);
            }
        })
        .on("animationend", move |event| {
            if has_left(&event) && state.open.try_get_untracked() == Some(false) {
                left();
            }
        })
        .child(header(state, actions, face));
    take_focus(window.clone(), composed.field, state.open);
    hold_page(window.clone(), phone, state.open);
    let notice = move || current_notice(state).or_else(|| away_notice(state));
    conversation(window, state, actions, face)
        .show(move || notice().is_some(), move || notice_bar(notice))
        .child(composed.form)
        .child(footer())
}

/// What fetches and opens the part `emoji` (`js/page/parts.js`).
fn emoji_button() -> El {
    icon_button(Glyph::SMILE, "pp-emoji-btn", Word::Emoji.text())
        .attr("data-part", "emoji")
        // Keeps the focus in the field.
        .on("mousedown", |event| event.prevent_default())
}

fn footer() -> El {
    let text = Word::PoweredBy.text();
    let product = el("a[href=https://pocketping.io][target=_blank][rel=noopener]").text(words::PRODUCT);
    let (before, after) = text.split_once("{product}").unwrap_or((text, ""));
    el("div.pp-footer").text(before).child(product).text(after)
}

/// On opening, the focus goes to the field; where that would bring up a keyboard, to the window itself.
fn take_focus(window: El, field: El, open: Live<bool>) {
    let touch = use_media(TOUCH);
    effect(move || {
        if !open.get() {
            return;
        }
        let taker = if touch.get_untracked() { &window } else { &field }.clone();
        // It is put into the page first.
        soon(move || {
            // Opened by a program (a message came): whoever is typing elsewhere goes on typing.
            if !page_is_typed_into() {
                focus(taker.html());
            }
        });
    });
}

/// On phones, the page behind stands still and the window keeps clear of the keyboard.
fn hold_page(window: El, phone: Live<bool>, open: Live<bool>) {
    let mut held = None;
    effect(move || {
        // What was held is let go first, so that a change of place is measured anew.
        held.take();
        if phone.get() && open.get() {
            held = Some(Sheet::new(window.html()));
        }
    });
}
