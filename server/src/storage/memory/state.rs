//! The whole store in memory.

use super::MemoryLimits;
use super::attachments::Attachments;
use super::conversation::{Conversation, push_bounded};
use super::deliveries::Deliveries;
use super::limits::full;
use super::order::{Order, Place};
use super::people::People;
use crate::storage::{
    AttachmentQuery, Draft, LogEntry, LogEvent, MessagePage, MessageQuery, OnceKey, Replay, Rule, Seq,
    SessionFilter, SessionPage, SessionRecord, StorageError, StoredMessage, Target, WriteError, Written,
};
use pocketping_core::{MessageId, SessionId, Timestamp, VisitorId};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Places of the full log that are remembered; operators further behind read everything anew.
const FULL_LOG_PLACES: usize = 100_000;

pub(super) struct State {
    head: Seq,
    limits: MemoryLimits,
    /// Messages of all sessions.
    messages: usize,
    /// Boxed: up to half of the map is room for more, and growing moves all that is in it.
    pub(super) sessions: HashMap<SessionId, Box<Conversation>>,
    pub(super) attachments: Attachments,
    pub(super) deliveries: Deliveries,
    by_visitor: HashMap<VisitorId, Vec<SessionId>>,
    by_identity: HashMap<String, BTreeSet<SessionId>>,
    pub(super) people: People,
    pub(super) order: Order,
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
    pub(super) fn new(limits: MemoryLimits) -> Self {
        State {
            head: Seq::START,
            limits,
            messages: 0,
            sessions: HashMap::new(),
            attachments: Attachments::default(),
            deliveries: Deliveries::default(),
            by_visitor: HashMap::new(),
            by_identity: HashMap::new(),
            people: People::default(),
            order: Order::default(),
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
        if changes.erase {
            self.erase(&session.id);
            return Ok(Written::erasure(session, earlier, self.head));
        }
        let mut written = Written {
            created,
            earlier,
            erased: false,
            message: None,
            changed: Vec::new(),
            attachments: Vec::new(),
            events: Vec::new(),
            head: self.head,
            session,
        };
        self.make_room(&written.session.id, created, changes.message.is_some())?;
        let session = &written.session;
        let before = self.sessions.get(&session.id).map(|found| &found.record);
        self.order.put(before, session);
        let identity = before.and_then(|before| before.profile.identity_id());
        if identity != session.profile.identity_id() {
            if let Some(identity) = identity {
                unlist(&mut self.by_identity, identity, &session.id);
            }
            if let Some(identity) = session.profile.identity_id() {
                let theirs = self.by_identity.entry(identity.to_owned()).or_default();
                theirs.insert(session.id.clone());
            }
        }
        let (person, named) = (
            before.and_then(|before| before.profile.person_id()),
            session.profile.person_id(),
        );
        if person != named {
            if let Some(named) = &named {
                self.people.name(named, &session.id, session.created_at);
            }
            if let Some(person) = &person {
                self.people.unname(person, &session.id);
            }
        }
        if created {
            self.by_visitor
                .entry(session.visitor_id.clone())
                // Seldom more than one, and room for four is what `push` would make.
                .or_insert_with(|| Vec::with_capacity(1))
                .push(session.id.clone());
            self.sessions
                .insert(session.id.clone(), Box::new(Conversation::new(session.clone())));
        }
        let mut place = || {
            self.head = self.head.next();
            self.places.push_back((self.head, Some(session.id.clone())));
            self.head
        };
        written.message = changes.message.map(|message| StoredMessage {
            seq: place(),
            message,
        });
        written.events = changes.events.into_iter().map(|event| (place(), event)).collect();
        if let Some(conversation) = self.sessions.get_mut(&session.id) {
            conversation.record = session.clone();
            changes
                .changed
                .iter()
                .for_each(|stored| conversation.replace(stored));
            if let Some(stored) = &written.message {
                conversation.append(stored.clone());
                self.messages += 1;
            }
            for (seq, event) in &written.events {
                let dropped = conversation.log(*seq, event.clone(), &self.limits.log);
                self.places_dropped = self.places_dropped.max(dropped.unwrap_or_default());
            }
        }
        for record in &changes.attachments {
            self.attachments.put(record.clone());
        }
        for delivery in changes.deliveries {
            self.deliveries
                .push(&session.id, delivery, self.limits.deliveries);
        }
        self.forget_places();
        written.changed = changes.changed;
        written.attachments = changes.attachments;
        written.head = self.head;
        Ok(written)
    }

    /// Lets sessions go until what comes has room; never the session that it is for.
    fn make_room(&mut self, own: &SessionId, session: bool, message: bool) -> Result<(), StorageError> {
        let MemoryLimits {
            sessions, messages, ..
        } = self.limits;
        while session && self.sessions.len() >= sessions.max(1) {
            let first = self.order.first_for_a_session(own).cloned();
            self.erase(&first.ok_or_else(|| full(sessions, "sessions"))?);
        }
        while message && self.messages >= messages.max(1) {
            let first = self.order.first_for_a_message(own).cloned();
            self.erase(&first.ok_or_else(|| full(messages, "messages"))?);
        }
        Ok(())
    }

    /// Drops a session with everything of its own. Its files are discarded: somebody has to remove them.
    fn erase(&mut self, id: &SessionId) {
        let Some(conversation) = self.sessions.remove(id) else {
            return;
        };
        self.messages -= conversation.message_count();
        let record = conversation.record;
        self.order.remove(&record);
        self.attachments.drop_session(id);
        self.deliveries.drop_session(id);
        if let Some(identity) = record.profile.identity_id() {
            unlist(&mut self.by_identity, identity, id);
        }
        if let Some(person) = record.profile.person_id() {
            self.people.unname(&person, id);
        }
        if let Some(theirs) = self.by_visitor.get_mut(&record.visitor_id) {
            theirs.retain(|other| other != id);
            if theirs.is_empty() {
                self.by_visitor.remove(&record.visitor_id);
            }
        }
    }

    pub(super) fn announce(&mut self, event: LogEvent) -> Seq {
        self.head = self.head.next();
        self.places.push_back((self.head, None));
        if let Some(dropped) = push_bounded(&mut self.announcements, self.head, event, &self.limits.log) {
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
        let place = State::place_of(filter);
        let record = |id: &SessionId| self.sessions.get(id).map(|found| &found.record);
        let named = filter
            .person
            .as_ref()
            .map(|person| self.people.get(person).map(|known| &known.sessions));
        let listed = filter
            .identity
            .as_ref()
            .map(|identity| self.by_identity.get(identity));
        let found = match named.or(listed) {
            None => {
                let records = self.order.before(place.as_ref()).filter_map(|(_, id)| record(id));
                let wanted = records.filter(|record| filter.matches(record));
                wanted.take(filter.page_size() + 1).cloned().collect()
            }
            Some(theirs) => {
                let theirs = theirs.into_iter().flatten();
                let mut theirs: Vec<_> = theirs.filter_map(record).map(Order::place).collect();
                theirs.retain(|found| place.as_ref().is_none_or(|place| found < place));
                theirs.sort_unstable_by(|one, other| other.cmp(one));
                let records = theirs.iter().filter_map(|(_, id)| record(id));
                records.filter(|record| filter.matches(record)).cloned().collect()
            }
        };
        State::page(found, filter, self.head)
    }

    /// The place that a page ended at.
    pub(super) fn place_of(filter: &SessionFilter) -> Option<Place> {
        let (micros, id) = filter.before.as_deref()?.split_once('.')?;
        Some((micros.parse().ok()?, id.into()))
    }

    /// A page from one more session, if there are as many.
    pub(super) fn page(mut found: Vec<SessionRecord>, filter: &SessionFilter, head: Seq) -> SessionPage {
        let more = found.len() > filter.page_size();
        found.truncate(filter.page_size());
        let last = found.last().filter(|_| more);
        let next = last.map(|record| format!("{}.{}", record.last_activity.as_micros(), record.id));
        SessionPage {
            sessions: found,
            next,
            head,
        }
    }

    pub(super) fn idle_sessions(&self, before: Timestamp, limit: usize) -> Vec<SessionId> {
        let places = self.order.after(None);
        let idle = places.take_while(|(activity, _)| *activity < before.as_micros());
        idle.take(limit).map(|(_, id)| id.clone()).collect()
    }

    /// A session with its messages, as they are now.
    pub(super) fn take_one(&self, id: &SessionId) -> Option<(SessionRecord, Vec<StoredMessage>)> {
        let conversation = self.sessions.get(id)?;
        Some((conversation.record.clone(), conversation.messages().to_vec()))
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

/// Takes a session off the list of those with an identity.
fn unlist(by_identity: &mut HashMap<String, BTreeSet<SessionId>>, identity: &str, id: &SessionId) {
    if let Some(theirs) = by_identity.get_mut(identity) {
        theirs.remove(id);
        if theirs.is_empty() {
            by_identity.remove(identity);
        }
    }
}

fn announcement(seq: Seq, event: &LogEvent) -> LogEntry {
    LogEntry::Event {
        seq,
        session: None,
        event: event.clone(),
    }
}
