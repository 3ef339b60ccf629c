//! Full-text search in memory: everything is looked through, some of it at a time, so that writes get their turns.

use super::MemoryStorage;
use super::order::{Order, Place};
use super::state::State;
use crate::storage::{
    SearchPage, SearchQuery, SearchWords, Seq, SessionFilter, SessionPage, SessionRecord, StoredMessage,
    message_terms, session_terms,
};
use std::collections::BTreeMap;

/// Sessions and messages that are taken under one lock.
const AT_A_TIME: usize = 2_000;

/// A session and its messages, at one moment.
type Taken = (SessionRecord, Vec<StoredMessage>);

/// A page of the sessions that have these words.
pub(super) async fn sessions(
    store: &MemoryStorage,
    filter: &SessionFilter,
    words: &SearchWords,
) -> SessionPage {
    let head = store.state().head();
    let mut place = State::place_of(filter);
    let mut found: Vec<SessionRecord> = Vec::new();
    while found.len() <= filter.page_size() {
        let taken = {
            let state = store.state();
            state.take(state.order.before(place.as_ref()), AT_A_TIME)
        };
        let Some((last, _)) = taken.last() else { break };
        place = Some(Order::place(last));
        let wanted = taken.into_iter().filter(|(record, messages)| {
            filter.matches(record)
                && (words.find(&session_terms(record))
                    || messages.iter().any(|stored| words.find(&message_terms(stored))))
        });
        found.extend(wanted.map(|(record, _)| record));
        tokio::task::yield_now().await;
    }
    State::page(found, filter, head)
}

/// A page of the messages that have these words.
pub(super) async fn messages(store: &MemoryStorage, query: &SearchQuery, words: &SearchWords) -> SearchPage {
    let mut found: BTreeMap<Seq, StoredMessage> = BTreeMap::new();
    let mut place: Option<Place> = None;
    loop {
        let taken = {
            let state = store.state();
            match &query.session {
                Some(session) => state.take_one(session).into_iter().collect(),
                // Upward: a session that something happens to meanwhile is met once more, and never missed.
                None => state.take(state.order.after(place.as_ref()), AT_A_TIME),
            }
        };
        let Some((last, _)) = taken.last() else { break };
        place = Some(Order::place(last));
        for stored in taken.into_iter().flat_map(|(_, messages): Taken| messages) {
            let in_range = query.before.is_none_or(|before| stored.seq < before);
            if in_range && words.find(&message_terms(&stored)) {
                found.insert(stored.seq, stored);
                if found.len() > query.limit + 1 {
                    found.pop_first();
                }
            }
        }
        if query.session.is_some() {
            break;
        }
        tokio::task::yield_now().await;
    }
    SearchPage::of(found.into_values().rev().collect(), query.limit)
}

impl State {
    /// Sessions with their messages, until there are enough of both.
    fn take<'a>(&self, places: impl Iterator<Item = &'a Place>, enough: usize) -> Vec<Taken> {
        let (mut taken, mut count) = (Vec::new(), 0);
        for (_, id) in places {
            if count >= enough {
                break;
            }
            if let Some(one) = self.take_one(id) {
                count += 1 + one.1.len();
                taken.push(one);
            }
        }
        taken
    }
}
