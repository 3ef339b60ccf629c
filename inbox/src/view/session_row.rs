//! One conversation in the list.

use crate::store::Store;
use crate::{ago, who, words};
use leptos::prelude::*;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::{Face, day_name};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

/// Who, when, the last words, and how many of them are new.
#[component]
pub(super) fn SessionRow(
    /// What is known.
    store: Store,
    /// The conversation.
    session: ArcRwSignal<OperatorSession>,
) -> impl IntoView {
    let session = RwSignal::from(session);
    let id = StoredValue::new(session.with_untracked(|session| session.id.clone()));
    let name = Memo::new(move |_| session.with(who::name));
    let unread = Memo::new(move |_| session.with(|session| session.unread));
    let has_unread = Memo::new(move |_| unread.get() > 0);
    let online = Memo::new(move |_| session.with(|session| session.online));
    let active = Memo::new(move |_| {
        store
            .sessions
            .selected
            .with(|selected| id.with_value(|id| selected.as_ref() == Some(id)))
    });
    let row = NodeRef::<leptos::html::Button>::new();
    // Chosen by a key it may be out of sight; in sight it stays where it is.
    Effect::new(move |_| {
        if let Some(row) = active.get().then(|| row.get()).flatten() {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    let typing = Memo::new(move |_| {
        store
            .sessions
            .typing
            .with(|typing| id.with_value(|id| typing.contains(id)))
    });
    let at = Memo::new(move |_| session.with(|session| session.last_activity));
    let when = move || {
        let (at, now) = (at.get(), store.now.get());
        ago::short(at, now).unwrap_or_else(|| day_name(at, now))
    };
    let text = move || {
        if typing.get() {
            return words::TYPING.to_owned();
        }
        let line = session.with(|session| session.last_message.as_ref().map(who::line));
        line.unwrap_or_else(|| words::NO_MESSAGES.to_owned())
    };
    let initial = move || {
        Face {
            name: name.get(),
            image: None,
        }
        .initial()
    };
    view! {
        <button
            type="button"
            node_ref=row
            class="pp-session"
            class:pp-session-active=move || active.get()
            class:pp-session-unread=move || has_unread.get()
            aria-current=move || active.get().then_some("true")
            on:click=move |_| store.select(id.get_value())
        >
            <div class="pp-avatar" aria-hidden="true">
                {initial}
                {move || online.get().then(|| view! { <span class=ONLINE_DOT></span> })}
            </div>
            <span class="pp-session__name" dir="auto">{name}</span>
            <time class="pp-session__time" datetime=move || at.get().to_string()>{when}</time>
            <span class="pp-session__text" class:pp-session-typing=move || typing.get() dir="auto">{text}</span>
            {move || has_unread.get().then(|| {
                let count = unread.get().to_string();
                let label = [&count, words::UNREAD].concat();
                view! { <span class="pp-session__badge" aria-label=label>{count}</span> }
            })}
        </button>
    }
}

/// A name, not a literal: see the widget's views.
const ONLINE_DOT: &str = "pp-online-dot";
