//! Above the conversation: with whom, where they are, what to do.

use super::back::Back;
use crate::store::{Pane, Store};
use crate::{ago, who, words};
use leptos::prelude::*;
use pocketping_core::SessionId;
use pocketping_core::model::{OperatorSession, SessionState};
use pocketping_widget::view::{Face, Glyph, avatar, day_name, icon};

/// Name, whereabouts, resolve and about.
#[component]
pub(super) fn ConversationBar(
    /// What is known.
    store: Store,
    /// The conversation.
    #[prop(into)]
    session: Signal<OperatorSession>,
    /// Its id.
    id: SessionId,
    /// The visitor's face.
    face: Signal<Face>,
) -> impl IntoView {
    let typing = Memo::new(move |_| store.sessions.typing.with(|typing| typing.contains(&id)));
    let whereabouts = move || {
        if typing.get() {
            return words::TYPING.to_owned();
        }
        let now = store.now.get();
        session.with(|session| whereabouts(session, now))
    };
    let resolved = Memo::new(move |_| session.with(|session| session.state == SessionState::Resolved));
    let blocked = Memo::new(move |_| session.with(|session| session.blocked));
    let about = move |_| {
        store.pane.update(|pane| {
            *pane = if *pane == Pane::Visitor {
                Pane::Conversation
            } else {
                Pane::Visitor
            };
        });
    };
    let expanded = move || {
        if store.pane.get() == Pane::Visitor {
            "true"
        } else {
            "false"
        }
    };
    view! {
        <header class="pp-bar">
            <Back to=words::BACK_TO_LIST go=move || store.pane.set(Pane::Sessions)/>
            {avatar(move || face.get(), "").embed()}
            <div class="pp-bar__info">
                <h2 class="pp-bar__title" dir="auto">{move || face.get().name}</h2>
                <p class="pp-bar__sub">{whereabouts}</p>
            </div>
            {move || blocked.get().then(|| view! { <span class="pp-badge pp-badge-danger">{words::BLOCKED}</span> })}
            <button type="button" class="pp-btn pp-resolve" on:click=move |_| store.toggle_resolved()>
                {move || if resolved.get() { words::REOPEN } else { words::RESOLVE }}
            </button>
            <button
                type="button"
                class="pp-icon-btn pp-info"
                aria-label=words::ABOUT
                aria-expanded=expanded
                on:click=about
            >
                {icon(Glyph::INFO, "").embed()}
            </button>
        </header>
    }
}

/// `On /pricing` while they are there, else when they were.
fn whereabouts(session: &OperatorSession, now: pocketping_core::Timestamp) -> String {
    if session.online {
        return match who::page_path(session) {
            Some(path) => [words::ON_PAGE, &path].concat(),
            None => words::ON_SITE.to_owned(),
        };
    }
    let at = session.last_activity;
    match ago::short(at, now) {
        Some(span) if span == "now" => [words::LAST_SEEN, words::JUST_NOW].concat(),
        Some(span) => [words::LAST_SEEN, &span, words::AGO].concat(),
        None => [words::LAST_SEEN, &day_name(at, now)].concat(),
    }
}
