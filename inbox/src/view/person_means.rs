//! What is done about a person as a whole, by those who may.

use crate::api::export_address;
use crate::store::{Dialog, Store};
use crate::{who, words};
use leptos::prelude::*;
use pocketping_core::model::{OperatorSession, Permission};

/// All that is kept of them to download, and the way to erase it.
#[component]
pub(super) fn PersonMeans(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let person = Memo::new(move |_| {
        let person = session.with(|session| session.person_id.clone());
        person.filter(|_| store.may(Permission::People))
    });
    move || {
        person.get().map(|person| {
            let address = export_address(&person);
            let erase = move |_| {
                let name = session.with_untracked(who::name);
                store.open_dialog(Dialog::Erase(person.clone(), name));
            };
            view! {
                <section class="pp-card pp-last-means pp-person">
                    <a class="pp-btn" href=address download="person.json">{words::EXPORT}</a>
                    <button type="button" class="pp-btn pp-btn-danger-text" on:click=erase>{words::ERASE}</button>
                </section>
            }
        })
    }
}
