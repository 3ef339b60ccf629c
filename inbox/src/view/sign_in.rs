//! The way in.

use crate::store::Store;
use crate::words;
use leptos::html::Input;
use leptos::prelude::*;
use pocketping_widget::view::{Glyph, icon};
use web_sys::SubmitEvent;

/// A form for the operator token.
#[component]
pub(super) fn SignIn(
    /// What is known.
    store: Store,
    /// What went wrong the last time.
    error: Option<&'static str>,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let token = field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        store.sign_in(token.trim().to_owned());
    };
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A page in the background may refuse the focus.
            drop(field.focus());
        }
    });
    view! {
        <main class="pp-signin">
            <form class="pp-signin__card" on:submit=submitted>
                <div class="pp-signin__mark" aria-hidden="true">{icon(Glyph::CHAT, "").embed()}</div>
                <h1 class="pp-signin__title">{words::SIGN_IN_TITLE}</h1>
                <p class="pp-signin__hint">{words::SIGN_IN_HINT}</p>
                <label class="pp-field">
                    <span class="pp-field__label">{words::TOKEN}</span>
                    <input
                        class="pp-field__input"
                        type="password"
                        autocomplete="current-password"
                        required=true
                        aria-invalid=error.map(|_| "true")
                        node_ref=field
                    />
                    {error.map(|error| view! { <span class="pp-field__error" role="alert">{error}</span> })}
                </label>
                <button class="pp-btn pp-btn-primary" type="submit">{words::SIGN_IN}</button>
            </form>
        </main>
    }
}
