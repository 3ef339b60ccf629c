//! One message. Shared by the widget and the inbox, which differ in whose side is whose.

use super::avatar::{Avatar, Face};
use super::grouping::Place;
use super::icon::{Glyph, Icon};
use super::message_meta::{MessageMeta, Meta};
use super::message_text::MessageText;
use super::words;
use leptos::prelude::*;
use pocketping_core::engine::{Delivery, Entry, EntryKey};
use pocketping_core::model::Sender;

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
#[derive(Clone, Copy)]
pub struct Remedy {
    /// Try again.
    pub retry: UnsyncCallback<EntryKey>,
    /// Give it up.
    pub remove: UnsyncCallback<EntryKey>,
}

/// A message with its picture, text, time and status.
#[component]
pub fn Bubble(
    /// The message.
    #[prop(into)]
    entry: Signal<Entry>,
    /// Where it stands among its neighbours.
    #[prop(into)]
    place: Signal<Place>,
    /// Who is reading.
    reader: Reader,
    /// Whether it comes in while the list is shown.
    enter: bool,
    /// The other side's face.
    face: Signal<Face>,
    /// For messages that were not sent.
    remedy: Remedy,
) -> impl IntoView {
    let sender = entry.with_untracked(|entry| entry.message.sender);
    let own = reader.owns(sender);
    let id = move || entry.with(|entry| ["pp-msg-", entry.message.id.as_str()].concat());
    let class = move || entry.with(|entry| class_of(entry, place.get(), own, enter));
    let author = Signal::derive(move || entry.with(face_of).unwrap_or_else(|| face.get()));
    let picture = move || {
        let shown = !own && place.with(|place| place.last);
        shown.then(|| view! { <Avatar face=author size="pp-avatar-small"/> })
    };
    let ai_badge = move || {
        let shown = sender == Sender::Ai && place.with(|place| place.first);
        shown.then(|| view! { <span class="pp-ai-badge">{words::AI}</span> })
    };
    // The text is drawn anew only when it changes, so that a selection survives a new status.
    let text =
        Memo::new(move |_| entry.with(|entry| (!is_deleted(entry)).then(|| entry.message.content.clone())));
    let content = move || match text.get() {
        Some(text) => view! { <MessageText text/> }.into_any(),
        None => deleted().into_any(),
    };
    let meta = Memo::new(move |_| entry.with(|entry| meta_of(entry, own)));
    let failed = Memo::new(move |_| {
        entry
            .with(is_failed)
            .then(|| entry.with(|entry| entry.key.clone()))
    });
    let part = if own {
        "bubble visitor-bubble"
    } else {
        "bubble operator-bubble"
    };
    view! {
        <div class=class id=id part="message">
            {picture}
            <div class="pp-message-content" part=part>{ai_badge}{content}</div>
            <div class="pp-message__meta">{move || view! { <MessageMeta meta=meta.get()/> }}</div>
            {move || failed.get().map(|key| view! { <Failure key remedy/> })}
        </div>
    }
}

#[component]
fn Failure(
    /// Which message.
    key: EntryKey,
    /// What can be done.
    remedy: Remedy,
) -> impl IntoView {
    let again = key.clone();
    view! {
        <div class="pp-message__failure">
            <span>{words::NOT_SENT_SENTENCE}</span>
            <button type="button" class="pp-link pp-message__retry" on:click=move |_| remedy.retry.run(again.clone())>
                {words::RETRY}
            </button>
            <span aria-hidden="true">{words::DOT}</span>
            <button type="button" class="pp-link pp-message__remove" on:click=move |_| remedy.remove.run(key.clone())>
                {words::REMOVE}
            </button>
        </div>
    }
}

fn deleted() -> impl IntoView {
    view! {
        <span class="pp-deleted-content">
            <Icon glyph=Glyph::BIN class="pp-deleted-icon"/>
            {words::DELETED}
        </span>
    }
}

fn class_of(entry: &Entry, place: Place, own: bool, enter: bool) -> String {
    let sender = match entry.message.sender {
        Sender::Visitor => "pp-message pp-message-visitor",
        Sender::Ai => "pp-message pp-message-ai",
        _ => "pp-message pp-message-operator",
    };
    let mut class = sender.to_owned();
    for (wanted, name) in [
        (own, " pp-own"),
        (place.first, " pp-first"),
        (place.last, " pp-last"),
        (is_deleted(entry), " pp-message-deleted"),
        (
            matches!(entry.delivery, Delivery::Failed(_)),
            " pp-message-failed",
        ),
        (entry.message.private, " pp-message-note"),
        (enter, " pp-enter"),
    ] {
        if wanted {
            class.push_str(name);
        }
    }
    class
}

fn is_deleted(entry: &Entry) -> bool {
    entry.message.deleted_at.is_some()
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

fn meta_of(entry: &Entry, own: bool) -> Meta {
    Meta {
        at: entry.message.timestamp,
        edited: entry.message.edited_at.is_some() && !is_deleted(entry),
        delivery: (own && !is_deleted(entry)).then_some(entry.delivery),
    }
}
