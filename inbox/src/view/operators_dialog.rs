//! The operators: add, change, new token, remove.

use super::dialog::Modal;
use super::dialogs::Trouble;
use super::glyphs;
use super::operator_fields::{NameAndPicture, said};
use super::token_once::TokenOnce;
use crate::api::ApiError;
use crate::store::{Dialog, Store};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::OperatorId;
use pocketping_core::model::{OperatorProfile, OperatorRole, Permission};
use pocketping_core::route::{NewOperatorRequest, OperatorPatch, OperatorTokenResponse};
use pocketping_widget::view::{Face, Glyph, avatar, icon};
use web_sys::SubmitEvent;

/// The list, and a form for one.
#[component]
pub(super) fn Operators(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let changed = RwSignal::new(None::<OperatorProfile>);
    let told = RwSignal::new(None::<OperatorTokenResponse>);
    let trouble = RwSignal::new(None::<&'static str>);
    let listed = Memo::new(move |_| {
        let all = store.operators.get().into_iter();
        all.filter(|one| one.removed_at.is_none()).collect::<Vec<_>>()
    });
    let renew = move |operator: OperatorProfile| {
        spawn_local(async move {
            show(store.renew_token(operator.id).await, told, trouble);
        });
    };
    view! {
        <Modal store title=words::OPERATORS>
            <div class="pp-dialog__body">
                <p class="pp-dialog__hint">{words::OPERATORS_HINT}</p>
                <ul class="pp-answers pp-operators">
                    <For
                        each=move || listed.get()
                        key=|one| (one.id.clone(), one.name.clone(), one.avatar.clone(), one.role, one.online)
                        children=move |operator| view! { <One store operator changed renew/> }
                    />
                </ul>
                {move || told.get().map(|told| view! { <TokenOnce told/> })}
                {move || {
                    // Read here: a component's own function is run once, whatever it reads.
                    let before = changed.get();
                    view! { <Form store before changed told trouble/> }
                }}
            </div>
        </Modal>
    }
}

#[component]
fn One(
    /// What is known.
    store: Store,
    /// Who.
    operator: OperatorProfile,
    /// Who is in the form.
    changed: RwSignal<Option<OperatorProfile>>,
    /// Called for a new token.
    renew: impl Fn(OperatorProfile) + Copy + 'static,
) -> impl IntoView {
    let face = Face {
        name: operator.name.clone(),
        image: operator.avatar.clone(),
    };
    let state = if operator.online {
        words::ONLINE
    } else {
        words::AWAY
    };
    let about = [role_name(operator.role), " · ", state].concat();
    let named = |what: &str| [what, &operator.name].concat();
    let (edit, token, remove) = (
        named(words::CHANGE_OPERATOR),
        named(words::NEW_TOKEN_FOR),
        named(words::REMOVE),
    );
    // The configured token is not managed here.
    let managed = operator.id.as_str() != OperatorId::OWNER
        && (operator.role != OperatorRole::Owner || untrack(|| store.may(Permission::Owners)));
    let name = operator.name.clone();
    let buttons = managed.then(|| {
        let (one, two, three) = (operator.clone(), operator.clone(), operator);
        view! {
            <span class="pp-operators__do">
                <button type="button" class="pp-icon-btn" aria-label=edit.clone() title=edit on:click=move |_| changed.set(Some(one.clone()))>
                    {icon(glyphs::PENCIL, "").embed()}
                </button>
                <button type="button" class="pp-icon-btn" aria-label=token.clone() title=token on:click=move |_| renew(two.clone())>
                    {icon(glyphs::KEY, "").embed()}
                </button>
                <button type="button" class="pp-icon-btn" aria-label=remove.clone() title=remove on:click=move |_| store.open_dialog(Dialog::RemoveOperator(three.clone()))>
                    {icon(Glyph::BIN, "").embed()}
                </button>
            </span>
        }
    });
    view! {
        <li class="pp-operators__one">
            {avatar(move || face.clone(), "pp-avatar-small").embed()}
            <div>
                <p class="pp-answers__name" dir="auto">{name}</p>
                <p class="pp-answers__text">{about}</p>
            </div>
            {buttons}
        </li>
    }
}

#[component]
fn Form(
    /// What is known.
    store: Store,
    /// Who is changed; nobody: somebody is added.
    before: Option<OperatorProfile>,
    /// Gets who is changed next.
    changed: RwSignal<Option<OperatorProfile>>,
    /// Gets the token of somebody new, or with a role that has risen.
    told: RwSignal<Option<OperatorTokenResponse>>,
    /// Gets what went wrong.
    trouble: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let of = |field: fn(&OperatorProfile) -> String| before.as_ref().map(field).unwrap_or_default();
    let name = RwSignal::new(of(|one| one.name.clone()));
    let picture = RwSignal::new(of(|one| one.avatar.clone().unwrap_or_default()));
    let role = RwSignal::new(before.as_ref().map_or(OperatorRole::Agent, |one| one.role));
    let button = if before.is_some() {
        words::SAVE
    } else {
        words::ADD_OPERATOR
    };
    let id = before.map(|one| one.id);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let (name, picture, role) = (
            name.get_untracked(),
            picture.get_untracked(),
            role.get_untracked(),
        );
        let id = id.clone();
        spawn_local(async move {
            match id {
                Some(id) => {
                    let patch = OperatorPatch {
                        name: Some(name),
                        avatar: Some(picture),
                        role: Some(role),
                    };
                    match store.change_operator(id, patch).await {
                        Ok(token) => {
                            changed.set(None);
                            // Whose role has risen has another token.
                            if token.is_some() {
                                told.set(token);
                            }
                        }
                        Err(error) => trouble.set(Some(said(error))),
                    }
                }
                None => {
                    let new = NewOperatorRequest {
                        name,
                        avatar: Some(picture),
                        role,
                    };
                    let added = store.add_operator(new).await;
                    if added.is_ok() {
                        changed.set(None);
                    }
                    show(added, told, trouble);
                }
            }
        });
    };
    let roles = [OperatorRole::Agent, OperatorRole::Admin, OperatorRole::Owner];
    let offered = roles
        .into_iter()
        .filter(|role| *role != OperatorRole::Owner || untrack(|| store.may(Permission::Owners)));
    let entries = offered
        .map(|offered| {
            view! { <option value=offered.as_str() selected=move || role.get() == offered>{role_name(offered)}</option> }
        })
        .collect_view();
    let choose = move |event| {
        role.set(OperatorRole::parse(&event_target_value(&event)).unwrap_or(OperatorRole::Agent))
    };
    view! {
        <form class="pp-answers__form" on:submit=submitted>
            <NameAndPicture name picture trouble/>
            <label class="pp-field">
                <span class="pp-field__label">{words::OPERATOR_ROLE}</span>
                <select class="pp-select" name="operator-role" on:change=choose>{entries}</select>
            </label>
            <Trouble trouble/>
            <button type="submit" class="pp-btn pp-btn-primary">{button}</button>
        </form>
    }
}

fn show(
    outcome: Result<OperatorTokenResponse, ApiError>,
    told: RwSignal<Option<OperatorTokenResponse>>,
    trouble: RwSignal<Option<&'static str>>,
) {
    match outcome {
        Ok(made) => told.set(Some(made)),
        Err(error) => trouble.set(Some(said(error))),
    }
}

fn role_name(role: OperatorRole) -> &'static str {
    match role {
        OperatorRole::Owner => words::ROLE_OWNER,
        OperatorRole::Admin => words::ROLE_ADMIN,
        _ => words::ROLE_AGENT,
    }
}
