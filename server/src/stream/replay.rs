//! From log entries back to envelopes.

use super::Envelope;
use super::publish::{edit_of, operator_notice, session_notice};
use crate::bus::{Notice, Place};
use crate::pocketping::Inner;
use crate::service::ServiceError;
use crate::storage::{Audience, LogEntry, LogFact, Seq, StoredMessage};
use crate::view::for_visitor;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::Message;
use pocketping_core::{MessageId, SessionId};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// What the visitor missed.
pub(crate) async fn visitor_envelopes(
    inner: &Inner,
    session: &SessionId,
    entries: &[LogEntry],
) -> Result<Vec<(Seq, ServerEvent)>, ServiceError> {
    let edited_ids = entries
        .iter()
        .filter_map(edited_id)
        .map(|(_, id)| id.clone())
        .collect();
    let edited = load(inner, session, edited_ids).await?;
    let event = |entry: &LogEntry| match entry {
        LogEntry::Message(stored) => {
            let message = for_visitor(&stored.message)?.into_owned();
            Some(ServerEvent::Message(Box::new(message)))
        }
        LogEntry::Event { event, .. } if event.audience == Audience::Operators => None,
        LogEntry::Event { event, .. } => match &event.fact {
            LogFact::SessionChanged => None,
            // The text of a message that was deleted since is not sent any more.
            LogFact::Edited(id) => edited
                .get(id)
                .filter(|message| message.deleted_at.is_none())
                .and_then(|message| edit_of(message)),
            LogFact::Event(event) => Some(event.clone()),
        },
    };
    Ok(entries
        .iter()
        .filter_map(|entry| Some((entry.seq(), event(entry)?)))
        .collect())
}

/// What an operator who is at `after` missed: first the sessions as they are now, then what happened to
/// them.
pub(crate) async fn operator_envelopes(
    inner: &Inner,
    after: Seq,
    entries: &[LogEntry],
) -> Result<Vec<Envelope>, ServiceError> {
    let mut touched: Vec<&SessionId> = Vec::new();
    let mut edits: HashMap<&SessionId, Vec<MessageId>> = HashMap::new();
    for entry in entries {
        let Some(session) = entry.session() else { continue };
        if !touched.contains(&session) {
            touched.push(session);
        }
        if let Some((_, id)) = edited_id(entry) {
            edits.entry(session).or_default().push(id.clone());
        }
    }
    let mut envelopes = Vec::with_capacity(touched.len() + entries.len());
    let mut edited = HashMap::new();
    for session in touched {
        if let Some(record) = inner.storage.session(session).await? {
            let notice = session_notice(inner, &record, Place::Passing);
            envelopes.push(Envelope::of_notice(&notice, after));
        }
        if let Some(ids) = edits.remove(session) {
            edited.extend(load(inner, session, ids).await?);
        }
    }
    for entry in entries {
        let event = match entry {
            LogEntry::Message(stored) => Some(Cow::Owned(ServerEvent::Message(Box::new(Message::clone(
                &stored.message,
            ))))),
            LogEntry::Event { event, .. } => match &event.fact {
                LogFact::SessionChanged => None,
                LogFact::Edited(id) => edited
                    .get(id)
                    .and_then(|message| edit_of(message))
                    .map(Cow::Owned),
                LogFact::Event(event) => Some(Cow::Borrowed(event)),
            },
        };
        let notice = event.and_then(|event| operator_notice(entry.seq(), &event, entry.session()));
        envelopes.extend(notice.map(|notice| Envelope::of_notice(&notice, entry.seq())));
    }
    Ok(envelopes)
}

/// The visitor's envelope of an event at its place.
pub(super) fn visitor_envelope(seq: Seq, event: &ServerEvent) -> Envelope {
    Envelope::of_notice(&Notice::new(Place::Logged(seq), event, None), seq)
}

fn edited_id(entry: &LogEntry) -> Option<(Seq, &MessageId)> {
    match entry {
        LogEntry::Event { seq, event, .. } => match &event.fact {
            LogFact::Edited(id) => Some((*seq, id)),
            _ => None,
        },
        LogEntry::Message(_) => None,
    }
}

async fn load(
    inner: &Inner,
    session: &SessionId,
    ids: Vec<MessageId>,
) -> Result<HashMap<MessageId, Arc<Message>>, ServiceError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let messages = inner.storage.messages_by_id(session, ids).await?;
    let by_id = |StoredMessage { message, .. }| (MessageId::clone(&message.id), message);
    Ok(messages.into_iter().map(by_id).collect())
}
