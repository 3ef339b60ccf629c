//! The way back, where one pane covers the others.

use leptos::prelude::*;
use pocketping_widget::view::{Glyph, icon};

/// An arrow; hidden where all panes stand beside each other.
#[component]
pub(super) fn Back(
    /// Where it leads.
    to: &'static str,
    /// Goes there.
    go: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="pp-icon-btn pp-back" aria-label=to on:click=move |_| go()>
            {icon(Glyph::BACK, "").embed()}
        </button>
    }
}
