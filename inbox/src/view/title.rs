//! The tab's title, `(3) Inbox · PocketPing`, and its address.

use crate::store::{Door, Store};
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Keeps the title up to date.
pub(super) fn use_title(store: Store) {
    Effect::new(move |_| {
        let title = match store.sessions.unread.get() {
            0 => words::PRODUCT.to_owned(),
            unread => ["(", &unread.to_string(), ") ", words::PRODUCT].concat(),
        };
        document().set_title(&title);
    });
}

/// Keeps the address up to date: a reload and a link lead to what is shown.
pub(super) fn use_address(store: Store) {
    let query = Memo::new(move |_| store.place().write());
    Effect::new(move |_| {
        let query = query.get();
        if store.door.get() != Door::Open {
            return;
        }
        let path = window().location().pathname().unwrap_or_default();
        if let Ok(history) = window().history() {
            // The address is the page's own: refused only when it changes a hundred times in a few seconds.
            drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&(path + &query))));
        }
    });
}
