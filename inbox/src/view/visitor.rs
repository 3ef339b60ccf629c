//! Who the visitor is, and where.

use super::facts::facts;
use super::send_event::SendEvent;
use crate::store::{Pane, Store};
use crate::{who, words};
use leptos::prelude::*;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::{Avatar, Face, Glyph, Icon};

/// The page, the facts and the events form.
#[component]
pub(super) fn VisitorPane(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let selected = Memo::new(move |_| {
        store
            .sessions
            .selected
            .get()
            .filter(|id| store.sessions.get(id).is_some())
    });
    let about = move || {
        let id = selected.get()?;
        let session = untrack(|| store.sessions.get(&id))?;
        Some(view! { <About store session/> })
    };
    view! {
        <aside class="pp-visitor" aria-label=words::VISITOR>
            <header class="pp-bar">
                <button
                    type="button"
                    class="pp-icon-btn pp-back"
                    aria-label=words::BACK_TO_CONVERSATION
                    on:click=move |_| store.pane.set(Pane::Conversation)
                >
                    <Icon glyph=Glyph::BACK/>
                </button>
                <h2 class="pp-bar__title">{words::VISITOR}</h2>
            </header>
            {about}
        </aside>
    }
}

#[component]
fn About(
    /// What is known.
    store: Store,
    /// The conversation.
    session: ArcRwSignal<OperatorSession>,
) -> impl IntoView {
    let session: Signal<OperatorSession> = session.into();
    let name = Memo::new(move |_| session.with(who::name));
    let mail = Memo::new(move |_| {
        let mail = session.with(|session| {
            session
                .identity
                .as_ref()
                .and_then(|identity| identity.email.clone())
        });
        mail.filter(|mail| *mail != name.get())
    });
    let face = Signal::derive(move || Face {
        name: name.get(),
        image: None,
    });
    let details = Memo::new(move |_| session.with(|session| facts(session, store.now.get())));
    let list = move || {
        let facts = details.get().into_iter();
        facts
            .map(|(name, value)| view! { <dt>{name}</dt><dd dir="auto">{value}</dd> })
            .collect_view()
    };
    view! {
        <div class="pp-visitor__who">
            <Avatar face size="pp-avatar-large"/>
            <p class="pp-visitor__name" dir="auto">{name}</p>
            {move || mail.get().map(|mail| view! { <p class="pp-visitor__mail">{mail}</p> })}
        </div>
        <Page session/>
        <section class="pp-card">
            <h3 class="pp-card__title">{words::DETAILS}</h3>
            <dl class="pp-facts">{list}</dl>
        </section>
        <SendEvent store/>
    }
}

#[component]
fn Page(
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let page = Memo::new(move |_| {
        session.with(|session| {
            let url = who::page_url(session)?;
            // What a visitor's browser calls its address is a link only if it leads to a page.
            let is_web = url.starts_with("https://") || url.starts_with("http://");
            is_web.then(|| (who::page_title(session), url))
        })
    });
    let title = move || {
        if session.with(|session| session.online) {
            words::NOW_ON
        } else {
            words::LAST_ON
        }
    };
    move || {
        page.get().map(|(name, url)| {
            let name = name.unwrap_or_else(|| url.clone());
            let shown = url
                .split_once("://")
                .map_or(url.clone(), |(_, rest)| rest.to_owned());
            view! {
                <section class="pp-card">
                    <h3 class="pp-card__title">{title}</h3>
                    <a class="pp-visitor__page" href=url target="_blank" rel="noopener noreferrer">
                        <span class="pp-visitor__page-title" dir="auto">{name}</span>
                        <span class="pp-visitor__page-url">{shown}</span>
                    </a>
                </section>
            }
        })
    }
}
