//! The host's own code, run on what happens.

use super::Builder;
use crate::hooks::{Departure, HookOutcome, async_hook, sync_hook};
use pocketping_core::model::{Csat, CustomEvent, Message, Session};

impl Builder {
    /// Runs on each new session. May be called several times; a `Result`'s error is logged.
    #[must_use]
    pub fn on_session_start<O: HookOutcome>(
        mut self,
        hook: impl Fn(Session) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks.session_start.push(sync_hook(hook));
        self
    }

    /// Like [`on_session_start`](Self::on_session_start), with a future.
    #[must_use]
    pub fn on_session_start_async<F>(mut self, hook: impl Fn(Session) -> F + Send + Sync + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks.session_start.push(async_hook(hook));
        self
    }

    /// Runs on each new message of either side, notes among operators aside. A hook that answers has to
    /// look at the sender, or it answers itself.
    #[must_use]
    pub fn on_message<O: HookOutcome>(
        mut self,
        hook: impl Fn(Message, Session) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks
            .message
            .push(sync_hook(move |(message, session)| hook(message, session)));
        self
    }

    /// Like [`on_message`](Self::on_message), with a future.
    #[must_use]
    pub fn on_message_async<F>(mut self, hook: impl Fn(Message, Session) -> F + Send + Sync + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks
            .message
            .push(async_hook(move |(message, session)| hook(message, session)));
        self
    }

    /// Runs on each custom event of this name that a page sends; `*` on any, after those of the name.
    #[must_use]
    pub fn on_event<O: HookOutcome>(
        self,
        name: impl Into<String>,
        hook: impl Fn(CustomEvent, Session) -> O + Send + Sync + 'static,
    ) -> Self {
        let hook = sync_hook(move |(event, session)| hook(event, session));
        // The server's own: it stays, unlike one that is added to a running server.
        self.hooks.event.add(name.into(), hook);
        self
    }

    /// Like [`on_event`](Self::on_event), with a future.
    #[must_use]
    pub fn on_event_async<F>(
        self,
        name: impl Into<String>,
        hook: impl Fn(CustomEvent, Session) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        let hook = async_hook(move |(event, session)| hook(event, session));
        // The server's own: it stays, unlike one that is added to a running server.
        self.hooks.event.add(name.into(), hook);
        self
    }

    /// Runs when a session gets an identity or another one, by `/identify` or with `/connect`.
    #[must_use]
    pub fn on_identify<O: HookOutcome>(
        mut self,
        hook: impl Fn(Session) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks.identify.push(sync_hook(hook));
        self
    }

    /// Like [`on_identify`](Self::on_identify), with a future.
    #[must_use]
    pub fn on_identify_async<F>(mut self, hook: impl Fn(Session) -> F + Send + Sync + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks.identify.push(async_hook(hook));
        self
    }

    /// Runs on each rating that counts: the first of a session.
    #[must_use]
    pub fn on_csat<O: HookOutcome>(
        mut self,
        hook: impl Fn(Session, Csat) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks
            .csat
            .push(sync_hook(move |(session, csat)| hook(session, csat)));
        self
    }

    /// Like [`on_csat`](Self::on_csat), with a future.
    #[must_use]
    pub fn on_csat_async<F>(mut self, hook: impl Fn(Session, Csat) -> F + Send + Sync + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks
            .csat
            .push(async_hook(move |(session, csat)| hook(session, csat)));
        self
    }

    /// Runs when a visitor leaves: their browser says so, or nothing was heard of them for
    /// [`inactivity_timeout`](Self::inactivity_timeout). They may come back, and leave again.
    #[must_use]
    pub fn on_disconnect<O: HookOutcome>(
        mut self,
        hook: impl Fn(Session, Departure) -> O + Send + Sync + 'static,
    ) -> Self {
        self.hooks
            .disconnect
            .push(sync_hook(move |(session, departure)| hook(session, departure)));
        self
    }

    /// Like [`on_disconnect`](Self::on_disconnect), with a future.
    #[must_use]
    pub fn on_disconnect_async<F>(
        mut self,
        hook: impl Fn(Session, Departure) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future + Send + 'static,
        F::Output: HookOutcome,
    {
        self.hooks
            .disconnect
            .push(async_hook(move |(session, departure)| hook(session, departure)));
        self
    }
}
