//! The tab's title: `(3) Inbox · PocketPing`.

use crate::store::Store;
use crate::words;
use leptos::prelude::*;

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
