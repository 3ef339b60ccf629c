//! Which conversations the list shows: by where they stand.

use crate::filter::Stage;
use crate::store::Store;
use crate::words;
use leptos::prelude::*;

const STAGES: [(Stage, &str); 4] = [
    (Stage::Open, words::OPEN),
    (Stage::Pending, words::PENDING),
    (Stage::Resolved, words::RESOLVED),
    (Stage::All, words::ALL),
];

/// Open, pending, resolved, all.
#[component]
pub(super) fn Tabs(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let chosen = Memo::new(move |_| store.sessions.filter.with(|filter| filter.stage));
    let tabs = STAGES.map(|(stage, name)| {
        view! {
            <button
                type="button"
                class="pp-tab"
                aria-pressed=move || if chosen.get() == stage { "true" } else { "false" }
                on:click=move |_| store.refine(|filter| filter.stage = stage)
            >
                {name}
            </button>
        }
    });
    view! { <div class="pp-tabs" role="group" aria-label=words::STATE>{tabs.into_iter().collect_view()}</div> }
}
