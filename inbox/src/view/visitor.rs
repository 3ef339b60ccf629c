//! Who the visitor is, and where.

use super::back::Back;
use super::facts::facts;
use super::known_person::KnownPerson;
use super::others::Others;
use super::person_means::PersonMeans;
use super::send_event::SendEvent;
use super::work::{LastMeans, Work};
use crate::store::{Pane, Store};
use crate::{who, words};
use leptos::prelude::*;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::{Face, avatar};

/// Identity, work, other conversations, pages, facts and the events form.
#[component]
pub(super) fn VisitorPane(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let selected = Memo::new(move |_| store.sessions.chosen());
    let about = move || {
        let id = selected.get()?;
        let session = untrack(|| store.sessions.get(&id))?;
        Some(view! { <About store session/> })
    };
    view! {
        <aside class="pp-visitor" aria-label=words::VISITOR>
            <header class="pp-bar">
                <Back to=words::BACK_TO_CONVERSATION go=move || store.pane.set(Pane::Conversation)/>
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
    // Whoever only says a name in a form is nobody yet.
    let verified = Memo::new(move |_| {
        session.with(|session| {
            let identity = session.identity.as_ref()?;
            Some(identity.verified.unwrap_or(false))
        })
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
            {avatar(move || face.get(), "pp-avatar-large").embed()}
            <p class="pp-visitor__name" dir="auto">{name}</p>
            {move || mail.get().map(|mail| view! { <p class="pp-visitor__mail">{mail}</p> })}
            {move || verified.get().map(|verified| view! { <Verified verified/> })}
        </div>
        <Work store session/>
        <KnownPerson store session/>
        <Others store session/>
        <Pages session/>
        <section class="pp-card">
            <h3 class="pp-card__title">{words::DETAILS}</h3>
            <dl class="pp-facts">{list}</dl>
        </section>
        <SendEvent store/>
        <LastMeans store session/>
        <PersonMeans store session/>
    }
}

/// Whether the site has signed who this is, or a page has only said so.
#[component]
fn Verified(
    /// Which.
    verified: bool,
) -> impl IntoView {
    let (name, text, class) = if verified {
        (words::VERIFIED, words::VERIFIED_TEXT, "pp-badge pp-badge-good")
    } else {
        (words::NOT_VERIFIED, words::NOT_VERIFIED_TEXT, "pp-badge")
    };
    view! {
        <p class="pp-visitor__verified"><span class=class title=text>{name}</span></p>
    }
}

/// So many earlier pages are listed.
const MOST_EARLIER: usize = 5;

/// Title, if there is one, and address.
type Visited = (Option<String>, String);

#[component]
fn Pages(
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let now_on =
        Memo::new(move |_| session.with(|session| Some((who::page_title(session), who::page_url(session)?))));
    let earlier = Memo::new(move |_| {
        session.with(|session| {
            let pages = session.pages.iter().rev().skip(1).take(MOST_EARLIER);
            pages
                .map(|page| (page.title.clone(), page.url.clone()))
                .collect::<Vec<_>>()
        })
    });
    let title = move || {
        let online = session.with(|session| session.online);
        if online { words::NOW_ON } else { words::LAST_ON }
    };
    view! {
        {move || now_on.get().map(|page| view! {
            <section class="pp-card">
                <h3 class="pp-card__title">{title}</h3>
                <Page page/>
            </section>
        })}
        <Show when=move || !earlier.with(Vec::is_empty)>
            <section class="pp-card">
                <h3 class="pp-card__title">{words::EARLIER_PAGES}</h3>
                {move || earlier.get().into_iter().map(|page| view! { <Page page/> }).collect_view()}
            </section>
        </Show>
    }
}

#[component]
fn Page(
    /// Which.
    page: Visited,
) -> impl IntoView {
    let (title, url) = page;
    // What a visitor's browser calls its address is followed only if it leads to a page.
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let shown = url
        .split_once("://")
        .map_or(url.clone(), |(_, rest)| rest.to_owned());
    let title = title
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| shown.clone());
    view! {
        <a class="pp-visitor__page" href=is_web.then_some(url) target="_blank" rel="noopener noreferrer">
            <span class="pp-visitor__page-title" dir="auto">{title}</span>
            <span class="pp-visitor__page-url">{shown}</span>
        </a>
    }
}
