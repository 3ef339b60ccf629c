//! Whether visitors see operators as online.

use crate::store::Store;
use crate::words;
use leptos::prelude::*;

/// A switch between online and away.
#[component]
pub(super) fn PresenceSwitch(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let online = store.online;
    view! {
        <button
            type="button"
            class="pp-switch"
            role="switch"
            aria-checked=move || if online.get() { "true" } else { "false" }
            aria-label=words::ONLINE
            on:click=move |_| store.set_online(!online.get_untracked())
        >
            <span class=TRACK></span>
            <span class="pp-switch__label">{move || if online.get() { words::ONLINE } else { words::AWAY }}</span>
        </button>
    }
}

const TRACK: &str = "pp-switch__track";
