//! The other conversations of the same person.

use crate::api;
use crate::store::Store;
use crate::{ago, who, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::day_name;

/// A list, while there are any.
#[component]
pub(super) fn Others(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let person = Memo::new(move |_| session.with(|session| session.person_id.clone()));
    let others = RwSignal::new(Vec::<OperatorSession>::new());
    let failed = RwSignal::new(false);
    Effect::new(move |_| {
        others.set(Vec::new());
        let Some(person) = person.get() else { return };
        spawn_local(async move {
            // The panel may be another conversation's by now: then its signals are gone.
            match api::sessions_of(&person).await {
                Ok(answer) => drop(others.try_set(answer.sessions)),
                Err(_) => drop(failed.try_set(true)),
            }
        });
    });
    let own = Memo::new(move |_| session.with(|session| session.id.clone()));
    let shown = Memo::new(move |_| {
        let mut shown = others.get();
        shown.retain(|other| own.with(|own| other.id != *own));
        shown
    });
    let row = move |other: OperatorSession| {
        let (id, at) = (other.id.clone(), other.last_activity);
        let line = other.last_message.as_ref().map(who::line);
        let when = move || ago::short(at, store.now.get()).unwrap_or_else(|| day_name(at, store.now.get()));
        view! {
            <li>
                <button type="button" class="pp-other" on:click=move |_| store.visit(id.clone())>
                    <span class="pp-other__text" dir="auto">{line.unwrap_or_else(|| words::NO_MESSAGES.to_owned())}</span>
                    <time class="pp-session__time" datetime=at.to_string()>{when}</time>
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || failed.get()>
            <p class="pp-card pp-field__error" role="alert">{words::OTHERS_NOT_READ}</p>
        </Show>
        <Show when=move || !shown.with(Vec::is_empty)>
            <section class="pp-card">
                <h3 class="pp-card__title">{words::OTHER_CONVERSATIONS}</h3>
                <ul class="pp-others">
                    <For each=move || shown.get() key=|other| other.id.clone() children=row/>
                </ul>
            </section>
        </Show>
    }
}
