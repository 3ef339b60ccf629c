//! The list of conversations.

use super::empty::Empty;
use super::presence_switch::PresenceSwitch;
use super::session_row::SessionRow;
use super::tabs::Tabs;
use crate::store::{Link, Store, Tab};
use crate::words;
use leptos::html::Input;
use leptos::prelude::*;
use pocketping_widget::view::{Glyph, NoticeText, icon, notice_bar};
use std::time::Duration;

/// The server is asked so long after the last key stroke in the search.
const SEARCH_PAUSE: Duration = Duration::from_millis(250);

/// Presence, search, tabs and the list.
#[component]
pub(super) fn SessionsPane(
    /// What is known.
    store: Store,
    /// The search.
    search: NodeRef<Input>,
) -> impl IntoView {
    let sessions = store.sessions;
    let mut ask = debounce(SEARCH_PAUSE, move |_: ()| store.refresh_list());
    let typed = move |event| {
        sessions.search.set(event_target_value(&event));
        ask(());
    };
    let notice = Memo::new(move |_| {
        (store.link.get() == Link::Down).then_some(NoticeText::unreachable(words::RECONNECTING))
    });
    let count = move || {
        let unread = sessions.unread.get();
        (unread > 0).then(|| view! { <span class="pp-count">{unread.to_string()}</span> })
    };
    view! {
        <section class="pp-sessions" aria-label=words::CONVERSATIONS>
            <header class="pp-bar">
                <h1 class="pp-bar__title">{words::TITLE}{count}</h1>
                <PresenceSwitch store/>
                <button type="button" class="pp-icon-btn" aria-label=words::SIGN_OUT title=words::SIGN_OUT on:click=move |_| store.sign_out()>
                    {icon(Glyph::LEAVE, "").embed()}
                </button>
            </header>
            <div class="pp-sessions__tools">
                <label class="pp-search">
                    {icon(Glyph::SEARCH, "").embed()}
                    <input
                        type="search"
                        placeholder=words::SEARCH
                        aria-label=words::SEARCH_LABEL
                        node_ref=search
                        prop:value=sessions.search
                        on:input=typed
                    />
                </label>
                <Tabs store/>
            </div>
            {move || notice.with(Option::is_some).then(|| notice_bar(move || notice.get()).embed())}
            <List store/>
        </section>
    }
}

#[component]
fn List(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let sessions = store.sessions;
    let is_empty = Memo::new(move |_| sessions.listed.with(Vec::is_empty));
    let empty = move || {
        let (title, text) = match (
            sessions.tab.get(),
            sessions.search.with(|search| search.trim().is_empty()),
        ) {
            _ if !sessions.loaded.get() => (words::LOADING, ""),
            (_, false) => (words::NONE_FOUND_TITLE, words::NONE_FOUND_TEXT),
            (Tab::Resolved, _) => (words::NONE_RESOLVED_TITLE, words::NONE_RESOLVED_TEXT),
            (Tab::Open, _) if sessions.knows_any() => (words::NONE_OPEN_TITLE, words::NONE_OPEN_TEXT),
            _ => (words::NONE_TITLE, words::NONE_TEXT),
        };
        view! { <Empty title text/> }
    };
    view! {
        <Show when=move || !is_empty.get() fallback=empty>
            <ul class="pp-sessions__list">
                <For
                    each=move || sessions.listed.get()
                    key=Clone::clone
                    children=move |id| {
                        let row = untrack(|| sessions.get(&id)).map(|session| view! { <SessionRow store session/> });
                        view! { <li>{row}</li> }
                    }
                />
                <Show when=move || sessions.next.with(Option::is_some)>
                    <li>
                        <button type="button" class="pp-load-older" on:click=move |_| store.read_more()>{words::MORE}</button>
                    </li>
                </Show>
            </ul>
        </Show>
    }
}
