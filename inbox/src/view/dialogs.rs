//! The dialogs: edit, delete, block, keys, saved answers.

use super::answers_dialog::SavedAnswers;
use super::dialog::{Modal, close_dialog};
use super::keys::KEYS;
use super::leave_for_good::{Erase, RemoveOperator};
use super::operators_dialog::Operators;
use super::own_profile::OwnProfile;
use crate::api::ApiError;
use crate::store::{Dialog, Store};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::content::MAX_CONTENT_CHARS;
use pocketping_core::model::Message;
use web_sys::SubmitEvent;

/// The one that is open, if any.
#[component]
pub(super) fn Dialogs(
    /// What is known.
    store: Store,
) -> impl IntoView {
    move || match store.dialog.get()? {
        Dialog::Edit(message) => Some(view! { <Edit store message/> }.into_any()),
        Dialog::Delete(message) => Some(view! { <Delete store message/> }.into_any()),
        Dialog::Block => Some(view! { <Block store/> }.into_any()),
        Dialog::Keys => Some(view! { <Keys store/> }.into_any()),
        Dialog::Operators => Some(view! { <Operators store/> }.into_any()),
        Dialog::Profile(me) => Some(view! { <OwnProfile store me/> }.into_any()),
        Dialog::RemoveOperator(operator) => Some(view! { <RemoveOperator store operator/> }.into_any()),
        Dialog::Erase(person, name) => Some(view! { <Erase store person name/> }.into_any()),
        Dialog::Answers => Some(view! { <SavedAnswers store/> }.into_any()),
    }
}

#[component]
fn Edit(
    /// What is known.
    store: Store,
    /// The message.
    message: Message,
) -> impl IntoView {
    let text = RwSignal::new(message.content.clone());
    let trouble = RwSignal::new(None::<&'static str>);
    let is_good = move || {
        let length = text.with(|text| text.trim().chars().count());
        (1..=MAX_CONTENT_CHARS).contains(&length)
    };
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let message = message.clone();
        spawn_local(async move {
            let content = text.get_untracked();
            if content.trim() == message.content {
                return close_dialog(store);
            }
            done(store, trouble, store.edit(message, content).await);
        });
    };
    view! {
        <Modal store title=words::EDIT_TITLE>
            <form class="pp-dialog__body" on:submit=submitted>
                <textarea
                    class="pp-field__input"
                    rows="5"
                    dir="auto"
                    autofocus=true
                    aria-label=words::EDIT_TITLE
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
                <Trouble trouble/>
                <div class="pp-dialog__actions">
                    <button type="button" class="pp-btn" on:click=move |_| close_dialog(store)>{words::CANCEL}</button>
                    <button type="submit" class="pp-btn pp-btn-primary" disabled=move || !is_good()>{words::SAVE}</button>
                </div>
            </form>
        </Modal>
    }
}

#[component]
fn Delete(
    /// What is known.
    store: Store,
    /// The message.
    message: Message,
) -> impl IntoView {
    let trouble = RwSignal::new(None::<&'static str>);
    let text = if message.private {
        words::DELETE_NOTE_TEXT
    } else {
        words::DELETE_TEXT
    };
    let quoted = crate::who::text(&message).to_owned();
    let delete = move || {
        let message = message.clone();
        spawn_local(async move { done(store, trouble, store.delete(message).await) });
    };
    view! {
        <Modal store title=words::DELETE_TITLE>
            <div class="pp-dialog__body">
                <blockquote class="pp-dialog__quote" dir="auto">{quoted}</blockquote>
                <p>{text}</p>
                <Trouble trouble/>
                <div class="pp-dialog__actions">
                    <button type="button" class="pp-btn" autofocus=true on:click=move |_| close_dialog(store)>{words::CANCEL}</button>
                    <button type="button" class="pp-btn pp-btn-danger" on:click=move |_| delete()>{words::DELETE}</button>
                </div>
            </div>
        </Modal>
    }
}

#[component]
fn Block(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let block = move |_| {
        store.block(true);
        close_dialog(store);
    };
    view! {
        <Modal store title=words::BLOCK_TITLE>
            <div class="pp-dialog__body">
                <p>{words::BLOCK_TEXT}</p>
                <div class="pp-dialog__actions">
                    <button type="button" class="pp-btn" autofocus=true on:click=move |_| close_dialog(store)>{words::CANCEL}</button>
                    <button type="button" class="pp-btn pp-btn-danger" on:click=block>{words::BLOCK}</button>
                </div>
            </div>
        </Modal>
    }
}

#[component]
fn Keys(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let rows = KEYS.map(|(key, what)| view! { <dt><kbd class="pp-key">{key}</kbd></dt><dd>{what}</dd> });
    view! {
        <Modal store title=words::KEYS>
            <dl class="pp-dialog__body pp-keys">{rows.into_iter().collect_view()}</dl>
        </Modal>
    }
}

/// What went wrong, in words.
#[component]
pub(super) fn Trouble(
    /// It, if anything did.
    trouble: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    move || {
        trouble
            .get()
            .map(|trouble| view! { <p class="pp-field__error" role="alert">{trouble}</p> })
    }
}

pub(super) fn done(store: Store, trouble: RwSignal<Option<&'static str>>, outcome: Result<(), ApiError>) {
    match outcome {
        Ok(()) => close_dialog(store),
        Err(error) => trouble.set(Some(error.words())),
    }
}
