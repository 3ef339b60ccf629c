//! What a message answers, within its bubble.

use super::avatar::Face;
use super::bubble::{Reader, is_deleted, shown_text};
use super::markup::plain;
use super::message_list::Extra;
use super::timeline::Row;
use super::words::Word;
use crate::dom::{Live, el};
use crate::state::ChatState;
use pocketping_core::engine::Entry;
use pocketping_core::model::{Message, ReplyTo, Sender};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// So many characters of the answered message are shown at most.
const MOST_CHARS: usize = 160;

/// The name of who is answered and the beginning of what they said, as it is now; it leads there, by `lead`. `face` is the
/// other side's.
pub(super) fn quote(
    state: ChatState,
    row: Row<Entry>,
    face: impl Fn() -> Face + Copy + 'static,
    lead: Live<Option<Arc<str>>>,
) -> Extra {
    let quoting = row.clone();
    Extra {
        shown: Rc::new(move || {
            quoting.with(|entry, _| entry.message.reply_to.is_some() && !is_deleted(&entry.shown()))
        }),
        build: Box::new(move || {
            let answered = row.with_untracked(|entry| entry.message.reply_to.clone());
            let known = RefCell::new(None);
            let id: Option<Arc<str>> = answered.as_ref().map(|answered| answered.id().as_str().into());
            let name = id.clone();
            let facts = Rc::new(move || {
                let mut known = known.borrow_mut();
                if known.is_none() {
                    *known = state.timeline.named(name.as_deref()?);
                }
                if let Some(row) = &*known {
                    return Some(row.with(|entry, _| facts_of(&entry.shown(), face)));
                }
                let Some(ReplyTo::Quote(quote)) = &answered else {
                    return None;
                };
                let text = if quote.deleted {
                    Word::Deleted.text().to_owned()
                } else {
                    beginning(&quote.content)
                };
                Some((sender_name(quote.sender, face), text))
            });
            let said = facts.clone();
            el("button.pp-reply-quote.pp-reply-quote-clickable[type=button]")
                .child(
                    el("span.pp-reply-sender[dir=auto]")
                        .text_of(move || facts().map(|(name, _)| name).unwrap_or_default()),
                )
                .child(
                    el("span.pp-reply-content[dir=auto]").text_of(move || {
                        said().map_or_else(|| Word::Quoted.text().to_owned(), |(_, text)| text)
                    }),
                )
                .on("click", move |_| lead.set(id.clone()))
        }),
    }
}

fn facts_of(message: &Message, face: impl Fn() -> Face) -> (String, String) {
    let name = match &message.operator {
        Some(operator) => operator.name.clone(),
        None => sender_name(message.sender, face),
    };
    let text = if is_deleted(message) {
        Word::Deleted.text().to_owned()
    } else {
        beginning(&shown_text(message))
    };
    (name, text)
}

fn sender_name(sender: Sender, face: impl Fn() -> Face) -> String {
    if Reader::Visitor.owns(sender) {
        Word::You.text().to_owned()
    } else {
        face().name
    }
}

fn beginning(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => [&text[..end], "…"].concat(),
        None => text,
    }
}
