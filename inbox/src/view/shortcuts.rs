//! The keyboard, as [`super::keys`] tells it.

use super::app::Fields;
use super::reply_box::has_files;
use crate::store::{Dialog, Door, Pane, Store};
use leptos::prelude::*;
use pocketping_widget::dom::El;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, HtmlElement, KeyboardEvent};

/// Listens to the whole page.
pub(super) fn use_shortcuts(store: Store, fields: Fields) {
    store.listen("dragover drop", |event| {
        let event: DragEvent = event.unchecked_into();
        if has_files(event.data_transfer()) {
            // A browser would leave the page for the file.
            event.prevent_default();
        }
    });
    store.listen("keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
        let combined = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
        let elsewhere = store.door.get_untracked() != Door::Open
            || store.dialog.with_untracked(Option::is_some)
            || event.default_prevented();
        if combined || elsewhere {
            return;
        }
        let field = field_of(&event);
        if store.figures.days.with_untracked(Option::is_some) {
            if matches!((&*event.key(), field), ("Escape" | "s", None)) {
                event.prevent_default();
                store.leave_figures();
            }
            return;
        }
        let done = match (&*event.key(), field) {
            ("Escape", Some(field)) => left(&field),
            ("Escape", None) => back(store),
            (_, Some(_)) => false,
            ("j", None) => moved(store, 1),
            ("k", None) => moved(store, -1),
            ("e", None) => resolved(store),
            ("a", None) => taken(store),
            ("u", None) => unanswered(store),
            ("s", None) => figures(store),
            ("?", None) => keys(store),
            ("n", None) => {
                writing(store, true) && focused(fields.reply.get_untracked().as_ref().map(El::html))
            }
            ("r", None) => {
                writing(store, false) && focused(fields.reply.get_untracked().as_ref().map(El::html))
            }
            ("/", None) => focused(fields.search.get_untracked().as_deref()),
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
}

/// The field that is typed into, if any.
fn field_of(event: &KeyboardEvent) -> Option<HtmlElement> {
    let element: Element = event.target()?.dyn_into().ok()?;
    // A constant selector is valid.
    let is_field = element.matches("input, textarea, select").unwrap_or(false);
    element.dyn_into().ok().filter(|_| is_field)
}

fn left(field: &HtmlElement) -> bool {
    field.blur().is_ok()
}

fn back(store: Store) -> bool {
    let pane = match store.pane.get_untracked() {
        Pane::Visitor => Pane::Conversation,
        _ => Pane::Sessions,
    };
    store.pane.set(pane);
    true
}

fn moved(store: Store, by: isize) -> bool {
    store.step(by);
    true
}

fn resolved(store: Store) -> bool {
    store.toggle_resolved();
    true
}

fn unanswered(store: Store) -> bool {
    store.refine(|filter| filter.unanswered = !filter.unanswered);
    true
}

fn figures(store: Store) -> bool {
    store.show_figures(None);
    true
}

fn taken(store: Store) -> bool {
    store.assign_to_me();
    true
}

fn keys(store: Store) -> bool {
    store.open_dialog(Dialog::Keys);
    true
}

fn writing(store: Store, note: bool) -> bool {
    store.noting.set(note);
    true
}

fn focused(field: Option<&HtmlElement>) -> bool {
    field.is_some_and(|field| field.focus().is_ok())
}
