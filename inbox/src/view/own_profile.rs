//! One's own name, picture and token.

use super::dialog::{Modal, close_dialog};
use super::dialogs::Trouble;
use super::operator_fields::{NameAndPicture, said};
use super::token_once::TokenOnce;
use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::OperatorProfile;
use pocketping_core::route::{OperatorPatch, OperatorTokenResponse};
use web_sys::SubmitEvent;

/// A form, and the way to a new token.
#[component]
pub(super) fn OwnProfile(
    /// What is known.
    store: Store,
    /// Whoever is signed in, with a token of their own.
    me: OperatorProfile,
) -> impl IntoView {
    let name = RwSignal::new(me.name);
    let picture = RwSignal::new(me.avatar.unwrap_or_default());
    let told = RwSignal::new(None::<OperatorTokenResponse>);
    let trouble = RwSignal::new(None::<&'static str>);
    let (id, own) = (me.id.clone(), me.id);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let id = id.clone();
        let patch = OperatorPatch {
            name: Some(name.get_untracked()),
            avatar: Some(picture.get_untracked()),
            role: None,
        };
        spawn_local(async move {
            match store.change_operator(id, patch).await {
                Ok(_) => close_dialog(store),
                Err(error) => trouble.set(Some(said(error))),
            }
        });
    };
    let renew = move |_| {
        let own = own.clone();
        spawn_local(async move {
            match store.renew_token(own).await {
                Ok(renewed) => told.set(Some(renewed)),
                Err(error) => trouble.set(Some(said(error))),
            }
        });
    };
    view! {
        <Modal store title=words::PROFILE>
            <div class="pp-dialog__body">
                <form class="pp-profile" on:submit=submitted>
                    <NameAndPicture name picture trouble/>
                    <Trouble trouble/>
                    <button type="submit" class="pp-btn pp-btn-primary">{words::SAVE}</button>
                </form>
                <section class="pp-answers__form">
                    <h3 class="pp-card__title">{words::YOUR_TOKEN}</h3>
                    <p class="pp-dialog__hint">{words::YOUR_TOKEN_HINT}</p>
                    {move || told.get().map(|told| view! { <TokenOnce told/> })}
                    <button type="button" class="pp-btn" on:click=renew>{words::NEW_TOKEN}</button>
                </section>
            </div>
        </Modal>
    }
}
