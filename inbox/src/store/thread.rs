//! The chosen conversation's lines.

use super::{EventLine, Line, Store};
use crate::api::{self, ApiError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::{CustomEvent, Message};
use pocketping_core::route::OperatorMessagesResponse;
use pocketping_core::{MessageId, SessionId};
use pocketping_widget::view::{Item, Timeline, local_day};
use std::collections::{HashMap, HashSet};

/// Most custom events that are kept of one conversation.
const MOST_EVENTS: usize = 200;

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Under way.
    Loading,
    /// Done.
    Ready,
    /// It failed, for this reason.
    Failed(&'static str),
}

/// The chosen conversation's lines.
#[derive(Clone, Copy)]
pub(crate) struct Thread {
    /// Messages and events in order.
    pub(crate) timeline: Timeline<Line>,
    /// Whether the server has older messages.
    pub(crate) has_older: RwSignal<bool>,
    /// How far reading has come.
    pub(crate) phase: RwSignal<Phase>,
    /// What is typed and not sent, by conversation.
    pub(crate) drafts: StoredValue<HashMap<SessionId, ArcRwSignal<String>>>,
    pub(super) seen: StoredValue<HashSet<MessageId>>,
    events: StoredValue<HashMap<SessionId, Vec<EventLine>>>,
    event_count: StoredValue<u32>,
}

impl Thread {
    pub(super) fn new() -> Self {
        Thread {
            timeline: Timeline::new(local_day),
            has_older: RwSignal::new(false),
            phase: RwSignal::new(Phase::Ready),
            drafts: StoredValue::default(),
            seen: StoredValue::default(),
            events: StoredValue::default(),
            event_count: StoredValue::new(0),
        }
    }

    /// What is typed in a conversation.
    pub(crate) fn draft(&self, id: &SessionId) -> ArcRwSignal<String> {
        let draft = self
            .drafts
            .try_update_value(|drafts| drafts.entry(id.clone()).or_default().clone());
        draft.unwrap_or_default()
    }

    /// Puts a line where it belongs.
    pub(super) fn put(&self, line: Line) {
        if !self.timeline.put(line.clone()) {
            let mut lines = self.lines();
            lines.push(line);
            self.show(lines);
        }
    }

    /// Changes the message with this id, if it is shown.
    pub(super) fn change(&self, id: &MessageId, change: impl FnOnce(&mut Message)) {
        let rows = self.timeline.rows();
        let found = rows.with_untracked(|rows| {
            let is_it = |line: &Line| line.message().is_some_and(|entry| entry.message.id == *id);
            rows.iter()
                .rev()
                .find(|row| row.with_untracked(is_it))
                .map(|row| row.with_untracked(Line::clone))
        });
        if let Some(Line::Message(mut entry)) = found {
            change(&mut entry.message);
            self.timeline.put(Line::stored(entry.message));
        }
    }

    /// Keeps a custom event; gives its line.
    pub(super) fn keep_event(&self, id: &SessionId, event: CustomEvent) -> Line {
        self.event_count.update_value(|count| *count += 1);
        let line = EventLine::new(event, self.event_count.get_value());
        self.events.update_value(|events| {
            let kept = events.entry(id.clone()).or_default();
            if kept.len() == MOST_EVENTS {
                kept.remove(0);
            }
            kept.push(line.clone());
        });
        Line::Event(line)
    }

    /// The lines as they are shown.
    pub(super) fn lines(&self) -> Vec<Line> {
        let rows = self.timeline.rows();
        rows.with_untracked(|rows| rows.iter().map(|row| row.with_untracked(Line::clone)).collect())
    }

    pub(super) fn is_broken(&self) -> bool {
        matches!(self.phase.get_untracked(), Phase::Failed(_))
    }

    pub(super) fn clear(&self) {
        self.timeline.replace(Vec::new());
        self.has_older.set(false);
        self.seen.set_value(HashSet::new());
    }

    pub(super) fn forget(&self) {
        self.clear();
        self.drafts.set_value(HashMap::new());
        self.events.set_value(HashMap::new());
    }

    fn show(&self, mut lines: Vec<Line>) {
        lines.sort_by_key(Line::order);
        self.timeline.replace(lines);
    }

    fn events_of(&self, id: &SessionId) -> Vec<Line> {
        let kept = self.events.with_value(|events| events.get(id).cloned());
        kept.unwrap_or_default().into_iter().map(Line::Event).collect()
    }
}

impl Store {
    /// Reads the chosen conversation's newest messages; what is shown stays until they are there.
    pub(super) fn read_thread(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        self.thread.phase.set(Phase::Loading);
        spawn_local(async move {
            let answer = api::list_messages(&id, None).await;
            if self.sessions.selected.get_untracked().as_ref() != Some(&id) {
                return;
            }
            match answer {
                Ok(answer) => self.show_newest(&id, answer),
                Err(ApiError::SignedOut) => self.shut(),
                Err(ApiError::NotFound) => self.thread.phase.set(Phase::Failed(crate::words::GONE)),
                Err(_) => self.thread.phase.set(Phase::Failed(crate::words::NOT_LOADED)),
            }
        });
    }

    fn show_newest(self, id: &SessionId, answer: OperatorMessagesResponse) {
        let mut lines: Vec<Line> = answer.messages.into_iter().map(Line::stored).collect();
        let stored: HashSet<_> = lines.iter().map(|line| line.key().clone()).collect();
        let waiting = self
            .answers
            .of(id)
            .into_iter()
            .filter(|line| !stored.contains(line.key()));
        lines.extend(waiting);
        lines.extend(self.thread.events_of(id));
        self.thread.has_older.set(answer.has_more);
        self.thread.show(lines);
        self.thread.phase.set(Phase::Ready);
    }

    /// Reads messages older than those shown.
    pub(crate) fn read_older(self) {
        let Some(id) = self.sessions.selected.get_untracked() else {
            return;
        };
        let lines = self.thread.lines();
        let oldest = lines
            .iter()
            .find_map(|line| line.message().map(|entry| entry.message.id.clone()));
        spawn_local(async move {
            let answer = api::list_messages(&id, oldest.as_ref()).await;
            if self.sessions.selected.get_untracked().as_ref() != Some(&id) {
                return;
            }
            if let Some(answer) = self.told(answer) {
                let mut lines: Vec<Line> = answer.messages.into_iter().map(Line::stored).collect();
                lines.extend(self.thread.lines());
                self.thread.has_older.set(answer.has_more);
                self.thread.show(lines);
            }
        });
    }
}
