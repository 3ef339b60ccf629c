//! Custom events between page and server, both ways (PROTOCOL §5.2; EXTENSIONS, Custom events over HTTP).

use super::list::page_size;
use super::message::check_client_id;
use super::{Change, ServiceError, admit, change_of, only_publish, shown};
use crate::PocketPing;
use crate::hooks::Call;
use crate::metrics::Side;
use crate::pocketping::Inner;
use crate::storage::{
    AttachmentQuery, Audience, Draft, Earlier, LogEvent, LogFact, OnceKey, Target, Written,
};
use crate::view;
use pocketping_core::content::{MAX_EVENT_DATA_BYTES, MAX_EVENT_NAME_CHARS};
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::CustomEvent;
use pocketping_core::route::{EventRequest, OperatorEventsResponse};
use pocketping_core::{SessionId, Value};

/// Who lets an event happen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Page,
    Host,
}

impl PocketPing {
    /// Takes a custom event of the page: hooks of its name run, then those of `*`, and operators see it.
    /// A repeat with the same `eventId` does nothing.
    ///
    /// # Errors
    /// On an unknown session, a name or data that breaks the rules, a reused `eventId`, and when the
    /// storage fails.
    pub async fn visitor_event(&self, request: EventRequest) -> Result<(), ServiceError> {
        let session = self.take_event(request, By::Page).await?;
        self.seen(&session);
        Ok(())
    }

    /// Lets a custom event happen as if the page had sent it: hooks run, operators see it. The page is not told.
    ///
    /// # Errors
    /// On an unknown session, a name or data that breaks the rules, and when the storage fails.
    pub async fn trigger_event(
        &self,
        session: &SessionId,
        name: &str,
        data: Value,
    ) -> Result<(), ServiceError> {
        let request = EventRequest {
            session_id: session.clone(),
            event_id: None,
            name: name.to_owned(),
            data,
            timestamp: None,
            page: None,
        };
        self.take_event(request, By::Host).await?;
        Ok(())
    }

    async fn take_event(&self, request: EventRequest, by: By) -> Result<SessionId, ServiceError> {
        check(&request.name, &request.data)?;
        if let Some(id) = &request.event_id {
            check_client_id("eventId", id.as_str())?;
        }
        let now = self.now();
        let event = CustomEvent {
            name: request.name,
            data: request.data,
            timestamp: request.timestamp.unwrap_or(now),
            session_id: Some(request.session_id.clone()),
            event_id: request.event_id.clone(),
        };
        let rule = move |draft: &mut Draft| {
            if let Some(Earlier::Event(earlier)) = draft.earlier() {
                return if is_same(earlier, &event) {
                    Ok(())
                } else {
                    Err(ServiceError::ClientMessageIdReused)
                };
            }
            if by == By::Page {
                admit(draft.session())?;
            }
            super::touch(draft, now);
            draft.log(LogEvent {
                at: now,
                audience: Audience::Operators,
                event_id: event.event_id.clone(),
                fact: LogFact::Event(ServerEvent::Custom(event)),
            });
            Ok(())
        };
        let change = Change {
            target: Target::Existing(request.session_id),
            messages: Vec::new(),
            attachments: AttachmentQuery::None,
            once: request.event_id.map(OnceKey::Event),
            rule,
            then: tell_hooks,
        };
        Ok(self.change(change).await?.session.id)
    }

    /// The newest custom events of a session, from and to its page, oldest first: 50 unless a number is given, at most 100.
    /// They are kept for about a day.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn get_events(
        &self,
        session: &SessionId,
        limit: Option<u32>,
    ) -> Result<OperatorEventsResponse, ServiceError> {
        let storage = &self.inner().storage;
        let events = storage.custom_events(session, page_size(limit)).await?;
        // An unknown session has none either.
        if events.is_empty() && storage.session(session).await?.is_none() {
            return Err(ServiceError::SessionNotFound);
        }
        Ok(OperatorEventsResponse { events })
    }

    /// Sends a custom event to the page of a session.
    ///
    /// # Errors
    /// On an unknown session, a name or data that breaks the rules, and when the storage fails.
    pub async fn emit_event(&self, session: &SessionId, name: &str, data: Value) -> Result<(), ServiceError> {
        let event = self.event(name, data, Some(session.clone()))?;
        let at = event.timestamp;
        let rule = move |draft: &mut Draft| {
            draft.log(shown(at, ServerEvent::Custom(event)));
            Ok(())
        };
        self.change(change_of(session.clone(), rule, only_publish))
            .await?;
        Ok(())
    }

    /// Sends a custom event to the pages of all sessions; gives how many have a stream open. Those that
    /// resume within the log's time get it too.
    ///
    /// # Errors
    /// On a name or data that breaks the rules, and when the storage fails.
    pub async fn broadcast_event(&self, name: &str, data: Value) -> Result<u64, ServiceError> {
        let event = ServerEvent::Custom(self.event(name, data, None)?);
        let reached = self.tell_all(event).await?;
        self.metrics().event(Side::Operator);
        Ok(reached)
    }

    fn event(
        &self,
        name: &str,
        data: Value,
        session_id: Option<SessionId>,
    ) -> Result<CustomEvent, ServiceError> {
        check(name, &data)?;
        let timestamp = self.now();
        Ok(CustomEvent {
            name: name.to_owned(),
            data,
            timestamp,
            session_id,
            event_id: None,
        })
    }
}

fn check(name: &str, data: &Value) -> Result<(), ServiceError> {
    if name.is_empty() || name.chars().count() > MAX_EVENT_NAME_CHARS {
        let problem = format!("must have 1 to {MAX_EVENT_NAME_CHARS} characters");
        return Err(ServiceError::field("name", problem));
    }
    let bytes = if data.is_null() {
        0
    } else {
        crate::bus::json(data).len()
    };
    if bytes > MAX_EVENT_DATA_BYTES {
        return Err(ServiceError::event_too_large(bytes));
    }
    Ok(())
}

fn is_same(earlier: &LogEvent, event: &CustomEvent) -> bool {
    match &earlier.fact {
        LogFact::Event(ServerEvent::Custom(earlier)) => {
            earlier.name == event.name && earlier.data == event.data
        }
        _ => false,
    }
}

fn tell_hooks(inner: &Inner, written: &Written) {
    if !inner.hooks.on_event() {
        return;
    }
    for (_, event) in &written.events {
        if let LogFact::Event(ServerEvent::Custom(event)) = &event.fact {
            let session = view::session(&written.session);
            inner.hooks.dispatch(
                &written.session.id,
                Call::Event(Box::new((event.clone(), session))),
            );
        }
    }
}
