//! Reading: `GET /messages` and the operators' view of it (EXTENSIONS, Resume).

use super::{Page, ServiceError, admit};
use crate::PocketPing;
use crate::storage::{LogEntry, MessagePage, MessageQuery, PageFrom, Replay, Seq, SessionRecord};
use crate::stream::{After, AfterKind, after_readings, visitor_envelopes};
use crate::view::for_visitor;
use pocketping_core::envelope::{ServerEnvelope, ServerEvent};
use pocketping_core::model::Message;
use pocketping_core::route::{MessagesQuery, MessagesResponse, OperatorMessagesResponse};
use pocketping_core::{MessageId, SessionId};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 100;

impl PocketPing {
    /// The messages of a session as its visitor may see them; none for an unknown session.
    ///
    /// # Errors
    /// On a blocked visitor, who is not to go on asking, and when the storage fails.
    pub async fn list_messages(&self, query: MessagesQuery) -> Result<MessagesResponse, ServiceError> {
        let session = query.session_id;
        let storage = &self.inner().storage;
        let limit = page_size(query.limit);
        let after = query.after.as_deref().and_then(After::parse);
        if let (None, Some(After(AfterKind::Cursor(seq)))) = (&query.before, &after) {
            let record = storage.session(&session).await?;
            self.admit_reader(&session, record.as_ref())?;
            return self.list_after_cursor(&session, *seq, limit).await;
        }
        let page = Page {
            after: query.after,
            before: query.before,
            limit: query.limit,
        };
        let (record, page) = self.with_messages(&session, page, Notes::Without).await?;
        self.admit_reader(&session, record.as_ref())?;
        let shown = page
            .messages
            .iter()
            .filter_map(|stored| for_visitor(&stored.message));
        Ok(MessagesResponse {
            messages: shown.map(|message| message.into_owned()).collect(),
            has_more: page.has_more,
            cursor: Some(page.head.cursor()),
            events: None,
        })
    }

    /// Lets a visitor who is not shut out go on, and counts that as a sign of life.
    fn admit_reader(&self, session: &SessionId, record: Option<&SessionRecord>) -> Result<(), ServiceError> {
        record.map_or(Ok(()), admit)?;
        self.inner().visits.refresh(session, self.now());
        Ok(())
    }

    /// The messages of a session as operators see them: deleted ones with their text, notes included.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn get_messages(
        &self,
        session: &SessionId,
        page: Page,
    ) -> Result<OperatorMessagesResponse, ServiceError> {
        let (record, page) = self.with_messages(session, page, Notes::With).await?;
        if record.is_none() {
            return Err(ServiceError::SessionNotFound);
        }
        let messages = page.messages.iter().map(|stored| Message::clone(&stored.message));
        Ok(OperatorMessagesResponse {
            messages: messages.collect(),
            has_more: page.has_more,
            cursor: Some(page.head.cursor()),
        })
    }

    async fn with_messages(
        &self,
        session: &SessionId,
        page: Page,
        notes: Notes,
    ) -> Result<(Option<SessionRecord>, MessagePage), ServiceError> {
        let storage = &self.inner().storage;
        let from = match (
            page.before.as_deref(),
            page.after.as_deref().and_then(After::parse),
        ) {
            (Some("end"), _) => PageFrom::End,
            (Some(id), _) => PageFrom::BeforeMessage(MessageId::from(id)),
            (None, None) => PageFrom::Start,
            (None, Some(After(AfterKind::Cursor(seq)))) => PageFrom::After(seq.unwrap_or(Seq::START)),
            (None, Some(After(AfterKind::Other(text)))) => match after_readings(&text) {
                (id, None) => PageFrom::AfterMessage(id),
                // A date, unless some message has it for an id: that reading comes first.
                (id, Some(date)) => match storage
                    .messages_by_id(session, vec![id.clone()])
                    .await?
                    .is_empty()
                {
                    true => PageFrom::ChangedAfter(date),
                    false => PageFrom::AfterMessage(id),
                },
            },
        };
        let query = MessageQuery {
            from,
            limit: page_size(page.limit),
            notes: notes == Notes::With,
        };
        Ok(storage.session_with_messages(session, query).await?)
    }

    /// Everything after a cursor: the envelopes, and the messages among them.
    async fn list_after_cursor(
        &self,
        session: &SessionId,
        after: Option<Seq>,
        limit: usize,
    ) -> Result<MessagesResponse, ServiceError> {
        let inner = self.inner();
        // Read first: the log is complete up to here, so the cursor skips nothing.
        let head = inner.storage.head();
        let replay = match after {
            Some(after) => inner.storage.session_log(session, after, limit).await?,
            None => Replay::Gone,
        };
        let Replay::Entries { entries, more } = replay else {
            return Ok(MessagesResponse {
                messages: Vec::new(),
                has_more: false,
                cursor: Some(head.cursor()),
                events: Some(vec![ServerEnvelope::from(ServerEvent::Resync)]),
            });
        };
        let last = entries.last().map(LogEntry::seq);
        let at = if more {
            // Of a page of nothing (`limit=0`) nothing was read: the place stays.
            last.or(after).unwrap_or(head)
        } else {
            // Another server on the same store may have told of more than we have heard of.
            head.max(last.or(after).unwrap_or(head))
        };
        let events = visitor_envelopes(inner, session, &entries).await?;
        let messages = events.iter().filter_map(|(_, event)| match event {
            ServerEvent::Message(message) => Some(Message::clone(message)),
            _ => None,
        });
        Ok(MessagesResponse {
            messages: messages.collect(),
            has_more: more,
            cursor: Some(at.cursor()),
            events: Some(
                events
                    .into_iter()
                    .map(|(seq, event)| envelope(seq, event))
                    .collect(),
            ),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Notes {
    With,
    Without,
}

fn envelope(seq: Seq, event: ServerEvent) -> ServerEnvelope {
    ServerEnvelope {
        event,
        cursor: Some(seq.cursor()),
        session_id: None,
    }
}

pub(super) fn page_size(limit: Option<u32>) -> usize {
    limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT) as usize
}
