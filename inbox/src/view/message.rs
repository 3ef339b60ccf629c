//! A message in the conversation: the widget's bubble, with what operators have beside it.

use super::glyphs;
use super::message_menu::menu;
use super::rich::{self, rich};
use crate::store::{Dialog, Line, Store};
use crate::{who, words};
use pocketping_core::engine::{Delivery, Entry};
use pocketping_core::model::{Message, ReplyTo, Sender};
use pocketping_widget::dom::{El, Live, effect, el};
use pocketping_widget::view::{Face, Mend, Place, Reader, Row, avatar, bubble, icon};
use std::rc::Rc;

/// Most characters of a message that a quotation shows.
const QUOTE_CHARS: usize = 160;

/// Quotation, bubble and what can be done.
pub(super) fn message(
    store: Store,
    row: Row<Line>,
    enter: bool,
    face: impl Fn() -> Face + Copy + 'static,
    mend: Mend,
) -> El {
    let followed = row.clone();
    let follow = move |draw: &mut dyn FnMut(&Entry, Place)| {
        row.with(|line, place| {
            if let Some(entry) = line.message() {
                draw(entry, place);
            }
        });
    };
    let root = bubble(follow, Reader::Operator, enter, face, mend, (el("div"), |_| {}));
    let shown = Live::new(None::<Message>);
    let is_stored = Live::new(false);
    effect(move || {
        let (message, stored) = followed.with(|line, _| {
            let entry = line.message();
            let stored =
                entry.is_some_and(|entry| !matches!(entry.delivery, Delivery::Sending | Delivery::Failed(_)));
            (entry.map(|entry| entry.message.clone()), stored)
        });
        shown.set_if_new(message);
        is_stored.set_if_new(stored);
    });
    let ask =
        move |test: fn(&Message) -> bool| move || shown.with(|message| message.as_ref().is_some_and(test));
    root.show(ask(is_quoting), move || quotation(store, shown))
        .show(ask(rich::is_shown), move || rich(shown))
        .show(ask(|message| message.operator.is_some()), move || author(shown))
        .show(ask(|message| message.private), note_badge)
        .show(ask(is_readable), move || deleted_text(shown))
        .show(
            move || is_stored.get() && ask(|message| message.deleted_at.is_none())(),
            move || actions(store, shown),
        )
}

fn is_quoting(message: &Message) -> bool {
    message.reply_to.is_some() && message.deleted_at.is_none()
}

/// Operators may read what was deleted.
fn is_readable(message: &Message) -> bool {
    message.deleted_at.is_some() && !message.content.is_empty()
}

fn note_badge() -> El {
    el("p.pp-note-badge")
        .child(icon(glyphs::NOTE, ""))
        .text(words::NOTE_BADGE)
}

fn deleted_text(shown: Live<Option<Message>>) -> El {
    let text = shown.with(|message| message.as_ref().map(|message| message.content.clone()));
    el("details.pp-deleted-text")
        .child(el("summary").text(words::SHOW_DELETED))
        .child(el("p[dir=auto]").text(&text.unwrap_or_default()))
}

/// What is answered; it leads there.
fn quotation(store: Store, shown: Live<Option<Message>>) -> El {
    let answered = shown.with(|message| {
        let message = message.as_ref()?;
        Some((message.session_id.clone(), message.reply_to.clone()?))
    });
    let Some((session, answered)) = answered else {
        return el("span");
    };
    let id = answered.id().clone();
    let text = match (store.thread.message(&id), &answered) {
        (Some(message), _) => short(who::text(&message)),
        (None, ReplyTo::Quote(quote)) => short(&quote.content),
        (None, ReplyTo::Id(_)) => words::EARLIER_MESSAGE.to_owned(),
    };
    el("button.pp-quote[type=button][dir=auto]")
        .text(&text)
        .on("click", move |_| store.jump(session.clone(), id.clone()))
}

fn short(text: &str) -> String {
    text.chars().take(QUOTE_CHARS).collect()
}

/// Who of us wrote it.
fn author(shown: Live<Option<Message>>) -> El {
    let face = move || {
        let operator = shown.with(|message| message.as_ref()?.operator.clone());
        Face {
            name: operator.as_ref().map(|one| one.name.clone()).unwrap_or_default(),
            image: operator.and_then(|one| one.avatar),
        }
    };
    el("span.pp-author")
        .child(avatar(face, "pp-avatar-small"))
        .child(el("span[dir=auto]").text(&face().name))
}

fn actions(store: Store, shown: Live<Option<Message>>) -> El {
    let with = move |act: fn(Store, Message)| -> Rc<dyn Fn()> {
        Rc::new(move || {
            if let Some(message) = shown.try_get_untracked().flatten() {
                act(store, message);
            }
        })
    };
    let (is_note, is_own, is_editable) = shown.with(|message| {
        let message = message.as_ref();
        let own = |message: &Message| message.sender == Sender::Operator;
        (
            message.is_some_and(|message| message.private),
            message.is_some_and(own),
            message.is_some_and(|message| store.may_edit(message)),
        )
    });
    let mut entries = Vec::new();
    if !is_note {
        let reply = with(|store, message| store.reply_to(message));
        entries.push((words::REPLY, glyphs::REPLY, reply));
    }
    if is_own {
        let delete = with(|store, message| store.open_dialog(Dialog::Delete(message)));
        if is_editable {
            let edit = with(|store, message| store.open_dialog(Dialog::Edit(message)));
            entries.push((words::EDIT, glyphs::PENCIL, edit));
        }
        entries.push((words::DELETE, pocketping_widget::view::Glyph::BIN, delete));
    }
    menu(words::ACTIONS, entries)
}
