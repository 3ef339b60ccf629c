//! The widget's list of messages.

use super::avatar::{Face, avatar};
use super::bubble::{Reader, Remedy, bubble};
use super::message_list::{Extra, MessageList, Older};
use super::quote::quote;
use super::typing::typing_dots;
use super::words::Word;
use crate::dom::{El, Live, el};
use crate::state::{Actions, ChatState};
use pocketping_core::engine::{Command, Entry};
use std::rc::Rc;

/// Appends the messages, or the welcome while there are none, and the typing dots. `face` is the other side's.
pub(super) fn conversation(
    parent: El,
    state: ChatState,
    actions: Actions,
    face: impl Fn() -> Face + Copy + 'static,
) -> El {
    let mend = Rc::new(move |remedy, key| {
        actions.command(match remedy {
            Remedy::Retry => Command::Retry(key),
            Remedy::Remove => Command::Remove(key),
        });
    });
    let welcome = move || {
        state
            .appearance
            .with(|appearance| appearance.welcome_message.clone())
    };
    let greets = move || state.timeline.rows().with(Vec::is_empty) && welcome().is_some();
    let lead = Live::new(None);
    let list = MessageList {
        timeline: state.timeline,
        label: Word::Conversation.text(),
        live: "off",
        draw: Box::new(move |row, enter| {
            let follow = move |draw: &mut dyn FnMut(&Entry, _)| row.with(|entry, place| draw(entry, place));
            bubble(
                follow,
                Reader::Visitor,
                enter,
                face,
                mend.clone(),
                quote(state, face, lead),
            )
        }),
        is_own: |entry| Reader::Visitor.owns(entry.message.sender),
        head: Some(Extra {
            shown: Rc::new(greets),
            build: Box::new(move || greeting(welcome, face)),
        }),
        tail: Some(Extra {
            shown: Rc::new(move || state.operator_typing.get()),
            build: Box::new(move || typing_dots(face)),
        }),
        older: Some(Older {
            any: Box::new(move || state.has_older.get()),
            read: Rc::new(move || actions.command(Command::ReadOlder)),
        }),
        lead,
    };
    list.append_to(parent)
}

/// The welcome, as if the operator had written it.
fn greeting(text: impl Fn() -> Option<String> + 'static, face: impl Fn() -> Face + Copy + 'static) -> El {
    el("div.pp-welcome").child(avatar(face, "pp-avatar-small")).child(
        el("div.pp-message-content[part=bubble operator-bubble]").text_of(move || text().unwrap_or_default()),
    )
}
