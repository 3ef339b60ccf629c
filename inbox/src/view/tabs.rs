//! Which conversations the list shows.

use crate::store::{Store, Tab};
use crate::words;
use leptos::prelude::*;

const TABS: [(Tab, &str); 3] = [
    (Tab::Open, words::OPEN),
    (Tab::Resolved, words::RESOLVED),
    (Tab::All, words::ALL),
];

/// Open, resolved, all.
#[component]
pub(super) fn Tabs(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let chosen = store.sessions.tab;
    let tabs = TABS.map(|(tab, name)| {
        let is_chosen = move || chosen.get() == tab;
        let choose = move |_| {
            chosen.set(tab);
            store.refresh_list();
        };
        view! {
            <button
                type="button"
                class="pp-tab"
                role="tab"
                aria-selected=move || if is_chosen() { "true" } else { "false" }
                on:click=choose
            >
                {name}
            </button>
        }
    });
    view! { <div class="pp-tabs" role="tablist">{tabs.into_iter().collect_view()}</div> }
}
