//! What a message answers, within its bubble.

use super::attachments::in_words;
use super::avatar::Face;
use super::bubble::{Reader, is_deleted};
use super::message_text::plain;
use super::words::Word;
use crate::dom::{El, Live, el};
use crate::state::ChatState;
use pocketping_core::model::{Message, ReplyTo, Sender};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// So many characters of the answered message are shown at most.
const MOST_CHARS: usize = 160;

/// An element, and what draws into it whom a message answers and the beginning of what they said, as it is now; it leads
/// there, by `lead`. `face` is the other side's.
pub(super) fn quote(
    state: ChatState,
    face: impl Fn() -> Face + Copy + 'static,
    lead: Live<Option<Arc<str>>>,
) -> (El, impl Fn(&Message) + 'static) {
    let drawn = Rc::new(RefCell::new(None::<[String; 3]>));
    let led = drawn.clone();
    // Whatever is drawn into it, by effects that end what they made before.
    let place = el("div").on("click", move |_| {
        lead.set(led.borrow().as_ref().map(|[id, ..]| id.as_str().into()));
    });
    let draw = place.clone();
    (place, move |message| {
        let answered = message.reply_to.as_ref().filter(|_| !is_deleted(message));
        let now = answered.map(|answered| {
            let id = answered.id().as_str();
            let (name, text) = match (state.timeline.named(id), answered) {
                (Some(row), _) => row.with(|entry, _| {
                    let message = entry.shown();
                    let text = said(is_deleted(&message), in_words(&message));
                    let author = message.operator.as_ref().map(|author| author.name.clone());
                    (author.unwrap_or_else(|| name_of(message.sender, face)), text)
                }),
                (None, ReplyTo::Quote(quote)) => (
                    name_of(quote.sender, face),
                    said(quote.deleted, plain(&quote.content)),
                ),
                (None, ReplyTo::Id(_)) => (String::new(), Word::Quoted.text().to_owned()),
            };
            [id.to_owned(), name, text]
        });
        if *drawn.borrow() == now {
            return;
        }
        draw.set_text("");
        if let Some([_, name, text]) = &now {
            let button = el("button.pp-reply-quote.pp-reply-quote-clickable[type=button]")
                .child(el("span.pp-reply-sender[dir=auto]").text(name))
                .child(el("span.pp-reply-content[dir=auto]").text(text));
            draw.clone().child(button);
        }
        *drawn.borrow_mut() = now;
    })
}

fn name_of(sender: Sender, face: impl Fn() -> Face) -> String {
    if Reader::Visitor.owns(sender) {
        Word::You.text().to_owned()
    } else {
        face().name
    }
}

fn said(deleted: bool, text: String) -> String {
    if deleted {
        return Word::Deleted.text().to_owned();
    }
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => [&text[..end], "…"].concat(),
        None => text,
    }
}
