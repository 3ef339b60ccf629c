//! What the stream tells.

use super::{Line, Store, marks};
use leptos::prelude::*;
use pocketping_core::SessionId;
use pocketping_core::envelope::{ServerEnvelope, ServerEvent};
use pocketping_core::model::{Message, MessageStatus, OperatorSession, Sender};
use pocketping_widget::browser::clock;

impl Store {
    /// Takes over what happened.
    pub(super) fn take(self, envelope: ServerEnvelope) {
        let subject = envelope.session_id;
        match envelope.event {
            ServerEvent::Session(session) => self.take_session(*session),
            ServerEvent::Presence(presence) => self.online.set(presence.online),
            ServerEvent::Resync => self.reread(),
            ServerEvent::Message(message) => self.take_message(*message),
            ServerEvent::Typing(typing) if typing.sender == Sender::Visitor => {
                if let Some(id) = typing.session_id.or(subject) {
                    self.note_typing(id, typing.is_typing);
                }
            }
            ServerEvent::Custom(event) => {
                if let Some(id) = event.session_id.clone().or(subject) {
                    let line = self.thread.keep_event(&id, event);
                    if self.shows(&id) {
                        self.thread.put(line);
                    }
                }
            }
            event if subject.is_some_and(|id| self.shows(&id)) => self.change_shown(event),
            // What is about a conversation that is not shown is read when it is.
            _ => {}
        }
    }

    /// Takes over a conversation as it is now, and shows what is new about it.
    pub(super) fn take_session(self, session: OperatorSession) {
        let id = session.id.clone();
        let before = untrack(|| self.sessions.get(&id)).map(|known| known.get_untracked());
        if let Some(before) = before.filter(|before| *before != session) {
            for line in marks::told_between(&before, &session, clock::now().wall, self.thread.count()) {
                self.thread.keep(&id, line.clone());
                if self.shows(&id) {
                    self.thread.put(line);
                }
            }
        }
        self.sessions.put(session);
        if self.shows(&id) {
            self.mark_chosen();
        }
    }

    fn take_message(self, message: Message) {
        if message.sender == Sender::Visitor {
            self.note_typing(message.session_id.clone(), false);
            self.notify(&message);
        }
        if let Some(id) = &message.client_message_id {
            self.answers.arrived(id);
        }
        if self.shows(&message.session_id) {
            self.thread.put(Line::stored(message));
        }
    }

    fn change_shown(self, event: ServerEvent) {
        match event {
            ServerEvent::MessageEdited(edit) => self.thread.change(&edit.message_id, |message| {
                message.content = edit.content;
                message.edited_at = Some(edit.edited_at);
            }),
            ServerEvent::MessageDeleted(deletion) => self.thread.change(&deletion.message_id, |message| {
                message.deleted_at = Some(deletion.deleted_at);
            }),
            ServerEvent::Read(receipt) => {
                for id in &receipt.message_ids {
                    self.thread.change(id, |message| {
                        let status = message.status.unwrap_or(MessageStatus::Sent);
                        message.status = Some(status.max(receipt.status));
                        message.delivered_at = message.delivered_at.or(receipt.delivered_at);
                        message.read_at = message.read_at.or(receipt.read_at);
                    });
                }
            }
            _ => {}
        }
    }

    fn reread(self) {
        self.refresh_list();
        self.read_thread();
    }

    fn shows(self, id: &SessionId) -> bool {
        self.sessions
            .selected
            .with_untracked(|selected| selected.as_ref() == Some(id))
    }
}
