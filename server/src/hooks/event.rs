//! Hooks on custom events, which come and go while the server runs.

use super::{Hook, HookOutcome, async_hook, sync_hook};
use crate::{PocketPing, ServiceError};
use pocketping_core::content::MAX_EVENT_NAME_CHARS;
use pocketping_core::model::{CustomEvent, Session};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

type EventHook = Hook<(CustomEvent, Session)>;

/// A hook on every event.
const ANY: &str = "*";

#[derive(Default)]
struct List {
    hooks: Vec<(u64, String, EventHook)>,
    next: u64,
}

/// The hooks on custom events.
#[derive(Clone, Default)]
pub(crate) struct EventHooks(Arc<RwLock<List>>);

impl EventHooks {
    pub(crate) fn add(&self, name: String, hook: EventHook) -> EventSubscription {
        let mut list = self.write();
        let id = list.next;
        list.next += 1;
        list.hooks.push((id, name, hook));
        EventSubscription {
            hooks: self.clone(),
            id,
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.read()
            .hooks
            .iter()
            .map(|(_, name, _)| name.clone())
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.read().hooks.is_empty()
    }

    /// Those of an event, in the order of PROTOCOL §5.2: of that name, then of any.
    pub(super) fn of(&self, event: &str) -> Vec<EventHook> {
        let list = self.read();
        let named = list
            .hooks
            .iter()
            .filter(|(_, name, _)| name == event && name != ANY);
        let any = list.hooks.iter().filter(|(_, name, _)| name == ANY);
        named.chain(any).map(|(.., hook)| Arc::clone(hook)).collect()
    }

    // A hook never runs while the lock is held, so that a panic leaves the list whole.
    fn read(&self) -> RwLockReadGuard<'_, List> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, List> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A hook that was added with [`PocketPing::on_event`]; dropping this leaves it there.
#[derive(Clone)]
pub struct EventSubscription {
    hooks: EventHooks,
    id: u64,
}

impl EventSubscription {
    /// Takes the hook away: events that are handled from now on do not reach it. A second time nothing happens.
    pub fn unsubscribe(&self) {
        self.hooks.write().hooks.retain(|(id, ..)| *id != self.id);
    }
}

impl PocketPing {
    /// Runs a hook on each custom event of this name that a page sends from now on; `*` on any, after those of the name.
    /// Like [`Builder::on_event`](crate::Builder::on_event), on a server that runs.
    ///
    /// # Errors
    /// On a name without or with more than 128 characters.
    pub fn on_event<O: HookOutcome>(
        &self,
        name: impl Into<String>,
        hook: impl Fn(CustomEvent, Session) -> O + Send + Sync + 'static,
    ) -> Result<EventSubscription, ServiceError> {
        self.add_event_hook(
            name.into(),
            sync_hook(move |(event, session)| hook(event, session)),
        )
    }

    /// Like [`on_event`](Self::on_event), with a future.
    ///
    /// # Errors
    /// On a name without or with more than 128 characters.
    pub fn on_event_async<F>(
        &self,
        name: impl Into<String>,
        hook: impl Fn(CustomEvent, Session) -> F + Send + Sync + 'static,
    ) -> Result<EventSubscription, ServiceError>
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.add_event_hook(
            name.into(),
            async_hook(move |(event, session)| hook(event, session)),
        )
    }

    fn add_event_hook(&self, name: String, hook: EventHook) -> Result<EventSubscription, ServiceError> {
        if name.is_empty() || name.chars().count() > MAX_EVENT_NAME_CHARS {
            let problem = format!("must have 1 to {MAX_EVENT_NAME_CHARS} characters");
            return Err(ServiceError::field("name", problem));
        }
        Ok(self.inner().hooks.events().add(name, hook))
    }
}
