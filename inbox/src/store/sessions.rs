//! The conversations: all that are known, and those that the list shows.

use super::Store;
use crate::filter::Filter;
use crate::{api, who};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::OperatorSession;
use pocketping_core::route::SessionsResponse;
use pocketping_core::{OperatorId, PersonId, SessionId};
use std::collections::{HashMap, HashSet};

/// The conversations. One changes, one row changes.
#[derive(Clone, Copy)]
pub(crate) struct Sessions {
    known: RwSignal<HashMap<SessionId, ArcRwSignal<OperatorSession>>>,
    /// Which of them the list shows.
    pub(crate) filter: RwSignal<Filter>,
    /// Those that the server has found by the words that are looked for.
    found: RwSignal<HashSet<SessionId>>,
    /// The chosen conversation.
    pub(crate) selected: RwSignal<Option<SessionId>>,
    /// The list, newest activity first.
    pub(crate) listed: Memo<Vec<SessionId>>,
    /// Visitor messages that no operator has read.
    pub(crate) unread: Memo<u64>,
    /// Where the next page of the list begins, if there is one.
    pub(crate) next: RwSignal<Option<String>>,
    /// Whether the list has been read at all.
    pub(crate) loaded: RwSignal<bool>,
    /// Whose visitors are typing.
    pub(crate) typing: RwSignal<HashSet<SessionId>>,
}

impl Sessions {
    pub(super) fn new() -> Self {
        let known = RwSignal::new(HashMap::<SessionId, ArcRwSignal<OperatorSession>>::new());
        let (filter, found) = (RwSignal::new(Filter::default()), RwSignal::new(HashSet::new()));
        let listed = Memo::new(move |_| {
            let filter = filter.get();
            let is_found = |session: &OperatorSession| {
                who::matches(session, filter.words()) || found.with(|found| found.contains(&session.id))
            };
            let mut fitting: Vec<_> = known.with(|known| {
                let one = |session: &OperatorSession| {
                    let fits = filter.holds(session) && is_found(session);
                    fits.then(|| (session.last_activity, session.id.clone()))
                };
                known.values().filter_map(|session| session.with(one)).collect()
            });
            fitting.sort_by(|a, b| b.cmp(a));
            fitting.into_iter().map(|(_, id)| id).collect()
        });
        Sessions {
            known,
            filter,
            found,
            selected: RwSignal::new(None),
            listed,
            unread: Memo::new(move |_| {
                known.with(|known| {
                    known
                        .values()
                        .map(|session| session.with(|session| session.unread))
                        .sum()
                })
            }),
            next: RwSignal::new(None),
            loaded: RwSignal::new(false),
            typing: RwSignal::new(HashSet::new()),
        }
    }

    /// One conversation, as far as known.
    pub(crate) fn get(&self, id: &SessionId) -> Option<ArcRwSignal<OperatorSession>> {
        self.known.with(|known| known.get(id).cloned())
    }

    /// Every label that is known, in order.
    pub(crate) fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = self.known.with(|known| {
            let of_one =
                |session: &ArcRwSignal<OperatorSession>| session.with(|session| session.tags.clone());
            known.values().flat_map(of_one).collect()
        });
        tags.sort_unstable();
        tags.dedup();
        tags
    }

    /// Everybody who takes care of a conversation that is known.
    pub(crate) fn assignees(&self) -> Vec<OperatorId> {
        self.known.with(|known| {
            let of_one =
                |session: &ArcRwSignal<OperatorSession>| session.with(|session| session.assignee.clone());
            known.values().filter_map(of_one).collect()
        })
    }

    /// The selected conversation, once it is known.
    pub(crate) fn chosen(&self) -> Option<SessionId> {
        self.selected.get().filter(|id| self.get(id).is_some())
    }

    /// Whether there are any, listed or not.
    pub(crate) fn knows_any(&self) -> bool {
        self.known.with(|known| !known.is_empty())
    }

    /// Takes over one conversation as it is now.
    pub(super) fn put(&self, session: OperatorSession) {
        match untrack(|| self.get(&session.id)) {
            Some(known) if known.with_untracked(|known| *known == session) => {}
            Some(known) => known.set(session),
            None => self.known.update(|known| {
                known.insert(session.id.clone(), ArcRwSignal::new(session));
            }),
        }
    }

    /// Takes over a page of the list; a first page replaces what was known, but for the chosen one.
    pub(super) fn take(&self, answer: SessionsResponse, first: bool) {
        let current: HashSet<_> = answer.sessions.iter().map(|session| session.id.clone()).collect();
        if first {
            let selected = self.selected.get_untracked();
            self.known
                .update(|known| known.retain(|id, _| current.contains(id) || selected.as_ref() == Some(id)));
        }
        answer.sessions.into_iter().for_each(|session| self.put(session));
        self.found.update(|found| found.extend(current));
        self.next.set(answer.next);
        self.loaded.set(true);
    }

    /// Forgets the conversations of a person who was erased.
    pub(super) fn forget_person(&self, person: &PersonId) {
        self.selected.set(None);
        let stays = |session: &ArcRwSignal<OperatorSession>| {
            session.with_untracked(|session| session.person_id.as_ref() != Some(person))
        };
        self.known
            .update(|known| known.retain(|_, session| stays(session)));
    }

    pub(super) fn forget(&self) {
        self.selected.set(None);
        self.known.set(HashMap::new());
        self.found.set(HashSet::new());
        self.typing.set(HashSet::new());
        self.next.set(None);
        self.loaded.set(false);
    }
}

impl Store {
    /// Changes what the list shows, and asks the server for it: it knows more conversations than we do.
    pub(crate) fn refine(self, change: impl FnOnce(&mut Filter)) {
        self.sessions.filter.update(change);
        self.refresh_list();
    }

    /// Asks the server for what the list shows.
    pub(crate) fn refresh_list(self) {
        self.sessions.found.set(HashSet::new());
        self.read_list(None);
        self.search();
    }

    /// Reads the next page of the list.
    pub(crate) fn read_more(self) {
        if let Some(next) = self.sessions.next.get_untracked() {
            self.read_list(Some(next));
        }
    }

    fn read_list(self, before: Option<String>) {
        let filter = self.sessions.filter.get_untracked();
        spawn_local(async move {
            let answer = api::list_sessions(&filter, before.as_deref()).await;
            // What was asked before the last change tells nothing about the list as it is now.
            if self.sessions.filter.get_untracked() == filter
                && let Some(answer) = self.told(answer)
            {
                self.sessions.take(answer, false);
            }
        });
    }
}
