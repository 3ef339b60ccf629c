//! The conversations: all that are known, and those that the list shows.

use super::Store;
use crate::{api, who};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::SessionId;
use pocketping_core::model::{OperatorSession, SessionState};
use pocketping_core::route::SessionsResponse;
use std::collections::{HashMap, HashSet};

/// Which conversations the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Those that are not resolved.
    Open,
    /// Those that are.
    Resolved,
    /// All.
    All,
}

impl Tab {
    fn holds(self, state: SessionState) -> bool {
        match self {
            Tab::Open => state != SessionState::Resolved,
            Tab::Resolved => state == SessionState::Resolved,
            Tab::All => true,
        }
    }

    fn asked(self) -> Option<SessionState> {
        (self == Tab::Resolved).then_some(SessionState::Resolved)
    }
}

/// The conversations. One changes, one row changes.
#[derive(Clone, Copy)]
pub(crate) struct Sessions {
    known: RwSignal<HashMap<SessionId, ArcRwSignal<OperatorSession>>>,
    /// What the list shows.
    pub(crate) tab: RwSignal<Tab>,
    /// What is searched for.
    pub(crate) search: RwSignal<String>,
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
        let (tab, search) = (RwSignal::new(Tab::Open), RwSignal::new(String::new()));
        let listed = Memo::new(move |_| {
            let (tab, search) = (tab.get(), search.get());
            let mut fitting: Vec<_> = known.with(|known| {
                let one = |session: &OperatorSession| {
                    let fits = tab.holds(session.state) && who::matches(session, &search);
                    fits.then(|| (session.last_activity, session.id.clone()))
                };
                known.values().filter_map(|session| session.with(one)).collect()
            });
            fitting.sort_by(|a, b| b.cmp(a));
            fitting.into_iter().map(|(_, id)| id).collect()
        });
        Sessions {
            known,
            tab,
            search,
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
        if first {
            let current: HashSet<_> = answer.sessions.iter().map(|session| session.id.clone()).collect();
            let selected = self.selected.get_untracked();
            self.known
                .update(|known| known.retain(|id, _| current.contains(id) || selected.as_ref() == Some(id)));
        }
        answer.sessions.into_iter().for_each(|session| self.put(session));
        self.next.set(answer.next);
        self.loaded.set(true);
    }

    pub(super) fn forget(&self) {
        self.selected.set(None);
        self.known.set(HashMap::new());
        self.typing.set(HashSet::new());
        self.next.set(None);
        self.loaded.set(false);
    }
}

impl Store {
    /// Asks the server for what the list shows: it knows more conversations than we do.
    pub(crate) fn refresh_list(self) {
        let before = None;
        self.read_list(before);
    }

    /// Reads the next page of the list.
    pub(crate) fn read_more(self) {
        if let Some(next) = self.sessions.next.get_untracked() {
            self.read_list(Some(next));
        }
    }

    fn read_list(self, before: Option<String>) {
        let sessions = self.sessions;
        let (tab, search) = (sessions.tab.get_untracked(), sessions.search.get_untracked());
        spawn_local(async move {
            let answer = api::list_sessions(tab.asked(), &search, before.as_deref()).await;
            let asked_since =
                sessions.tab.get_untracked() != tab || sessions.search.get_untracked() != search;
            if let Some(mut answer) = self.told(answer) {
                if asked_since {
                    answer.next = sessions.next.get_untracked();
                }
                sessions.take(answer, false);
            }
        });
    }
}
