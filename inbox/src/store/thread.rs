//! The chosen conversation's lines.

use super::{EventLine, Line, marks, search};
use leptos::prelude::*;
use pocketping_core::engine::EntryKey;
use pocketping_core::model::{CustomEvent, Message, OperatorSession};
use pocketping_core::route::OperatorMessagesResponse;
use pocketping_core::{MessageId, SessionId};
use pocketping_widget::view::{Item, Timeline, local_day};
use std::collections::{HashMap, HashSet};

/// Most custom events and changes that are kept of one conversation.
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

/// What is written: a note must never become a reply by a change of mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Writing {
    /// For the visitor.
    Reply,
    /// For operators only.
    Note,
}

/// The chosen conversation's lines.
#[derive(Clone, Copy)]
pub(crate) struct Thread {
    /// Messages, events and what else happened, in order.
    pub(crate) timeline: Timeline<Line>,
    /// Whether the server has older messages.
    pub(crate) has_older: RwSignal<bool>,
    /// How far reading has come.
    pub(crate) phase: RwSignal<Phase>,
    /// What is typed and not sent, by conversation: replies and, apart from them, notes.
    drafts: StoredValue<HashMap<(SessionId, Writing), ArcRwSignal<String>>>,
    pub(super) seen: StoredValue<HashSet<MessageId>>,
    events: StoredValue<HashMap<SessionId, Vec<Line>>>,
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
    pub(crate) fn draft(&self, id: &SessionId, what: Writing) -> ArcRwSignal<String> {
        let key = (id.clone(), what);
        let draft = self
            .drafts
            .try_update_value(|drafts| drafts.entry(key).or_default().clone());
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
        if let Some(mut message) = self.message(id) {
            change(&mut message);
            self.timeline.put(Line::stored(message));
        }
    }

    /// The message with this id, if it is shown; nobody follows it.
    pub(crate) fn message(&self, id: &MessageId) -> Option<Message> {
        let row = self.timeline.row_of(&self.key_of(id)?)?;
        row.with_untracked(|line| line.message().map(|entry| entry.message.clone()))
    }

    /// Under which key the message with this id is shown.
    pub(super) fn key_of(&self, id: &MessageId) -> Option<EntryKey> {
        search::key_of(&self.lines(), id)
    }

    /// The oldest message that is shown.
    pub(super) fn oldest(&self) -> Option<MessageId> {
        let lines = self.lines();
        let mut messages = lines.iter().filter_map(Line::message);
        messages.next().map(|entry| entry.message.id.clone())
    }

    /// Keeps a custom event; gives its line.
    pub(super) fn keep_event(&self, id: &SessionId, event: CustomEvent) -> Line {
        let line = Line::Event(EventLine::new(event, self.count()));
        self.keep(id, line.clone());
        line
    }

    /// Keeps custom events that the server has listed; gives the lines of those that the stream has not told of.
    pub(super) fn keep_listed(&self, id: &SessionId, mut events: Vec<CustomEvent>) -> Vec<Line> {
        let known = self.events_of(id);
        let is_new = |event: &CustomEvent| {
            let mut known = known.iter().filter_map(Line::event);
            !known.any(|line| line.is_of(event))
        };
        events.retain(is_new);
        let kept = events.into_iter().map(|event| self.keep_event(id, event));
        kept.collect()
    }

    /// Keeps what nobody tells again.
    pub(super) fn keep(&self, id: &SessionId, line: Line) {
        self.events.update_value(|events| {
            let kept = events.entry(id.clone()).or_default();
            if kept.len() == MOST_EVENTS {
                kept.remove(0);
            }
            kept.push(line);
        });
    }

    /// Counts what this inbox has seen.
    pub(super) fn count(&self) -> u32 {
        self.event_count.update_value(|count| *count += 1);
        self.event_count.get_value()
    }

    /// Shows older messages before those that are shown.
    pub(super) fn put_older(&self, answer: OperatorMessagesResponse) {
        let shown = self.lines();
        let known: HashSet<EntryKey> = shown.iter().map(|line| line.key().clone()).collect();
        let mut lines: Vec<Line> = answer.messages.into_iter().map(Line::stored).collect();
        lines.retain(|line| !known.contains(line.key()));
        lines.extend(shown);
        self.has_older.set(answer.has_more);
        self.show(lines);
    }

    /// Shows what a session tells of its past, as far as messages are read.
    pub(super) fn mark(&self, session: &OperatorSession) {
        let mut lines = self.lines();
        let before = lines.len();
        let known: HashSet<EntryKey> = lines.iter().map(|line| line.key().clone()).collect();
        let oldest = lines.iter().find_map(Line::message);
        let oldest = oldest.map(|entry| entry.message.timestamp);
        let floor = oldest.filter(|_| self.has_older.get_untracked());
        let new = marks::told_by(session).into_iter();
        lines.extend(
            new.filter(|mark| !known.contains(mark.key()) && floor.is_none_or(|floor| mark.at() >= floor)),
        );
        if lines.len() > before {
            self.show(lines);
        }
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
        self.timeline.replace(&[]);
        self.has_older.set(false);
        self.seen.set_value(HashSet::new());
    }

    pub(super) fn forget(&self) {
        self.clear();
        self.drafts.set_value(HashMap::new());
        self.events.set_value(HashMap::new());
    }

    pub(super) fn show(&self, mut lines: Vec<Line>) {
        lines.sort_by_key(Line::order);
        self.timeline.replace(&lines);
    }

    pub(super) fn events_of(&self, id: &SessionId) -> Vec<Line> {
        let kept = self.events.with_value(|events| events.get(id).cloned());
        kept.unwrap_or_default()
    }
}
