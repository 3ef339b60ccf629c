//! The chosen conversation.

use super::conversation_bar::ConversationBar;
use super::empty::Empty;
use super::event_line::event_row;
use crate::store::{Line, Link, Pane, Phase, Store};
use crate::{who, words};
use leptos::prelude::*;
use pocketping_core::SessionId;
use pocketping_core::engine::Entry;
use pocketping_core::model::OperatorSession;
use pocketping_widget::browser::listener::Listener;
use pocketping_widget::dom::{El, Live, el, hold};
use pocketping_widget::view::{
    Composer, Extra, Face, Mend, MessageList, NoticeText, Older, Place, Reader, Remedy, Row, bubble,
    notice_bar, typing_dots, use_media,
};
use std::rc::Rc;

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
                || view! { <Empty title=words::PICK text=words::PICK_TEXT/> }.into_any(),
                IntoAny::into_any,
            )}
        </main>
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
    let draft = RwSignal::from(store.thread.draft(&id));
    let subject = id.clone();
    let typing = Memo::new(move |_| store.sessions.typing.with(|typing| typing.contains(&subject)));
    let notice = Memo::new(move |_| notice(store));
    mark_read_in_view(store);
    let composed = Composer {
        draft: Rc::new(move || draft.get()),
        write: Rc::new(move |text| draft.set(text)),
        placeholder: Box::new(|| words::REPLY_PLACEHOLDER.to_owned()),
        label: words::REPLY,
        send: Box::new(move |text| store.answer(text)),
        typing: Box::new(move |typing| store.compose(typing)),
    }
    .build();
    reply.set(Some(composed.field));
    on_cleanup(move || reply.set(None));
    view! {
        <ConversationBar store session id face/>
        {thread(store, typing, move || face.get()).embed()}
        {move || notice.with(Option::is_some).then(|| notice_bar(move || notice.get()).embed())}
        {composed.form.embed()}
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
        draw: Box::new(move |row, enter| draw(row, enter, face, mend.clone())),
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
    };
    list.append_to(el("div").class("pp-thread"))
}

/// A line never turns from a message into an event.
fn draw(row: Row<Line>, enter: bool, face: impl Fn() -> Face + Copy + 'static, mend: Mend) -> El {
    match row.with_untracked(Line::clone) {
        Line::Event(line) => event_row(&line),
        Line::Message(_) => {
            let follow = move |draw: &mut dyn FnMut(&Entry, Place)| {
                row.with(|line, place| {
                    if let Some(entry) = line.message() {
                        draw(entry, place);
                    }
                });
            };
            bubble(follow, Reader::Operator, enter, face, mend)
        }
    }
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
