//! One message. Shared by the widget and the inbox, which differ in whose side is whose.

use super::attachments;
use super::avatar::{Face, avatar};
use super::grouping::Place;
use super::icon::{Glyph, icon};
use super::message_meta::{Meta, write_meta};
use super::message_text::write_text;
use super::timeline::Item;
use super::words::{self, Word};
use crate::dom::{El, Live, effect, el};
use pocketping_core::engine::{Delivery, Entry, EntryKey};
use pocketping_core::model::{Message, Sender};
use std::rc::Rc;

/// Who is reading: their own messages stand at the end side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The visitor, in the widget.
    Visitor,
    /// An operator, in the inbox.
    Operator,
}

impl Reader {
    /// Whether a sender's messages are the reader's own side's.
    pub fn owns(self, sender: Sender) -> bool {
        (sender == Sender::Visitor) == (self == Reader::Visitor)
    }
}

/// What a reader can do about a message that was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again.
    Retry,
    /// Give it up.
    Remove,
}

/// Called with what the reader wants done about which message.
pub type Mend = Rc<dyn Fn(Remedy, EntryKey)>;

/// A message with its picture, text, time and status.
///
/// `follow` hands over the message and its place, now and whenever they change. `enter`: it comes in while the
/// list is shown. `face` is the other side's, `quote` is where what it answers is drawn, and
/// draws it.
pub fn bubble(
    follow: impl Fn(&mut dyn FnMut(&Entry, Place)) + 'static,
    reader: Reader,
    enter: bool,
    face: impl Fn() -> Face + Copy + 'static,
    mend: Mend,
    quote: (El, impl Fn(&Message) + 'static),
) -> El {
    let root = el("div[part=message]");
    let author = Live::new(None::<Face>);
    let (is_pictured, is_ai, is_own) = (Live::new(false), Live::new(false), Live::new(false));
    let failed = Live::new(None::<EntryKey>);
    let mut drawn = Drawn::default();
    let parts = Parts {
        root: root.clone(),
        text: el("span[dir=auto]"),
        files: el("div.pp-message-attachments"),
        meta: el("div.pp-message__meta"),
    };
    let (text, files, meta) = (parts.text.clone(), parts.files.clone(), parts.meta.clone());
    let (quoted, draw_quote) = quote;
    effect(move || {
        follow(&mut |entry, place| {
            let own = reader.owns(entry.message.sender);
            is_own.set_if_new(own);
            is_ai.set_if_new(entry.message.sender == Sender::Ai && place.first);
            is_pictured.set_if_new(!own && place.last);
            author.set_if_new(face_of(entry));
            failed.set_if_new(is_failed(entry).then(|| entry.key.clone()));
            drawn.draw(&parts, entry, place, own, enter);
            draw_quote(&entry.shown());
        });
    });
    let shown_face = move || author.get().unwrap_or_else(face);
    let part = move || {
        let side = if is_own.get() { "visitor" } else { "operator" };
        Some(["bubble ", side, "-bubble"].concat())
    };
    let content = el("div.pp-message-content")
        .attr_of("part", part)
        .child(quoted)
        .show(
            move || is_ai.get(),
            || el("span.pp-ai-badge").text(Word::Ai.text()),
        )
        .child(text)
        .child(files);
    root.show(
        move || is_pictured.get(),
        move || avatar(shown_face, "pp-avatar-small"),
    )
    .child(content)
    .child(meta)
    .show(
        move || failed.with(Option::is_some),
        move || failure(failed, mend.clone()),
    )
}

/// What a bubble always has.
struct Parts {
    root: El,
    text: El,
    files: El,
    meta: El,
}

/// What was drawn last: text and meta are drawn anew only when they differ, so that a selection survives a new
/// status.
#[derive(Default)]
struct Drawn {
    /// `Some(None)` for a message that is deleted.
    text: Option<Option<String>>,
    files: String,
    meta: Option<Meta>,
}

impl Drawn {
    fn draw(&mut self, parts: &Parts, entry: &Entry, place: Place, own: bool, enter: bool) {
        let message = &*entry.shown();
        parts
            .root
            .set("class", &class_of(entry, message, place, own, enter));
        parts.root.set("id", &entry.element_id());
        let text = Some((!is_deleted(message)).then(|| message.content.clone()));
        if self.text != text {
            parts.text.set_text("");
            match &text {
                Some(Some(text)) => write_text(parts.text.element(), text),
                _ => drop(parts.text.clone().child(deleted())),
            }
            self.text = text;
        }
        attachments::draw(&parts.files, message, &mut self.files);
        let meta = meta_of(entry, message, own);
        if self.meta != Some(meta) {
            parts.meta.set_text("");
            write_meta(parts.meta.clone(), meta);
            self.meta = Some(meta);
        }
    }
}

fn failure(key: Live<Option<EntryKey>>, mend: Mend) -> El {
    let button = |class: &str, text: &str, remedy: Remedy| {
        let mend = mend.clone();
        el(&["button.pp-link.", class, "[type=button]"].concat())
            .text(text)
            .on("click", move |_| {
                if let Some(key) = key.get_untracked() {
                    mend(remedy, key);
                }
            })
    };
    el("div.pp-message__failure")
        .child(el("span").text(Word::Failed.text()))
        .child(button("pp-message__retry", Word::Retry.text(), Remedy::Retry))
        .child(el("span[aria-hidden=true]").text(words::DOT))
        .child(button("pp-message__remove", Word::Remove.text(), Remedy::Remove))
}

fn deleted() -> El {
    el("span.pp-deleted-content")
        .child(icon(Glyph::BIN, "pp-deleted-icon"))
        .text(Word::Deleted.text())
}

fn class_of(entry: &Entry, message: &Message, place: Place, own: bool, enter: bool) -> String {
    let sender = match message.sender {
        Sender::Visitor => "pp-message pp-message-visitor",
        Sender::Ai => "pp-message pp-message-ai",
        _ => "pp-message pp-message-operator",
    };
    let mut class = sender.to_owned();
    for (wanted, name) in [
        (own, " pp-own"),
        (place.first, " pp-first"),
        (place.last, " pp-last"),
        (is_deleted(message), " pp-message-deleted"),
        (is_failed(entry), " pp-message-failed"),
        (message.private, " pp-message-note"),
        (enter, " pp-enter"),
    ] {
        if wanted {
            class.push_str(name);
        }
    }
    class
}

pub(super) fn is_deleted(message: &Message) -> bool {
    message.deleted_at.is_some()
}

fn is_failed(entry: &Entry) -> bool {
    matches!(entry.delivery, Delivery::Failed(_))
}

fn face_of(entry: &Entry) -> Option<Face> {
    entry.message.operator.as_ref().map(|operator| Face {
        name: operator.name.clone(),
        image: operator.avatar.clone(),
    })
}

fn meta_of(entry: &Entry, message: &Message, own: bool) -> Meta {
    let delivery = if entry.is_pending() {
        // The edit or deletion, that is; the message itself has come further.
        Some(Delivery::Sending)
    } else {
        (own && !is_deleted(message)).then_some(entry.delivery)
    };
    Meta {
        at: message.timestamp,
        edited: message.edited_at.is_some() && !is_deleted(message),
        pending: entry.is_pending(),
        delivery,
    }
}
