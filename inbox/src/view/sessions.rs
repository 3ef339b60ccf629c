//! The list of conversations.

use super::empty::Empty;
use super::filters::Filters;
use super::glyphs;
use super::hits::Hits;
use super::my_self::Myself;
use super::presence_switch::PresenceSwitch;
use super::session_row::SessionRow;
use super::tabs::Tabs;
use crate::filter::Stage;
use crate::store::{Link, Store};
use crate::words;
use leptos::html::Input;
use leptos::prelude::*;
use pocketping_widget::view::{Glyph, NoticeText, icon, notice_bar};
use std::time::Duration;

/// The server is asked so long after the last key stroke in the search.
const SEARCH_PAUSE: Duration = Duration::from_millis(250);

/// Presence, search, filters and the list.
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
        sessions
            .filter
            .update(|filter| filter.text = event_target_value(&event));
        ask(());
    };
    let text = Memo::new(move |_| sessions.filter.with(|filter| filter.text.clone()));
    let notify = store.kept.notify;
    let notice = Memo::new(move |_| {
        match (store.link.get(), store.trouble.get()) {
            (Link::Down, _) => Some(NoticeText::unreachable(words::RECONNECTING)),
            // With a conversation beside it the trouble is told there.
            (_, Some(trouble)) if sessions.chosen().is_none() => Some(NoticeText::unreachable(trouble)),
            _ => None,
        }
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
                <button type="button" class="pp-icon-btn" aria-label=words::STATISTICS title=words::STATISTICS on:click=move |_| store.show_figures(None)>
                    {icon(glyphs::CHART, "").embed()}
                </button>
                {Store::can_notify().then(|| view! {
                    <button
                        type="button"
                        class="pp-icon-btn pp-notify"
                        aria-label=move || if notify.get() { words::NOTIFY_ON } else { words::NOTIFY_OFF }
                        title=move || if notify.get() { words::NOTIFY_ON } else { words::NOTIFY_OFF }
                        aria-pressed=move || if notify.get() { "true" } else { "false" }
                        on:click=move |_| store.toggle_notify()
                    >
                        {icon(glyphs::BELL, "").embed()}
                    </button>
                })}
            </header>
            <Myself store/>
            <div class="pp-sessions__tools">
                <label class="pp-search">
                    {icon(Glyph::SEARCH, "").embed()}
                    <input
                        type="search"
                        placeholder=words::SEARCH
                        aria-label=words::SEARCH_LABEL
                        node_ref=search
                        prop:value=text
                        on:input=typed
                    />
                </label>
                <Tabs store/>
                <Filters store/>
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
        let filter = sessions.filter.get();
        let searched = !filter.words().is_empty();
        let (title, text) = match filter.stage {
            _ if !sessions.loaded.get() => (words::LOADING, ""),
            // Found messages say enough.
            _ if searched && !store.search.hits.with(Vec::is_empty) => return None,
            _ if searched => (words::NONE_FOUND_TITLE, words::NONE_FOUND_TEXT),
            _ if filter.is_narrowed() => (words::NONE_FOUND_TITLE, words::NONE_FILTERED_TEXT),
            Stage::Pending => (words::NONE_PENDING_TITLE, words::NONE_PENDING_TEXT),
            Stage::Resolved => (words::NONE_RESOLVED_TITLE, words::NONE_RESOLVED_TEXT),
            Stage::Open if sessions.knows_any() => (words::NONE_OPEN_TITLE, words::NONE_OPEN_TEXT),
            _ => (words::NONE_TITLE, words::NONE_TEXT),
        };
        let clear = filter.is_narrowed().then(|| {
            let clear = move |_| store.refine(|filter| {
                filter.unanswered = false;
                filter.assignee = None;
                filter.tag = None;
            });
            view! { <button type="button" class="pp-btn pp-clear" on:click=clear>{words::CLEAR_FILTERS}</button> }
        });
        Some(view! { <Empty title text/> {clear} })
    };
    view! {
        <div class="pp-sessions__scroll">
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
        <Hits store/>
        </div>
    }
}
