//! Receipts: `POST /read` and the operators' counterpart (PROTOCOL §1.3).

use super::{Change, ServiceError, admit, only_publish, shown};
use crate::PocketPing;
use crate::storage::{AttachmentQuery, Draft, Target};
use pocketping_core::envelope::{ReadReceipt, ServerEvent};
use pocketping_core::model::{Message, MessageStatus, Sender};
use pocketping_core::route::{OperatorReadRequest, ReadRequest, ReadResponse};
use pocketping_core::{MessageId, SessionId, Timestamp};
use std::collections::HashSet;

/// Whose messages are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Visitor,
    Operators,
}

impl PocketPing {
    /// Notes that the visitor got or saw messages of the other side. Unknown messages, the visitor's own and
    /// those that were further already do not count; an unknown session has none.
    ///
    /// # Errors
    /// On a blocked visitor, and when the storage fails.
    pub async fn visitor_read(&self, request: ReadRequest) -> Result<ReadResponse, ServiceError> {
        self.inner().visits.refresh(&request.session_id, self.now());
        let read = self.read(
            request.session_id,
            request.message_ids,
            request.status,
            Of::Operators,
        );
        match read.await {
            Err(ServiceError::SessionNotFound) => Ok(ReadResponse { updated: 0 }),
            read => read,
        }
    }

    /// Notes that an operator got or saw messages of the visitor: their ticks change, `unread` falls.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn operator_read(
        &self,
        session: &SessionId,
        request: OperatorReadRequest,
    ) -> Result<ReadResponse, ServiceError> {
        let read = self
            .read(session.clone(), request.message_ids, request.status, Of::Visitor)
            .await?;
        self.operator_seen().await;
        Ok(read)
    }

    async fn read(
        &self,
        session: SessionId,
        mut ids: Vec<MessageId>,
        status: MessageStatus,
        of: Of,
    ) -> Result<ReadResponse, ServiceError> {
        let mut seen = HashSet::with_capacity(ids.len());
        ids.retain(|id| seen.insert(id.clone()));
        // Existing clients may say `sent`; a message that is stored is that far already.
        if ids.is_empty() || !matches!(status, MessageStatus::Delivered | MessageStatus::Read) {
            return Ok(ReadResponse { updated: 0 });
        }
        let now = self.now();
        let change = Change {
            target: Target::Existing(session),
            messages: ids.clone(),
            attachments: AttachmentQuery::None,
            once: None,
            rule: move |draft: &mut Draft| {
                if of == Of::Operators {
                    admit(draft.session())?;
                }
                mark(draft, &ids, status, of, now);
                Ok(())
            },
            then: only_publish,
        };
        let written = self.change(change).await?;
        Ok(ReadResponse {
            updated: written.changed.len() as u64,
        })
    }
}

fn mark(draft: &mut Draft, ids: &[MessageId], status: MessageStatus, of: Of, now: Timestamp) {
    let moves_on = |message: &Message| {
        let from_visitor = message.sender == Sender::Visitor;
        from_visitor == (of == Of::Visitor)
            && !message.private
            && message.status.unwrap_or(MessageStatus::Sent) < status
    };
    let moved = ids
        .iter()
        .filter(|id| draft.message(id).is_some_and(|message| moves_on(message)));
    let moved: Vec<MessageId> = moved.cloned().collect();
    if moved.is_empty() {
        return;
    }
    let at = draft.stamp(now);
    let mut newly_read = 0;
    for id in &moved {
        draft.change(id, |message| {
            message.status = Some(status);
            message.delivered_at.get_or_insert(at);
            if status == MessageStatus::Read {
                newly_read += u64::from(message.deleted_at.is_none());
                message.read_at = Some(at);
            }
        });
    }
    let session = draft.session_mut();
    if of == Of::Visitor {
        session.unread = session.unread.saturating_sub(newly_read);
    }
    let receipt = ReadReceipt {
        session_id: Some(session.id.clone()),
        message_ids: moved,
        status,
        delivered_at: Some(at),
        read_at: (status == MessageStatus::Read).then_some(at),
    };
    draft.log(shown(at, ServerEvent::Read(receipt)));
}
