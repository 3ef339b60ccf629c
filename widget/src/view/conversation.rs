//! The widget's list of messages.

use super::avatar::{Avatar, Face};
use super::bubble::{Bubble, Reader, Remedy};
use super::message_list::MessageList;
use super::typing::TypingDots;
use super::words;
use crate::state::{Actions, ChatState};
use leptos::prelude::*;
use pocketping_core::engine::{Command, Entry};

/// Messages, or the welcome while there are none, and the typing dots.
#[component]
pub(super) fn Conversation(
    /// What is shown.
    state: ChatState,
    /// What can be done.
    actions: Actions,
    /// The other side's face.
    face: Signal<Face>,
) -> impl IntoView {
    let remedy = Remedy {
        retry: UnsyncCallback::new(move |key| actions.command(Command::Retry(key))),
        remove: UnsyncCallback::new(move |key| actions.command(Command::Remove(key))),
    };
    let rows = state.timeline.rows();
    let welcome = Memo::new(move |_| {
        let empty = rows.with(Vec::is_empty);
        empty
            .then(|| {
                state
                    .appearance
                    .with(|appearance| appearance.welcome_message.clone())
            })
            .flatten()
    });
    let head = move || welcome.get().map(|text| view! { <Welcome text face/> });
    let typing = state.operator_typing;
    view! {
        <MessageList
            timeline=state.timeline
            label=words::CONVERSATION.to_owned()
            live="off"
            draw=move |row, enter| {
                view! { <Bubble entry=row.item place=row.place reader=Reader::Visitor enter face remedy/> }
            }
            is_own=|entry: &Entry| Reader::Visitor.owns(entry.message.sender)
            head=head
            tail=move || typing.get().then(|| view! { <TypingDots face/> })
            tail_shown=typing
        />
    }
}

/// The welcome, as if the operator had written it.
#[component]
fn Welcome(
    /// What it says.
    text: String,
    /// Who says it.
    face: Signal<Face>,
) -> impl IntoView {
    view! {
        <div class="pp-welcome">
            <Avatar face size="pp-avatar-small"/>
            <div class="pp-message-content" part="bubble operator-bubble">{text}</div>
        </div>
    }
}
