//! [`Subscription`]: one reader of a stream.

use super::after::{Kind, readings};
use super::replay::visitor_envelope;
use super::{After, Delivery, Envelope, MAX_REPLAY, operator_envelopes, publish_session, visitor_envelopes};
use crate::bus::{Notice, Place, Received, Receiver, Topic};
use crate::metrics::{Side, Start};
use crate::pocketping::{Inner, PocketPing};
use crate::service::{ServiceError, admit};
use crate::storage::{MessageQuery, PageFrom, Replay, Seq};
use crate::view::for_visitor;
use futures_util::future::BoxFuture;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::{Cursor, SessionId};
use std::collections::VecDeque;
use std::future::{poll_fn, ready as at_once};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// One reader of a stream: first what it missed, then what happens, without a gap between the two.
///
/// Dropping it ends it; the session counts as online while one is open.
pub struct Subscription {
    missed: VecDeque<Envelope>,
    /// Everything up to here was handed out, is in `missed`, or was of no concern.
    seen: Seq,
    /// The cursor to hand out with what has none of its own.
    at: Seq,
    // Before `presence`: the bus has to know that the reader is gone when it is announced.
    live: Receiver,
    _presence: Option<Presence>,
    /// When it is over, whatever happens. Most readers may stay.
    until: Option<BoxFuture<'static, ()>>,
}

impl Subscription {
    /// Waits for the next delivery. Nothing is lost when the future is dropped before it is ready.
    pub async fn next(&mut self) -> Delivery {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Ends it when `end` is ready: whoever reads may not any more. All that comes then is
    /// [`Delivery::Closed`].
    pub(crate) fn until(mut self, end: impl Future<Output = ()> + Send + 'static) -> Self {
        self.until = Some(Box::pin(end));
        self
    }

    /// Polls for the next delivery.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Delivery> {
        if let Some(until) = &mut self.until
            && until.as_mut().poll(context).is_ready()
        {
            self.until = Some(Box::pin(at_once(())));
            return Poll::Ready(Delivery::Closed);
        }
        if let Some(envelope) = self.missed.pop_front() {
            self.at = envelope.seq().unwrap_or(self.at);
            if self.missed.is_empty() {
                self.at = self.seen;
            }
            return Poll::Ready(Delivery::Envelope(envelope));
        }
        loop {
            match ready!(self.live.poll_next(context)) {
                Received::Lagged => return Poll::Ready(Delivery::Lagged),
                Received::Closed => return Poll::Ready(Delivery::Closed),
                Received::Notice(notice) => match notice.place {
                    // The replay had it.
                    Place::Logged(seq) | Place::AsOf(seq) if seq <= self.seen => {}
                    Place::Logged(seq) => {
                        self.seen = seq;
                        self.at = seq;
                        return Poll::Ready(Delivery::Envelope(Envelope::of_notice(&notice, seq)));
                    }
                    Place::AsOf(_) | Place::Passing => {
                        return Poll::Ready(Delivery::Envelope(Envelope::of_notice(&notice, self.at)));
                    }
                },
            }
        }
    }

    /// The place from which a new stream would go on.
    pub fn cursor(&self) -> Cursor {
        self.at.cursor()
    }

    /// Opens the stream of a session's visitor.
    pub(crate) async fn of_session(
        pocketping: &PocketPing,
        session: SessionId,
        after: Option<After>,
    ) -> Result<Self, ServiceError> {
        let inner = pocketping.inner();
        let topic = Topic::Session(session.clone());
        let first = !inner.bus.has_listeners(&topic);
        // First the bus, then the log: what happens in between is in both and taken once.
        let live = inner.bus.subscribe(topic);
        let record = inner.storage.session(&session).await?;
        admit(&record.ok_or(ServiceError::SessionNotFound)?)?;
        let head = inner.storage.head();
        let mut this = Subscription {
            missed: VecDeque::new(),
            seen: head,
            at: head,
            live,
            _presence: Some(Presence {
                pocketping: pocketping.clone(),
                session: session.clone(),
            }),
            until: None,
        };
        let start = match after {
            None => Start::Now,
            Some(After(Kind::Cursor(None))) => this.resync(),
            Some(After(Kind::Cursor(Some(seq)))) => this.replay(inner, &session, seq).await?,
            Some(After(Kind::Other(text))) => this.repeat(inner, &session, &text).await?,
        };
        inner.metrics.stream_opened(Side::Visitor, start);
        if first {
            announce(pocketping.clone(), session);
        }
        Ok(this)
    }

    /// Opens the operators' stream. Only cursors mean something here.
    pub(crate) async fn of_operators(inner: &Inner, after: Option<After>) -> Result<Self, ServiceError> {
        let live = inner.bus.subscribe(Topic::Operators);
        let head = inner.storage.head();
        let mut this = Subscription {
            missed: VecDeque::new(),
            seen: head,
            at: head,
            live,
            _presence: None,
            until: None,
        };
        let after = match after {
            None | Some(After(Kind::Other(_))) => {
                inner.metrics.stream_opened(Side::Operator, Start::Now);
                return Ok(this);
            }
            Some(After(Kind::Cursor(seq))) => seq,
        };
        let replay = match after {
            Some(after) => inner.storage.full_log(after, MAX_REPLAY).await?,
            None => Replay::Gone,
        };
        let start = match (after, replay) {
            (Some(after), Replay::Entries { entries, more: false }) => {
                this.missed = operator_envelopes(inner, after, &entries).await?.into();
                this.go_on(after, entries.last().map(|entry| entry.seq()))
            }
            _ => this.resync(),
        };
        inner.metrics.stream_opened(Side::Operator, start);
        Ok(this)
    }

    async fn replay(
        &mut self,
        inner: &Inner,
        session: &SessionId,
        after: Seq,
    ) -> Result<Start, ServiceError> {
        Ok(
            match inner.storage.session_log(session, after, MAX_REPLAY).await? {
                Replay::Entries { entries, more: false } => {
                    let events = visitor_envelopes(inner, session, &entries).await?;
                    self.missed = events
                        .iter()
                        .map(|(seq, event)| visitor_envelope(*seq, event))
                        .collect();
                    self.go_on(after, entries.last().map(|entry| entry.seq()))
                }
                _ => self.resync(),
            },
        )
    }

    /// `after` is no cursor: what was created or changed since, as messages (PROTOCOL §2.4).
    async fn repeat(
        &mut self,
        inner: &Inner,
        session: &SessionId,
        text: &str,
    ) -> Result<Start, ServiceError> {
        let (id, date) = readings(text);
        let found = inner.storage.messages_by_id(session, vec![id]).await?;
        if let Some(stored) = found.first() {
            return self.replay(inner, session, stored.seq).await;
        }
        let Some(date) = date else { return Ok(Start::Now) };
        let from = PageFrom::ChangedAfter(date);
        let query = MessageQuery {
            from,
            limit: MAX_REPLAY,
            notes: false,
        };
        let page = inner.storage.messages(session, query).await?;
        // By date there is no place in the log: these go without a cursor, in any order.
        let messages = page
            .messages
            .iter()
            .filter_map(|stored| for_visitor(&stored.message));
        let notices = messages.map(|message| {
            let event = ServerEvent::Message(Box::new(message.into_owned()));
            Notice::new(Place::Passing, &event, None)
        });
        self.missed = notices.map(|notice| Envelope::without_cursor(&notice)).collect();
        Ok(Start::Resumed)
    }

    fn go_on(&mut self, after: Seq, last: Option<Seq>) -> Start {
        // All that concerns this stream up to the head of before the replay was in the replay.
        self.seen = self.seen.max(last.unwrap_or(after));
        self.at = if self.missed.is_empty() { self.seen } else { after };
        Start::Resumed
    }

    fn resync(&mut self) -> Start {
        self.missed = VecDeque::from([visitor_envelope(self.seen, &ServerEvent::Resync)]);
        Start::Resync
    }
}

/// Announces that a visitor's stream has ended.
struct Presence {
    pocketping: PocketPing,
    session: SessionId,
}

impl Drop for Presence {
    fn drop(&mut self) {
        if !self
            .pocketping
            .inner()
            .bus
            .has_listeners(&Topic::Session(self.session.clone()))
        {
            announce(self.pocketping.clone(), self.session.clone());
        }
    }
}

/// Tells operators how a session is, in order with its writes.
fn announce(pocketping: PocketPing, session: SessionId) {
    if !pocketping.inner().bus.has_listeners(&Topic::Operators) {
        return;
    }
    // Outside of a runtime the server is going down: nobody is left to be told.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            let inner = Arc::clone(pocketping.inner());
            let told = pocketping
                .look(&session, move |record| publish_session(&inner, record))
                .await;
            // A session that was erased has nobody to be told of.
            if let Err(error) = told
                && !matches!(error, ServiceError::SessionNotFound)
            {
                tracing::warn!(%error, "could not tell operators whether a visitor is online");
            }
        });
    }
}
