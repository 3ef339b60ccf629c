//! A conversation's labels.

use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::{Glyph, icon};
use web_sys::SubmitEvent;

/// Each with a button that takes it away, and a field for another; known ones are suggested.
#[component]
pub(super) fn Tags(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let tags = Memo::new(move |_| session.with(|session| session.tags.clone()));
    let text = RwSignal::new(String::new());
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        store.add_tag(&text.get_untracked());
        text.set(String::new());
    };
    let tag = move |name: String| {
        let (shown, removed) = (name.clone(), name.clone());
        view! {
            <li class="pp-tag">
                <button
                    type="button"
                    class="pp-tag__name"
                    on:click=move |_| store.refine(|filter| filter.tag = Some(name.clone()))
                >
                    {shown.clone()}
                </button>
                <button
                    type="button"
                    class="pp-tag__remove"
                    aria-label=[words::REMOVE, &shown].concat()
                    on:click=move |_| store.remove_tag(&removed)
                >
                    {icon(Glyph::CROSS, "").embed()}
                </button>
            </li>
        }
    };
    let suggestions = move || {
        let known = store.sessions.tags().into_iter();
        known
            .map(|tag| view! { <option value=tag></option> })
            .collect_view()
    };
    view! {
        <ul class="pp-tags">
            <For each=move || tags.get() key=Clone::clone children=tag/>
        </ul>
        <form class="pp-tags__add" on:submit=submitted>
            <input
                class="pp-field__input"
                name="tag"
                list="pp-known-tags"
                maxlength="64"
                autocomplete="off"
                placeholder=words::ADD_TAG
                aria-label=words::ADD_TAG
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            />
            <datalist id="pp-known-tags">{suggestions}</datalist>
            <button type="submit" class="pp-btn">{words::ADD}</button>
        </form>
    }
}
