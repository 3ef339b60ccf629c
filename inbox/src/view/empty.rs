//! What stands where there is nothing.

use leptos::prelude::*;

/// A title and a hint.
#[component]
pub(super) fn Empty(
    /// What is missing.
    title: &'static str,
    /// What to do about it.
    text: &'static str,
) -> impl IntoView {
    view! {
        <div class="pp-empty">
            <p class="pp-empty__title">{title}</p>
            <p>{text}</p>
        </div>
    }
}
