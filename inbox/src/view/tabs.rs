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

/// One of several buttons of which one is pressed.
#[component]
pub(super) fn Tab(
    /// Its name.
    #[prop(into)]
    name: Oco<'static, str>,
    /// Whether it is the one.
    pressed: Signal<bool>,
    /// Makes it the one.
    press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="pp-tab"
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            on:click=move |_| press()
        >
            {name}
        </button>
    }
}

/// Open, pending, resolved, all.
#[component]
pub(super) fn Tabs(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let chosen = Memo::new(move |_| store.sessions.filter.with(|filter| filter.stage));
    let tabs = STAGES.map(|(stage, name)| {
        let pressed = Signal::derive(move || chosen.get() == stage);
        view! { <Tab name pressed press=move || store.refine(|filter| filter.stage = stage)/> }
    });
    view! { <div class="pp-tabs" role="group" aria-label=words::STATE>{tabs.into_iter().collect_view()}</div> }
}
