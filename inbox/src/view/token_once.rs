//! A token that is shown once.

use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::route::OperatorTokenResponse;
use wasm_bindgen_futures::JsFuture;

/// The token, and a button that copies it.
#[component]
pub(super) fn TokenOnce(
    /// Whose, and what it is.
    told: OperatorTokenResponse,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let token = told.token.clone();
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&token);
        spawn_local(async move { copied.set(JsFuture::from(written).await.is_ok()) });
    };
    let title = [words::TOKEN_OF, &told.operator.name].concat();
    view! {
        <section class="pp-token" role="status">
            <h3 class="pp-card__title" dir="auto">{title}</h3>
            <code class="pp-token__text">{told.token}</code>
            <p class="pp-dialog__hint">{words::TOKEN_ONCE}</p>
            <button type="button" class="pp-btn" on:click=copy>
                {move || if copied.get() { words::COPIED } else { words::COPY }}
            </button>
        </section>
    }
}
