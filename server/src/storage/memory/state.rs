//! The whole store in memory.

use super::attachments::Attachments;
use super::conversation::{Conversation, push_bounded};
use crate::storage::{
    AttachmentQuery, Draft, LogEntry, LogEvent, LogLimits, MessagePage, MessageQuery, OnceKey, Replay, Rule,
    Seq, SessionFilter, SessionPage, SessionRecord, StoredMessage, Target, WriteError, Written,
};
use pocketping_core::{MessageId, SessionId, VisitorId};
use std::collections::{HashMap, VecDeque};

/// Places of the full log that are remembered; operators further behind read everything anew.
const FULL_LOG_PLACES: usize = 100_000;

pub(super) struct State {
    head: Seq,
    max_sessions: usize,
    limits: LogLimits,
    sessions: HashMap<SessionId, Conversation>,
    pub(super) attachments: Attachments,
    by_visitor: HashMap<VisitorId, Vec<SessionId>>,
    /// In the order in which they began.
    ages: VecDeque<SessionId>,
    announcements: VecDeque<(Seq, LogEvent)>,
    announcements_dropped: Seq,
    /// Which session each place belongs to (`None`: an announcement), oldest first.
    places: VecDeque<(Seq, Option<SessionId>)>,
    /// Nothing at or before this place can be replayed in full.
    places_dropped: Seq,
}

/// What a write wants to see.
pub(super) struct Asked<'a> {
    pub(super) messages: &'a [MessageId],
    pub(super) attachments: &'a AttachmentQuery,
    pub(super) once: Option<&'a OnceKey>,
}

impl State {
    pub(super) fn new(max_sessions: usize, limits: LogLimits) -> Self {
        State {
            head: Seq::START,
            max_sessions,
            limits,
            sessions: HashMap::new(),
            attachments: Attachments::default(),
            by_visitor: HashMap::new(),
            ages: VecDeque::new(),
            announcements: VecDeque::new(),
            announcements_dropped: Seq::START,
            places: VecDeque::new(),
            places_dropped: Seq::START,
        }
    }

    pub(super) fn head(&self) -> Seq {
        self.head
    }

    pub(super) fn write(
        &mut self,
        target: Target,
        asked: &Asked<'_>,
        rule: Rule,
    ) -> Result<Written, WriteError> {
        let (id, new) = self.find(target)?;
        let draft = match (new, self.sessions.get(&id)) {
            (Some(record), _) => Draft::new(record, true, Vec::new(), None),
            (None, Some(conversation)) => {
                let found = asked
                    .messages
                    .iter()
                    .filter_map(|id| conversation.message(id))
                    .cloned();
                let earlier = asked.once.and_then(|key| conversation.earlier(key));
                Draft::new(conversation.record.clone(), false, found.collect(), earlier)
                    .with_attachments(self.attachments.wanted(&id, asked.attachments))
            }
            (None, None) => return Err(WriteError::SessionNotFound),
        };
        self.run(draft, rule)
    }

    /// The id of the session that is meant, and the session itself when it has to be made.
    fn find(&self, target: Target) -> Result<(SessionId, Option<SessionRecord>), WriteError> {
        let (asked, new) = match target {
            Target::Existing(id) => return Ok((id, None)),
            Target::Open { asked, new } => (asked, new),
        };
        let owned = |id: &SessionId| {
            let owner = self
                .sessions
                .get(id)
                .map(|conversation| &conversation.record.visitor_id);
            owner == Some(&new.visitor_id)
        };
        if let Some(id) = asked.filter(owned) {
            return Ok((id, None));
        }
        let theirs = self.by_visitor.get(&new.visitor_id).into_iter().flatten();
        let latest = theirs.max_by_key(|id| self.sessions.get(*id).map(|found| found.record.last_activity));
        match latest {
            Some(id) => Ok((id.clone(), None)),
            None => Ok((new.id.clone(), Some(*new))),
        }
    }

    fn run(&mut self, mut draft: Draft, rule: Rule) -> Result<Written, WriteError> {
        rule(&mut draft)?;
        let created = draft.is_new();
        let (session, earlier, changes) = draft.finish();
        if created {
            self.begin(&session);
        }
        let mut place = || {
            self.head = self.head.next();
            self.places.push_back((self.head, Some(session.id.clone())));
            self.head
        };
        let message = changes.message.map(|message| StoredMessage {
            seq: place(),
            message,
        });
        let events: Vec<_> = changes.events.into_iter().map(|event| (place(), event)).collect();
        if let Some(conversation) = self.sessions.get_mut(&session.id) {
            conversation.record = session.clone();
            changes
                .changed
                .iter()
                .for_each(|stored| conversation.replace(stored));
            if let Some(stored) = &message {
                conversation.append(stored.clone());
            }
            for (seq, event) in &events {
                let dropped = conversation.log(*seq, event.clone(), &self.limits);
                self.places_dropped = self.places_dropped.max(dropped.unwrap_or_default());
            }
        }
        for record in &changes.attachments {
            self.attachments.put(record.clone());
        }
        self.forget_places();
        Ok(Written {
            session,
            created,
            earlier,
            message,
            changed: changes.changed,
            attachments: changes.attachments,
            events,
            head: self.head,
        })
    }

    fn begin(&mut self, record: &SessionRecord) {
        if self.sessions.len() >= self.max_sessions {
            self.drop_oldest();
        }
        self.by_visitor
            .entry(record.visitor_id.clone())
            .or_default()
            .push(record.id.clone());
        self.ages.push_back(record.id.clone());
        self.sessions
            .insert(record.id.clone(), Conversation::new(record.clone()));
    }

    fn drop_oldest(&mut self) {
        let Some(conversation) = self.ages.pop_front().and_then(|id| self.sessions.remove(&id)) else {
            return;
        };
        let record = conversation.record;
        self.attachments.drop_session(&record.id);
        if let Some(theirs) = self.by_visitor.get_mut(&record.visitor_id) {
            theirs.retain(|id| *id != record.id);
            if theirs.is_empty() {
                self.by_visitor.remove(&record.visitor_id);
            }
        }
    }

    pub(super) fn announce(&mut self, event: LogEvent) -> Seq {
        self.head = self.head.next();
        self.places.push_back((self.head, None));
        if let Some(dropped) = push_bounded(&mut self.announcements, self.head, event, &self.limits) {
            self.announcements_dropped = dropped;
            self.places_dropped = self.places_dropped.max(dropped);
        }
        self.forget_places();
        self.head
    }

    fn forget_places(&mut self) {
        while self.places.len() > FULL_LOG_PLACES {
            if let Some((seq, _)) = self.places.pop_front() {
                self.places_dropped = self.places_dropped.max(seq);
            }
        }
    }

    pub(super) fn session(&self, id: &SessionId) -> Option<SessionRecord> {
        self.sessions
            .get(id)
            .map(|conversation| conversation.record.clone())
    }

    pub(super) fn sessions(&self, filter: &SessionFilter) -> SessionPage {
        let key = |record: &SessionRecord| format!("{}.{}", record.last_activity.as_micros(), record.id);
        let before = filter.before.as_deref().and_then(|text| {
            let (micros, id) = text.split_once('.')?;
            Some((micros.parse::<i64>().ok()?, id.to_owned()))
        });
        let place =
            |record: &SessionRecord| (record.last_activity.as_micros(), record.id.as_str().to_owned());
        let all = self.sessions.values().map(|conversation| &conversation.record);
        let wanted = all.filter(|record| filter.matches(record));
        let mut wanted: Vec<_> = match before {
            Some(before) => wanted.filter(|record| place(record) < before).collect(),
            None => wanted.collect(),
        };
        wanted.sort_by_cached_key(|record| std::cmp::Reverse(place(record)));
        let more = wanted.len() > filter.page_size();
        wanted.truncate(filter.page_size());
        let next = wanted.last().filter(|_| more).map(|record| key(record));
        SessionPage {
            sessions: wanted.into_iter().cloned().collect(),
            next,
            head: self.head,
        }
    }

    pub(super) fn messages(&self, session: &SessionId, query: &MessageQuery) -> MessagePage {
        match self.sessions.get(session) {
            Some(conversation) => conversation.page(query, self.head),
            None => MessagePage {
                messages: Vec::new(),
                has_more: false,
                head: self.head,
            },
        }
    }

    pub(super) fn messages_by_id(&self, session: &SessionId, ids: &[MessageId]) -> Vec<StoredMessage> {
        let Some(conversation) = self.sessions.get(session) else {
            return Vec::new();
        };
        ids.iter()
            .filter_map(|id| conversation.message(id))
            .cloned()
            .collect()
    }

    pub(super) fn session_log(&self, session: &SessionId, after: Seq, limit: usize) -> Replay {
        let conversation = self.sessions.get(session);
        let dropped = conversation.map_or(Seq::START, |conversation| conversation.dropped);
        if after < dropped.max(self.announcements_dropped) || after > self.head {
            return Replay::Gone;
        }
        let own = conversation
            .into_iter()
            .flat_map(|found| found.entries_after(after, limit + 1));
        let first = self.announcements.partition_point(|(seq, _)| *seq <= after);
        let announced = self.announcements.range(first..).take(limit + 1);
        let announced = announced.map(|(seq, event)| announcement(*seq, event));
        let mut entries: Vec<_> = own.chain(announced).collect();
        entries.sort_by_key(LogEntry::seq);
        let more = entries.len() > limit;
        entries.truncate(limit);
        Replay::Entries { entries, more }
    }

    pub(super) fn full_log(&self, after: Seq, limit: usize) -> Replay {
        if after < self.places_dropped || after > self.head {
            return Replay::Gone;
        }
        let first = self.places.partition_point(|(seq, _)| *seq <= after);
        let mut entries = Vec::new();
        for (seq, session) in self.places.range(first..) {
            let entry = match session {
                None => {
                    let found = self.announcements.binary_search_by_key(seq, |(seq, _)| *seq);
                    found.ok().map(|at| announcement(*seq, &self.announcements[at].1))
                }
                Some(id) => {
                    let before = Seq::new(seq.get().saturating_sub(1));
                    let conversation = self.sessions.get(id);
                    let mut near = conversation
                        .into_iter()
                        .flat_map(|found| found.entries_after(before, 1));
                    near.find(|entry| entry.seq() == *seq)
                }
            };
            // A place without an entry belongs to a session that was dropped for want of room.
            entries.extend(entry);
            if entries.len() > limit {
                break;
            }
        }
        let more = entries.len() > limit;
        entries.truncate(limit);
        Replay::Entries { entries, more }
    }
}

fn announcement(seq: Seq, event: &LogEvent) -> LogEntry {
    LogEntry::Event {
        seq,
        session: None,
        event: event.clone(),
    }
}
