//! The chosen conversation.

use super::conversation_bar::ConversationBar;
use super::empty::Empty;
use super::event_line::event_row;
use super::mark_line::mark_row;
use super::message::message;
use super::reply_box::ReplyBox;
use crate::store::{Dialog, Line, Link, Pane, Phase, Store};
use crate::{who, words};
use leptos::prelude::*;
use pocketping_core::SessionId;
use pocketping_core::model::OperatorSession;
use pocketping_widget::browser::focus::focus;
use pocketping_widget::browser::listener::Listener;
use pocketping_widget::dom::{El, Live, el, hold};
use pocketping_widget::view::{
    Extra, Face, Mend, MessageList, NoticeText, Older, Reader, Remedy, Row, notice_bar, typing_dots,
    use_media,
};
use std::rc::Rc;
use std::sync::Arc;

/// Only one pane fits.
const NARROW: &str = "(max-width: 719px)";
/// All three panes fit.
const WIDE: &str = "(min-width: 1100px)";

/// Bar, messages and composer; or a hint, while nothing is chosen.
#[component]
pub(super) fn ConversationPane(
    /// What is known.
    store: Store,
    /// The reply.
    reply: Live<Option<El>>,
) -> impl IntoView {
    // The id alone decides what is drawn anew: a change of the conversation only changes what it shows.
    let selected = Memo::new(move |_| store.sessions.chosen());
    let chosen = move || {
        let id = selected.get()?;
        let session = untrack(|| store.sessions.get(&id))?;
        Some(view! { <Chosen store reply id session/> })
    };
    view! {
        <main class="pp-conversation" aria-label=words::CONVERSATION>
            {move || chosen().map_or_else(
                || view! { <Pick store/> }.into_any(),
                IntoAny::into_any,
            )}
        </main>
    }
}

#[component]
fn Pick(
    /// What is known.
    store: Store,
) -> impl IntoView {
    view! {
        <div class="pp-pick">
            <Empty title=words::PICK text=words::PICK_TEXT/>
            <button type="button" class="pp-btn" on:click=move |_| store.open_dialog(Dialog::Keys)>{words::KEYS}</button>
        </div>
    }
}

#[component]
fn Chosen(
    /// What is known.
    store: Store,
    /// The reply.
    reply: Live<Option<El>>,
    /// The conversation's id.
    id: SessionId,
    /// The conversation.
    session: ArcRwSignal<OperatorSession>,
) -> impl IntoView {
    let session: Signal<OperatorSession> = session.into();
    let name = Memo::new(move |_| session.with(who::name));
    let face = Signal::derive(move || Face {
        name: name.get(),
        image: None,
    });
    let subject = id.clone();
    let typing = Memo::new(move |_| store.sessions.typing.with(|typing| typing.contains(&subject)));
    let notice = Memo::new(move |_| notice(store));
    mark_read_in_view(store);
    Effect::new(move |before: Option<u32>| {
        let summons = store.summons.get();
        if before.is_some_and(|before| before != summons)
            && let Some(field) = reply.get_untracked()
        {
            // After the menu or dialog that called has given the focus back.
            request_animation_frame(move || focus(field.html()));
        }
        summons
    });
    let about = id.clone();
    view! {
        <ConversationBar store session id=about face/>
        {thread(store, typing, move || face.get()).embed()}
        {move || notice.with(Option::is_some).then(|| notice_bar(move || notice.get()).embed())}
        <ReplyBox store reply id session/>
    }
}

/// The messages, and what can be done about them.
fn thread(store: Store, typing: Memo<bool>, face: impl Fn() -> Face + Copy + 'static) -> El {
    let mend: Mend = Rc::new(move |remedy, key| match remedy {
        Remedy::Retry => store.retry(&key),
        Remedy::Remove => store.give_up(&key),
    });
    let list = MessageList {
        timeline: store.thread.timeline,
        label: words::CONVERSATION,
        live: "polite",
        draw: Box::new(move |row, enter| draw(store, row, enter, face, mend.clone())),
        is_own: |line: &Line| {
            line.message()
                .is_some_and(|entry| Reader::Operator.owns(entry.message.sender))
        },
        head: None,
        tail: Some(Extra {
            shown: Rc::new(move || typing.get()),
            build: Box::new(move || typing_dots(face)),
        }),
        older: Some(Older {
            any: Box::new(move || store.thread.has_older.get()),
            read: Rc::new(move || store.read_older()),
        }),
        lead: lead(store),
    };
    list.append_to(el("div").class("pp-thread"))
}

/// A line never turns from one kind into another.
fn draw(
    store: Store,
    row: Row<Line>,
    enter: bool,
    face: impl Fn() -> Face + Copy + 'static,
    mend: Mend,
) -> El {
    match row.with_untracked(Line::clone) {
        Line::Event(line) => event_row(&line),
        Line::Mark(mark) => mark_row(store, &mark),
        Line::Message(_) => message(store, row, enter, face, mend),
    }
}

/// Leads to the message of a hit or a quotation: the list draws it, brings it into view and moves the focus there.
fn lead(store: Store) -> Live<Option<Arc<str>>> {
    let lead = Live::new(None);
    Effect::new(move |_| {
        if let Some(key) = store.search.target.get() {
            store.search.target.set(None);
            // Once the focus is given back by the menu or the list that it was chosen in.
            request_animation_frame(move || lead.set(Some(key.0)));
        }
    });
    lead
}

fn notice(store: Store) -> Option<NoticeText> {
    if let Phase::Failed(reason) = store.thread.phase.get() {
        return Some(NoticeText::unreachable(reason));
    }
    if let Some(trouble) = store.trouble.get() {
        return Some(NoticeText::unreachable(trouble));
    }
    (store.link.get() == Link::Down).then_some(NoticeText::offline(words::LINK_DOWN))
}

/// Messages count as read when they are on the screen of somebody who is there.
fn mark_read_in_view(store: Store) {
    let (narrow, wide) = (use_media(NARROW), use_media(WIDE));
    let visible = use_visible();
    Effect::new(move |_| {
        store.thread.timeline.rows().track();
        let shown = match store.pane.get() {
            Pane::Conversation => true,
            Pane::Sessions => !narrow.get(),
            Pane::Visitor => wide.get(),
        };
        if shown && visible.get() {
            store.see();
        }
    });
}

/// Whether the tab is in front.
fn use_visible() -> ReadSignal<bool> {
    let (visible, set_visible) = signal(!document().hidden());
    let heard = Rc::new(move |_| set_visible.set(!document().hidden()));
    hold(Listener::new(document().into(), "visibilitychange", heard));
    visible
}
