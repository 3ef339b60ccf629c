//! PocketPing's operator page: every conversation in one place, answered live.
//!
//! `api` talks to the operator API, `store` keeps what is known as signals and acts, `view` shows it.

#![forbid(unsafe_code)]

mod ago;
mod api;
mod canned;
mod filter;
mod place;
mod size;
mod span;
mod store;
mod view;
mod who;
mod words;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

/// Mounts the inbox into the page's `#inbox`.
#[wasm_bindgen(start)]
pub fn start() {
    let document = leptos::prelude::document();
    let Some(root) = document.get_element_by_id("inbox") else {
        return;
    };
    root.set_text_content(None);
    // The page lives as long as the tab.
    leptos::mount::mount_to(root.unchecked_into(), view::App).forget();
}
