//! The services: the rules of a chat, one file per subject. Routes, bridges and the host's own code call
//! the same methods of [`PocketPing`].

mod acting;
pub use acting::Acting;
mod acting_staff;
mod acting_words;
mod attendance;
pub(crate) use attendance::Attendance;
mod connect;
mod csat;
mod edit;
mod error;
pub use error::ServiceError;
mod event;
mod identify;
mod list;
mod message;
pub use message::OperatorMessage;
mod operators;
mod page;
mod people;
mod person;
mod prechat;
mod presence;
pub(crate) use presence::OperatorPresence;
mod protection;
mod reachability;
pub(crate) use reachability::ToldReachability;
mod read;
mod retention;
mod screenshot;
mod search;
mod session;
mod staff;
pub use staff::{ChangedOperator, NewToken, Staff};
mod staff_fields;
mod stats;
mod typing;
mod upload;
pub(crate) use upload::{UploadLink, Uploads};
mod visit;
mod watch;
mod webhook;

#[cfg(test)]
mod tests;

use crate::PocketPing;
use crate::metrics::{Metrics, Side};
use crate::pocketping::Inner;
use crate::storage::{
    Announcement, AttachmentQuery, Audience, Draft, LogEvent, LogFact, OnceKey, Seq, SessionRecord,
    SessionWrite, Target, Written,
};
use crate::stream::{publish_announcement, publish_written};
use pocketping_core::envelope::ServerEvent;
use pocketping_core::{MessageId, SessionId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Who makes a request, as far as the connection shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address; unset when it is not known.
    pub ip: Option<String>,
    /// The user agent.
    pub user_agent: Option<String>,
}

/// Which part of a list; see [`PocketPing::get_messages`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Forward from after this cursor, message id or ISO date.
    pub after: Option<String>,
    /// Backward from before this message id, or from `end`.
    pub before: Option<String>,
    /// Most messages; default 50, at most 100.
    pub limit: Option<u32>,
}

/// A change of one session: what to load, how to decide, what to do once it is committed.
struct Change<R, T> {
    target: Target,
    messages: Vec<MessageId>,
    attachments: AttachmentQuery,
    once: Option<OnceKey>,
    rule: R,
    then: T,
}

/// A change of an existing session that needs no messages and no key.
fn change_of<R, T>(session: SessionId, rule: R, then: T) -> Change<R, T>
where
    R: FnOnce(&mut Draft) -> Result<(), ServiceError>,
    T: FnOnce(&Inner, &Written),
{
    Change {
        target: Target::Existing(session),
        messages: Vec::new(),
        attachments: AttachmentQuery::None,
        once: None,
        rule,
        then,
    }
}

/// Nothing to do after a change but to publish it.
fn only_publish(_: &Inner, _: &Written) {}

impl PocketPing {
    /// Tells all pages and operators of an event, through the log, so that those hear of it too that poll, or are without a
    /// network just then; gives how many sessions have a stream.
    async fn tell_all(&self, event: ServerEvent) -> Result<u64, ServiceError> {
        let reached = Arc::new(AtomicU64::new(0));
        let (inner, count) = (Arc::clone(self.inner()), Arc::clone(&reached));
        let announcement = Announcement {
            event: shown(self.now(), event.clone()),
            committed: Box::new(move |seq: &Seq| {
                let sessions = publish_announcement(&inner, *seq, &event);
                count.store(sessions as u64, Ordering::Release);
            }),
        };
        let announcing = self.inner().storage.announce(announcement);
        self.metrics().measure_write(announcing).await?;
        Ok(reached.load(Ordering::Acquire))
    }

    /// Writes a change, publishes it in order, then runs its `then`.
    async fn change<R, T>(&self, change: Change<R, T>) -> Result<Written, ServiceError>
    where
        R: FnOnce(&mut Draft) -> Result<(), ServiceError> + Send + 'static,
        T: FnOnce(&Inner, &Written) + Send + 'static,
    {
        let inner = Arc::clone(self.inner());
        inner.hooks.start();
        let telling = inner.webhooks.as_ref().map(|webhooks| {
            webhooks.start();
            webhooks.telling()
        });
        let told = telling.clone();
        let (rule, then) = (change.rule, change.then);
        let write = SessionWrite {
            target: change.target,
            messages: change.messages,
            attachments: change.attachments,
            once: change.once,
            rule: Box::new(move |draft: &mut Draft| match telling {
                Some(telling) => telling.run(draft, rule),
                None => rule(draft),
            }),
            committed: Box::new(move |written: &Written| {
                count(&inner.metrics, written);
                publish_written(&inner, written);
                then(&inner, written);
                if let Some(webhooks) = &inner.webhooks
                    && told.is_some_and(|told| told.has_queued())
                {
                    webhooks.poke();
                }
            }),
        };
        let writing = self.inner().storage.write(write);
        Ok(self.metrics().measure_write(writing).await?)
    }

    /// Looks at a session in order with its writes.
    pub(crate) async fn look(
        &self,
        session: &SessionId,
        look: impl FnOnce(&SessionRecord) + Send + 'static,
    ) -> Result<(), ServiceError> {
        let look = move |_: &Inner, written: &Written| look(&written.session);
        self.change(change_of(session.clone(), |_| Ok(()), look)).await?;
        Ok(())
    }
}

/// Counts what a write has stored; a repeat stores nothing.
fn count(metrics: &Metrics, written: &Written) {
    if let Some(stored) = &written.message {
        metrics.message(stored.message.sender);
    }
    for (_, event) in &written.events {
        if let LogFact::Event(ServerEvent::Custom(_)) = &event.fact {
            // Operators are shown what pages tell, pages what is told to them.
            metrics.event(match event.audience {
                Audience::Operators => Side::Visitor,
                Audience::Everyone => Side::Operator,
            });
        }
    }
}

/// An entry for everyone.
fn shown(at: Timestamp, event: ServerEvent) -> LogEvent {
    LogEvent {
        at,
        audience: Audience::Everyone,
        event_id: None,
        fact: LogFact::Event(event),
    }
}

/// The entry that tells operators that something about the session changed.
fn changed(at: Timestamp) -> LogEvent {
    LogEvent {
        at,
        audience: Audience::Operators,
        event_id: None,
        fact: LogFact::SessionChanged,
    }
}

/// Refuses a visitor whom an operator has shut out.
pub(crate) fn admit(session: &SessionRecord) -> Result<(), ServiceError> {
    match session.profile.blocked {
        true => Err(ServiceError::Blocked),
        false => Ok(()),
    }
}

/// Marks the session as used now.
fn touch(draft: &mut Draft, now: Timestamp) {
    let session = draft.session_mut();
    session.last_activity = session.last_activity.max(now);
}
