//! The one bridge between the engine and the views: changes become signals, user actions become commands.

use crate::dom::Live;
use crate::view::{Appearance, Timeline, local_day};
use pocketping_core::ClientMessageId;
use pocketping_core::engine::{
    Change, Command, Connection, Conversation, Delivery, Entry, EntryKey, FailureReason, Notice,
};
use pocketping_core::model::{Message, Sender};
use std::rc::Rc;

/// What the views show, as signals. Only [`ChatState::apply`] and the driver write them.
#[derive(Clone, Copy)]
pub struct ChatState {
    /// The messages: one changes, one bubble changes.
    pub timeline: Timeline<Entry>,
    /// Whether the server has older messages than the timeline.
    pub has_older: Live<bool>,
    /// The other side's messages that were not seen.
    pub unread: Live<usize>,
    /// Whether an operator is online.
    pub operator_online: Live<bool>,
    /// Whether the other side is typing.
    pub operator_typing: Live<bool>,
    /// How the conversation is connected.
    pub connection: Live<Connection>,
    /// Whether the window is open.
    pub open: Live<bool>,
    /// Names, texts, colours and place.
    pub appearance: Live<Appearance>,
    /// Whether unsent messages would be lost with the page, because the browser stores nothing.
    pub volatile: Live<bool>,
    /// Why the last message was not even taken; its text is the composer's again.
    pub refused: Live<Option<FailureReason>>,
    /// The newest message that came from the other side while this page was there.
    pub arrived: Live<Option<EntryKey>>,
    /// What the visitor has typed and not sent; outlives the window.
    pub draft: Live<String>,
    /// The uploads that go with what is typed; they outlive the window too.
    pub files: Live<Vec<ClientMessageId>>,
    sending: Live<Vec<EntryKey>>,
}

impl ChatState {
    /// The state of a conversation that has not begun, looking as the page's options say.
    pub fn new(appearance: Appearance) -> Self {
        ChatState {
            timeline: Timeline::new(local_day),
            has_older: Live::new(false),
            unread: Live::new(0),
            operator_online: Live::new(false),
            operator_typing: Live::new(false),
            connection: Live::new(Connection::default()),
            open: Live::new(false),
            appearance: Live::new(appearance),
            volatile: Live::new(false),
            refused: Live::new(None),
            arrived: Live::new(None),
            draft: Live::new(String::new()),
            files: Live::new(Vec::new()),
            sending: Live::new(Vec::new()),
        }
    }

    /// Whether a message is on its way; the running effect follows it.
    pub fn is_unsent(&self) -> bool {
        !self.sending.with(Vec::is_empty)
    }

    /// The direction in which the widget's language is written, as the attribute `dir` says it.
    pub fn direction(&self) -> Option<String> {
        self.appearance.with(|shown| shown.direction.clone())
    }

    /// Reads the newest message that came from the other side, as it is now; the running effect follows it.
    pub fn with_arrived<R>(&self, read: impl FnOnce(&Message) -> R) -> Option<R> {
        let key = self.arrived.get()?;
        let row = self.timeline.row_of(&key)?;
        Some(row.with(|entry, _| read(&entry.message)))
    }

    /// Takes over what a change says, reading the entries it names from the conversation.
    pub fn apply(&self, change: &Change, conversation: &Conversation) {
        match change {
            Change::Connected { appearance, .. } | Change::Config(appearance) => {
                self.appearance.update(|shown| shown.merge(appearance));
            }
            Change::Connection(connection) => self.connection.set(*connection),
            Change::Timeline => self.replace(conversation),
            Change::Added(key) | Change::Updated(key) => match conversation.entry(key) {
                Some(entry) => self.put(entry, conversation),
                None => self.remove(key),
            },
            Change::Removed(key) => self.remove(key),
            Change::Arrived(message) => {
                let entry = conversation.entry(&EntryKey(message.id.as_str().into()));
                self.arrived.set(entry.map(|entry| entry.key.clone()));
            }
            Change::HasMore(more) => self.has_older.set(*more),
            Change::Unread(count) => self.unread.set(*count),
            Change::Presence(online) => self.operator_online.set(*online),
            Change::Typing(typing) => self.operator_typing.set(*typing),
            Change::Open(open) => self.open.set(*open),
            // A message that was taken has a bubble, which says it.
            Change::Undeliverable {
                client_message_id,
                reason,
                content,
            } if conversation
                .entry(&EntryKey(client_message_id.as_str().into()))
                .is_none() =>
            {
                self.refused.set(Some(*reason));
                if let Some(text) = content
                    .as_ref()
                    .filter(|_| self.draft.with_untracked(String::is_empty))
                {
                    self.draft.set(text.clone());
                }
            }
            Change::Notice(Notice::StorageDegraded(_)) => self.volatile.set(true),
            // The rest is for the page's callbacks, not for the eye.
            _ => {}
        }
    }

    fn replace(&self, conversation: &Conversation) {
        let entries = conversation.entries();
        let unsent = entries.iter().filter(|entry| is_unsent(entry));
        self.sending.set(unsent.map(|entry| entry.key.clone()).collect());
        self.timeline.replace(entries);
    }

    fn put(&self, entry: &Entry, conversation: &Conversation) {
        self.note_sending(&entry.key, is_unsent(entry));
        let entries = conversation.entries();
        // From the end, where things happen. The engine's order is the order.
        let at = entries.iter().rposition(|known| known.key == entry.key);
        let next = at.and_then(|at| entries.get(at + 1)).map(|next| &next.key);
        if !self.timeline.put_before(entry.clone(), next) {
            self.timeline.replace(entries);
        }
    }

    fn remove(&self, key: &EntryKey) {
        self.note_sending(key, false);
        self.timeline.remove(key);
    }

    fn note_sending(&self, key: &EntryKey, unsent: bool) {
        if self.sending.with_untracked(|keys| keys.contains(key)) == unsent {
            return;
        }
        self.sending.update(|keys| {
            if unsent {
                keys.push(key.clone());
            } else {
                keys.retain(|known| known != key);
            }
        });
    }
}

/// Sends what the visitor has typed, with the files that go with it, as an answer to the message of that id if there is one;
/// what is not taken goes back into the composer.
pub fn send(state: ChatState, actions: Actions, content: String, reply_to: Option<String>) {
    state.refused.set(None);
    let uploads = state.files.get_untracked();
    state.files.set(Vec::new());
    actions.command(Command::Send {
        content: content.clone(),
        reply_to: reply_to.map(Into::into),
        attachment_ids: Vec::new(),
        uploads: uploads.clone(),
    });
    // The page may have destroyed the widget when it heard of the message.
    if state.refused.try_get_untracked().flatten().is_some() {
        state.draft.set(content);
        state.files.set(uploads);
    }
}

fn is_unsent(entry: &Entry) -> bool {
    entry.message.sender == Sender::Visitor && entry.delivery == Delivery::Sending || entry.is_pending()
}

/// How views ask the engine for something.
#[derive(Clone, Copy)]
pub struct Actions {
    send: Live<Rc<dyn Fn(Command)>>,
}

impl Actions {
    /// Commands go to `send`. It is called from event handlers, never while the engine is being drained.
    pub fn new(send: impl Fn(Command) + 'static) -> Self {
        Actions {
            send: Live::new(Rc::new(send)),
        }
    }

    /// Gives the engine a command.
    pub fn command(&self, command: Command) {
        let send = self.send.get_untracked();
        send(command);
    }

    /// Opens or closes the window.
    pub fn set_open(&self, open: bool) {
        self.command(Command::SetOpen(open));
    }
}

#[cfg(test)]
mod tests {
    use super::ChatState;
    use crate::view::Appearance;
    use leptos::prelude::Owner;
    use pocketping_core::engine::{Change, Conversation, EngineOptions, FailureReason};

    #[test]
    fn a_text_that_another_page_had_no_room_for_is_the_composers_again_if_that_is_empty() {
        Owner::new().with(|| {
            let state = ChatState::new(Appearance::default());
            let conversation = Conversation::new(EngineOptions::default());
            let refuse = |text: &str| {
                let refused = Change::Undeliverable {
                    client_message_id: text.into(),
                    reason: FailureReason::OutboxFull,
                    content: Some(text.to_owned()),
                };
                state.apply(&refused, &conversation);
                state.draft.get_untracked()
            };
            assert_eq!(refuse("first"), "first");
            assert_eq!(refuse("second"), "first", "what is being written stays");
        });
    }
}
