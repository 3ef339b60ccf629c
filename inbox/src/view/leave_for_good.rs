//! What cannot be undone about people: removing an operator, erasing a visitor.

use super::dialog::{Modal, close_dialog};
use super::dialogs::{Trouble, done};
use crate::store::{Dialog, Store};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::PersonId;
use pocketping_core::model::OperatorProfile;

/// Whether to remove an operator. Both answers lead back to the list.
#[component]
pub(super) fn RemoveOperator(
    /// What is known.
    store: Store,
    /// Who.
    operator: OperatorProfile,
) -> impl IntoView {
    let trouble = RwSignal::new(None::<&'static str>);
    let name = operator.name.clone();
    let remove = move |_| {
        let operator = operator.clone();
        spawn_local(async move {
            match store.remove_operator(operator).await {
                Ok(()) => store.open_dialog(Dialog::Operators),
                Err(error) => trouble.set(Some(error.words())),
            }
        });
    };
    view! {
        <Modal store title=words::REMOVE_OPERATOR_TITLE>
            <div class="pp-dialog__body">
                <blockquote class="pp-dialog__quote" dir="auto">{name}</blockquote>
                <p>{words::REMOVE_OPERATOR_TEXT}</p>
                <Trouble trouble/>
                <div class="pp-dialog__actions">
                    <button type="button" class="pp-btn" autofocus=true on:click=move |_| store.open_dialog(Dialog::Operators)>{words::CANCEL}</button>
                    <button type="button" class="pp-btn pp-btn-danger" on:click=remove>{words::REMOVE_OPERATOR}</button>
                </div>
            </div>
        </Modal>
    }
}

/// Whether to erase a person.
#[component]
pub(super) fn Erase(
    /// What is known.
    store: Store,
    /// Who.
    person: PersonId,
    /// What they are called.
    name: String,
) -> impl IntoView {
    let trouble = RwSignal::new(None::<&'static str>);
    let erase = move |_| {
        let person = person.clone();
        spawn_local(async move { done(store, trouble, store.erase_person(person).await) });
    };
    view! {
        <Modal store title=words::ERASE_TITLE>
            <div class="pp-dialog__body">
                <blockquote class="pp-dialog__quote" dir="auto">{name}</blockquote>
                <p>{words::ERASE_TEXT}</p>
                <Trouble trouble/>
                <div class="pp-dialog__actions">
                    <button type="button" class="pp-btn" autofocus=true on:click=move |_| close_dialog(store)>{words::CANCEL}</button>
                    <button type="button" class="pp-btn pp-btn-danger" on:click=erase>{words::ERASE}</button>
                </div>
            </div>
        </Modal>
    }
}
