//! What is known, as signals, and what an operator can do.

mod answers;
mod door;
mod figures;
mod files;
mod incoming;
mod kept;
mod line;
mod marks;
mod notify;
mod reading;
mod receipts;
mod search;
mod sessions;
mod staff;
mod thread;
mod typing;
mod work;

pub(crate) use door::Door;
pub(crate) use figures::Figures;
pub(crate) use files::{FileKey, FileState, Files, Picked};
pub(crate) use kept::Kept;
pub(crate) use line::{EventLine, Line};
pub(crate) use marks::{Happening, Mark};
pub(crate) use search::Search;
pub(crate) use sessions::Sessions;
pub(crate) use thread::{Phase, Thread, Writing};

use crate::api::{self, ApiError, OperatorStream};
use crate::place::Place;
use answers::Answers;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::{Message, OperatorProfile, OperatorSession};
use pocketping_core::{PersonId, SessionId, Timestamp, Value};
use pocketping_widget::browser::clock;
use pocketping_widget::browser::listener::Listener;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use typing::Typing;
use web_sys::Event;

/// Relative times are counted anew this often.
const TICK: Duration = Duration::from_secs(20);

/// Which pane a narrow screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The list.
    Sessions,
    /// The chosen conversation.
    Conversation,
    /// Its visitor.
    Visitor,
}

/// A dialog over the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Dialog {
    /// Another text for a message.
    Edit(Message),
    /// Whether to delete a message.
    Delete(Message),
    /// Whether to shut the visitor out.
    Block,
    /// The keys.
    Keys,
    /// The saved answers.
    Answers,
    /// Who may sign in.
    Operators,
    /// One's own name, picture and token.
    Profile(OperatorProfile),
    /// Whether to remove an operator.
    RemoveOperator(OperatorProfile),
    /// Whether to erase a person, of this name.
    Erase(PersonId, String),
}

/// How the stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Opening for the first time.
    Opening,
    /// Open.
    Up,
    /// Lost; being opened again.
    Down,
}

/// Everything the inbox knows. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    /// Whether somebody is signed in.
    pub(crate) door: RwSignal<Door>,
    /// The conversations.
    pub(crate) sessions: Sessions,
    /// The chosen one's messages.
    pub(crate) thread: Thread,
    /// The messages that are looked for.
    pub(crate) search: Search,
    /// Files that were picked.
    pub(crate) files: Files,
    /// What the statistics page shows.
    pub(crate) figures: Figures,
    /// What this browser keeps.
    pub(crate) kept: Kept,
    /// The dialog that is open.
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    /// Whether what is written is a note, which no visitor gets.
    pub(crate) noting: RwSignal<bool>,
    /// The message that the next reply answers.
    pub(crate) replying: RwSignal<Option<Message>>,
    /// Counts how often the focus was called to the reply.
    pub(crate) summons: RwSignal<u32>,
    /// Who is signed in.
    pub(crate) me: RwSignal<Option<OperatorProfile>>,
    /// All operators, those who were removed included.
    pub(crate) operators: RwSignal<Vec<OperatorProfile>>,
    /// Whether operators are shown as online.
    pub(crate) online: RwSignal<bool>,
    /// How the stream is.
    pub(crate) link: RwSignal<Link>,
    /// The clock, for relative times.
    pub(crate) now: RwSignal<Timestamp>,
    /// What went wrong with the last thing that was tried.
    pub(crate) trouble: RwSignal<Option<&'static str>>,
    /// Which pane a narrow screen shows.
    pub(crate) pane: RwSignal<Pane>,
    answers: Answers,
    typing: Typing,
    stream: StoredValue<Option<OperatorStream>, LocalStorage>,
    guards: StoredValue<Vec<Listener>, LocalStorage>,
    /// What listens to the last notification of each conversation.
    notices: StoredValue<HashMap<SessionId, Listener>, LocalStorage>,
}

impl Store {
    /// A store that knows nothing but what the page's address says; finds out whether somebody is signed in.
    pub(crate) fn open() -> Self {
        let store = Store {
            door: RwSignal::new(Door::Unknown),
            sessions: Sessions::new(),
            thread: Thread::new(),
            search: Search::new(),
            files: Files::new(),
            figures: Figures::new(),
            kept: Kept::open(),
            dialog: RwSignal::new(None),
            noting: RwSignal::new(false),
            replying: RwSignal::new(None),
            summons: RwSignal::new(0),
            me: RwSignal::new(None),
            operators: RwSignal::default(),
            online: RwSignal::new(false),
            link: RwSignal::new(Link::Opening),
            now: RwSignal::new(clock::now().wall),
            trouble: RwSignal::new(None),
            pane: RwSignal::new(Pane::Sessions),
            answers: Answers::new(),
            typing: Typing::new(),
            stream: StoredValue::new_local(None),
            guards: StoredValue::new_local(Vec::new()),
            notices: StoredValue::new_local(HashMap::new()),
        };
        set_interval(move || store.now.set(clock::now().wall), TICK);
        store.listen("beforeunload", move |event| {
            // Answers that are on their way would be lost: the browser asks.
            if store.answers.any_waiting() {
                event.prevent_default();
            }
        });
        let place = Place::read(&window().location().search().unwrap_or_default());
        store.sessions.filter.set(place.filter);
        store.sessions.selected.set(place.session);
        store.figures.days.set(place.stats_days);
        if store.sessions.selected.with_untracked(Option::is_some) {
            store.pane.set(Pane::Conversation);
        }
        store.enter();
        store
    }

    /// Chooses a conversation and reads its messages.
    pub(crate) fn select(self, id: SessionId) {
        self.pane.set(Pane::Conversation);
        if self.sessions.selected.get_untracked().as_ref() == Some(&id) {
            return;
        }
        self.stop_typing();
        self.trouble.set(None);
        self.replying.set(None);
        self.noting.set(false);
        self.search.target.set(None);
        self.thread.clear();
        self.sessions.selected.set(Some(id));
        self.read_thread();
    }

    /// Chooses a conversation that may not be known yet.
    pub(crate) fn visit(self, id: SessionId) {
        self.know(id.clone());
        self.select(id);
    }

    /// What the page shows, followed.
    pub(crate) fn place(self) -> Place {
        Place {
            filter: self.sessions.filter.get(),
            session: self.sessions.selected.get(),
            stats_days: self.figures.days.get(),
        }
    }

    /// Chooses the conversation `by` further down the list.
    pub(crate) fn step(self, by: isize) {
        let listed = self.sessions.listed.get_untracked();
        let selected = self.sessions.selected.get_untracked();
        let at = selected.and_then(|id| listed.iter().position(|listed| *listed == id));
        let next = match at {
            Some(at) => at.saturating_add_signed(by).min(listed.len().saturating_sub(1)),
            None => 0,
        };
        if let Some(id) = listed.get(next) {
            self.select(id.clone());
        }
    }

    /// The chosen conversation.
    pub(crate) fn selected(self) -> Option<ArcRwSignal<OperatorSession>> {
        self.sessions.get(&self.sessions.selected.get()?)
    }

    /// Opens a dialog over the page.
    pub(crate) fn open_dialog(self, dialog: Dialog) {
        self.dialog.set(Some(dialog));
    }

    /// The next reply answers this message.
    pub(crate) fn reply_to(self, message: Message) {
        self.noting.set(false);
        self.replying.set(Some(message));
        self.summons.update(|count| *count += 1);
    }

    /// Shows operators as online or not.
    pub(crate) fn set_online(self, online: bool) {
        let before = self.online.get_untracked();
        self.online.set(online);
        spawn_local(async move {
            if self.told(api::set_online(online).await).is_none() {
                self.online.set(before);
            }
        });
    }

    /// Sends a custom event to the chosen visitor's page.
    pub(crate) async fn emit(self, name: String, data: Value) -> Result<(), ApiError> {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return Err(ApiError::NotFound);
        };
        let sent = api::emit_event(&id, name, data).await;
        if sent == Err(ApiError::SignedOut) {
            self.shut();
        }
        sent
    }

    /// Listens to the window for as long as the store lives.
    pub(crate) fn listen(self, events: &'static str, heard: impl Fn(Event) + 'static) {
        let listener = Listener::new(window().into(), events, Rc::new(heard));
        self.guards.update_value(|guards| guards.push(listener));
    }

    /// Takes what a call gave; a failure is shown in words.
    fn told<T>(self, outcome: Result<T, ApiError>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.trouble.set(None);
                Some(value)
            }
            Err(ApiError::SignedOut) => {
                self.shut();
                None
            }
            Err(error) => {
                self.trouble.set(Some(error.words()));
                None
            }
        }
    }
}
