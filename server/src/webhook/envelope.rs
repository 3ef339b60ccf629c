//! Bodies (PROTOCOL §5.4). The types are those of the bridge server (PROTOCOL §7.3, §7.4).

use crate::storage::SessionRecord;
use crate::view;
use pocketping_core::model::{Csat, CustomEvent, Identity, Message, Sender};
use pocketping_core::{Object, Timestamp, Value, Wire};

pub(super) const CUSTOM_EVENT: &str = "custom_event";
pub(super) const IDENTITY_UPDATE: &str = "identity_update";
pub(super) const CSAT_SUBMITTED: &str = "csat_submitted";
pub(super) const NEW_SESSION: &str = "new_session";

/// What is to be told: its type, and the body.
pub(super) struct Told {
    pub(super) kind: String,
    pub(super) body: Value,
}

/// A custom event of a page.
pub(super) fn custom_event(event: &CustomEvent, session: &SessionRecord, sent_at: Timestamp) -> Told {
    Told {
        kind: CUSTOM_EVENT.to_owned(),
        body: of_event(event, session, sent_at),
    }
}

/// A session's new identity: an event by the name `identify`, which a page's own event may have too. The type tells them
/// apart.
pub(super) fn identity(identity: &Identity, session: &SessionRecord, sent_at: Timestamp) -> Told {
    let event = CustomEvent {
        name: "identify".to_owned(),
        data: identity.write(),
        timestamp: sent_at,
        session_id: Some(session.id.clone()),
        event_id: None,
    };
    Told {
        kind: IDENTITY_UPDATE.to_owned(),
        body: of_event(&event, session, sent_at),
    }
}

/// A rating.
pub(super) fn rating(csat: &Csat, session: &SessionRecord, sent_at: Timestamp) -> Told {
    let data = Object::new()
        .with("sessionId", session.id.as_str())
        .with("score", csat.score.write())
        .with("comment", csat.comment.write())
        .with("respondedAt", csat.responded_at.write());
    of_type(CSAT_SUBMITTED, data, sent_at)
}

/// A session that begins.
pub(super) fn new_session(session: &SessionRecord, sent_at: Timestamp) -> Told {
    let data = Object::new().with("session", view::session(session).write());
    of_type(NEW_SESSION, data, sent_at)
}

/// A message.
pub(super) fn message(message: &Message, session: &SessionRecord, sent_at: Timestamp) -> Told {
    let data = Object::new()
        .with("message", message.write())
        .with("session", view::session(session).write());
    of_type(&format!("{}_message", sender(message)), data, sent_at)
}

/// A message's new text.
pub(super) fn edit(message: &Message, sent_at: Timestamp) -> Told {
    let data = of_message(message)
        .with("content", message.content.as_str())
        .with("editedAt", message.edited_at.write());
    of_type(&format!("{}_message_edited", sender(message)), data, sent_at)
}

/// A message that is gone.
pub(super) fn deletion(message: &Message, sent_at: Timestamp) -> Told {
    let data = of_message(message).with("deletedAt", message.deleted_at.write());
    of_type(&format!("{}_message_deleted", sender(message)), data, sent_at)
}

fn of_message(message: &Message) -> Object {
    Object::new()
        .with("sessionId", message.session_id.as_str())
        .with("messageId", message.id.as_str())
}

fn sender(message: &Message) -> &'static str {
    match message.sender {
        Sender::Operator => "operator",
        Sender::Ai => "ai",
        _ => "visitor",
    }
}

fn of_event(event: &CustomEvent, session: &SessionRecord, sent_at: Timestamp) -> Value {
    let metadata = session.profile.metadata.as_ref();
    let of_session = Object::new()
        .with("id", session.id.as_str())
        .with("visitorId", session.visitor_id.as_str())
        .with(
            "metadata",
            metadata.map_or_else(|| Object::new().into(), Wire::write),
        )
        .with("identity", session.profile.identity.write());
    Object::new()
        .with("event", event.write())
        .with("session", of_session)
        .with("sentAt", sent_at.write())
        .into()
}

fn of_type(kind: &str, data: Object, sent_at: Timestamp) -> Told {
    let body = Object::new()
        .with("type", kind)
        .with("data", data)
        .with("sentAt", sent_at.write());
    Told {
        kind: kind.to_owned(),
        body: body.into(),
    }
}
