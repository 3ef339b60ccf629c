//! The chosen conversation.

use super::conversation_bar::ConversationBar;
use super::empty::Empty;
use super::event_line::EventRow;
use crate::store::{Line, Link, Pane, Phase, Store};
use crate::{who, words};
use leptos::html::Textarea;
use leptos::prelude::*;
use pocketping_core::SessionId;
use pocketping_core::engine::Entry;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::{
    Bubble, Composer, Face, MessageList, NoticeBar, NoticeText, Older, Reader, Remedy, Row, TypingDots,
    use_media,
};

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
    reply: NodeRef<Textarea>,
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
    reply: NodeRef<Textarea>,
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
    let remedy = Remedy {
        retry: UnsyncCallback::new(move |key| store.retry(&key)),
        remove: UnsyncCallback::new(move |key| store.give_up(&key)),
    };
    let older = Older {
        any: store.thread.has_older.into(),
        read: UnsyncCallback::new(move |()| store.read_older()),
    };
    view! {
        <ConversationBar store session id face/>
        <MessageList
            timeline=store.thread.timeline
            label=words::CONVERSATION.to_owned()
            live="polite"
            draw=move |row, enter| draw(row, enter, face, remedy)
            is_own=|line: &Line| line.message().is_some_and(|entry| Reader::Operator.owns(entry.message.sender))
            head=|| ()
            tail=move || typing.get().then(|| view! { <TypingDots face/> })
            tail_shown=typing
            older
        />
        <NoticeBar notice/>
        <Composer
            draft
            placeholder=words::REPLY_PLACEHOLDER.to_owned()
            label=words::REPLY
            field=reply
            send=UnsyncCallback::new(move |text| store.answer(text))
            typing=UnsyncCallback::new(move |typing| store.compose(typing))
        />
    }
}

fn draw(row: Row<Line>, enter: bool, face: Signal<Face>, remedy: Remedy) -> AnyView {
    let first = row.item.get_untracked();
    let item = row.item;
    match first {
        Line::Event(line) => view! { <EventRow line/> }.into_any(),
        Line::Message(first) => {
            // A line never turns from a message into an event.
            let entry = move || item.with(|line| line.message().cloned().unwrap_or_else(|| (*first).clone()));
            let entry: Signal<Entry> = Signal::derive(entry);
            view! { <Bubble entry place=row.place reader=Reader::Operator enter face remedy/> }.into_any()
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
    let visible = use_visible(store);
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
fn use_visible(_store: Store) -> ReadSignal<bool> {
    let (visible, set_visible) = signal(!document().hidden());
    let heard = std::rc::Rc::new(move |_| set_visible.set(!document().hidden()));
    let listener =
        pocketping_widget::browser::listener::Listener::new(document().into(), &["visibilitychange"], heard);
    StoredValue::new_local(listener);
    visible
}
