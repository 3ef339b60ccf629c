//! Where one writes. Shared by the widget and the inbox.

use super::icon::{Glyph, icon};
use super::words::Word;
use crate::dom::{El, Live, classes, effect, el};
use pocketping_core::content::MAX_CONTENT_CHARS;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, Event};

#[wasm_bindgen(module = "/js/composer.js")]
extern "C" {
    #[wasm_bindgen(js_name = textOf)]
    fn text_of(field: &Element) -> String;

    /// Shows this text and makes the field as high as it.
    fn fill(field: &Element, text: &str);
}

#[wasm_bindgen(module = "/js/keys.js")]
extern "C" {
    /// Whether a key press sends what is written; then it does not break the line.
    fn sends(event: &Event) -> bool;
}

/// A field that grows to five lines. Enter sends, Shift+Enter breaks the line.
pub struct Composer {
    /// What is typed, followed; the caller keeps it.
    pub draft: Rc<dyn Fn() -> String>,
    /// Changes what is typed.
    pub write: Rc<dyn Fn(String)>,
    /// Shown while it is empty.
    pub placeholder: Box<dyn Fn() -> String>,
    /// The field's accessible name.
    pub label: &'static str,
    /// Stands before the field, within its frame.
    pub lead: Option<El>,
    /// Stands behind the field, within its frame.
    pub trail: Option<El>,
    /// Whether there is something to send without any text, followed.
    pub complete: Rc<dyn Fn() -> bool>,
    /// Gets what is sent; the draft is empty by then.
    pub send: Box<dyn Fn(String)>,
    /// Told of each key stroke (`true`) and of the field having become empty (`false`).
    pub typing: Box<dyn Fn(bool)>,
}

/// The composer's elements.
pub struct Composed {
    /// All of it.
    pub form: El,
    /// The field, to be focused.
    pub field: El,
}

impl Composer {
    /// Its elements.
    pub fn build(self) -> Composed {
        let Composer { draft, write, .. } = self;
        let state = Live::new(State::Blank);
        let field = el("textarea.pp-input[part=input][rows=1][dir=auto][enterkeyhint=send]")
            .attr_of("placeholder", move || Some((self.placeholder)()))
            .attr("aria-label", self.label);
        let area = field.element().clone();
        let (typed, cleared) = (area.clone(), write.clone());
        let (of_draft, complete) = (draft.clone(), self.complete);
        // A draft and whether it can be sent.
        let submitted = Rc::new(move || {
            let text = of_draft();
            let state = match State::of(&text) {
                State::Blank if complete() => State::Ready,
                state => state,
            };
            (text, state)
        });
        let stated = submitted.clone();
        let (send, typing) = (self.send, self.typing);
        let submit = Rc::new(move || {
            let (text, state) = submitted();
            if state == State::Ready {
                cleared(String::new());
                send(text);
            }
        });
        let pressed = submit.clone();
        let field = field
            .attr_of("aria-invalid", move || {
                state.get().is_too_long().then(|| "true".into())
            })
            .on("keydown", move |event| {
                if sends(&event) {
                    pressed();
                }
            })
            .on("input", move |_| {
                let text = text_of(&typed);
                let any = !text.is_empty();
                write(text);
                typing(any);
            });
        effect(move || {
            fill(&area, &draft());
        });
        effect(move || {
            let (_, now) = stated();
            state.set_if_new(now);
        });
        let button = el("button.pp-send-btn[type=submit][part=send]")
            .attr("aria-label", Word::Send.text())
            .attr_of("disabled", move || {
                (state.get() != State::Ready).then(String::new)
            })
            // Keeps the focus in the field, and a phone's keyboard up.
            .on("mousedown", |event| event.prevent_default())
            .child(icon(Glyph::SEND, ""));
        let mut frame = el("div.pp-composer__field");
        if let Some(lead) = self.lead {
            frame = frame.child(lead);
        }
        let mut frame = frame.child(field.clone());
        if let Some(trail) = self.trail {
            frame = frame.child(trail);
        }
        let form = el("form[part=composer]")
            .class_of(move || {
                let is_invalid = state.get().is_too_long();
                classes(
                    "pp-input-form",
                    if is_invalid { "pp-composer-invalid" } else { "" },
                )
            })
            .on("submit", move |event| {
                event.prevent_default();
                submit();
            })
            .child(frame.child(button))
            .show(
                move || state.get().is_too_long(),
                move || {
                    el("p.pp-composer__error[role=alert]").text_of(move || match state.get() {
                        State::TooLong(length) => Word::TooLong.counted(length, MAX_CONTENT_CHARS),
                        _ => String::new(),
                    })
                },
            );
        Composed { form, field }
    }
}

/// What can be done with a draft.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Blank,
    Ready,
    /// With its length in characters.
    TooLong(usize),
}

impl State {
    fn of(text: &str) -> Self {
        match text.chars().count() {
            length if length > MAX_CONTENT_CHARS => State::TooLong(length),
            _ if text.trim().is_empty() => State::Blank,
            _ => State::Ready,
        }
    }

    fn is_too_long(self) -> bool {
        matches!(self, State::TooLong(_))
    }
}
