//! A dialog over the page: the browser keeps the focus in it and gives it back.

use crate::store::Store;
use crate::words;
use leptos::html;
use leptos::prelude::*;
use pocketping_widget::view::{Glyph, icon};

/// Title, way out, and what is in it. Escape closes.
#[component]
pub(super) fn Modal(
    /// What is known; no dialog is open in it once this one is closed.
    store: Store,
    /// What it is about.
    title: &'static str,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // Fails only for one that is open, or not in the page.
            drop(dialog.show_modal());
        }
    });
    view! {
        <dialog node_ref=dialog class="pp-dialog" aria-labelledby="pp-dialog-title" on:close=move |_| store.dialog.set(None)>
            <header class="pp-dialog__bar">
                <h2 id="pp-dialog-title" class="pp-dialog__title">{title}</h2>
                <button
                    type="button"
                    class="pp-icon-btn"
                    aria-label=words::CLOSE
                    on:click=move |_| dialog.get_untracked().iter().for_each(|dialog| dialog.close())
                >
                    {icon(Glyph::CROSS, "").embed()}
                </button>
            </header>
            {children()}
        </dialog>
    }
}

/// Closes the dialog that is open, so that the focus goes back to where it was.
pub(super) fn close_dialog(store: Store) {
    let open = document().query_selector("dialog.pp-dialog[open]").ok().flatten();
    match open.and_then(|open| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlDialogElement>(open).ok()) {
        Some(open) => open.close(),
        None => store.dialog.set(None),
    }
}
