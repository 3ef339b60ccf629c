//! Changes that the leader passes on, as lists: a number for the kind, then what it says.

use crate::engine::timeline::Timeline;
use crate::engine::{Change, EntryKey, FailureReason, Notice, PersistFailure};
use crate::model::{Attachment, CustomEvent, VersionWarning};
use crate::route::ScreenshotWish;
use crate::{ClientMessageId, SessionId, Value, Wire};

/// The form of a change that every page wants to hear of; what can be seen from list and state is none.
pub(super) fn write(change: &Change) -> Option<Value> {
    let parts = match change {
        Change::Connected {
            session_id,
            appearance,
            ..
        } => vec![Value::Int(0), session_id.write(), appearance.write()],
        Change::Arrived(message) => vec![Value::Int(1), message.id.write()],
        Change::Delivered {
            client_message_id, ..
        } => vec![Value::Int(2), client_message_id.write()],
        Change::Undeliverable {
            client_message_id,
            reason,
            content,
        } => vec![
            Value::Int(3),
            client_message_id.write(),
            reason_code(Some(*reason)),
            content.write(),
        ],
        Change::Edited(key) => vec![Value::Int(4), Value::from(&*key.0)],
        Change::Deleted(key) => vec![Value::Int(5), Value::from(&*key.0)],
        Change::Settled { id, outcome } => vec![Value::Int(6), id.write(), reason_code(outcome.err())],
        Change::Event(event) => vec![Value::Int(7), event.write()],
        Change::Identified(outcome) => vec![Value::Int(8), reason_code(outcome.err())],
        Change::VersionWarning(warning) => vec![Value::Int(9), warning.write()],
        Change::AiTakeover => vec![Value::Int(10)],
        Change::CsatRequest => vec![Value::Int(11)],
        Change::Config(config) => vec![Value::Int(12), config.write()],
        Change::Unknown { kind, data } => vec![Value::Int(13), Value::from(kind.as_str()), data.clone()],
        Change::Notice(Notice::StorageDegraded(_)) => vec![Value::Int(14)],
        Change::ScreenshotRequest(wish) => vec![Value::Int(15), wish.write()],
        Change::Uploaded { id, attachment } => vec![Value::Int(16), id.write(), attachment.write()],
        _ => return None,
    };
    Some(Value::List(parts))
}

/// The change of this form. Messages are looked up in the list, which is told first.
pub(super) fn read(told: &Value, list: &Timeline) -> Option<Change> {
    let (kind, parts) = told.as_list()?.split_first()?;
    let first = parts.first();
    let text = || first?.as_str();
    let id = || Some(ClientMessageId::new(text()?));
    let key = || Some(EntryKey(text()?.into()));
    let message = || Some(Box::new(list.get(text()?)?.message.clone()));
    Some(match kind.as_int()? {
        0 => Change::Connected {
            session_id: SessionId::new(text()?),
            appearance: parts.get(1)?.as_object()?.clone(),
        },
        1 => Change::Arrived(message()?),
        // A page that has not heard of all that came before hears of it with the whole list.
        2 if list.is_stored(text()?) => Change::Delivered {
            client_message_id: id()?,
            message: message()?,
        },
        3 => Change::Undeliverable {
            client_message_id: id()?,
            reason: reason(parts.get(1))?,
            content: parts.get(2).and_then(Value::as_str).map(str::to_owned),
        },
        4 => Change::Edited(key()?),
        5 => Change::Deleted(key()?),
        6 => Change::Settled {
            id: id()?,
            outcome: reason(parts.get(1)).map_or(Ok(()), Err),
        },
        7 => Change::Event(CustomEvent::read(first?).ok()?),
        8 => Change::Identified(reason(first).map_or(Ok(()), Err)),
        9 => Change::VersionWarning(VersionWarning::read(first?).ok()?),
        10 => Change::AiTakeover,
        11 => Change::CsatRequest,
        12 => Change::Config(first?.as_object()?.clone()),
        13 => Change::Unknown {
            kind: text()?.to_owned(),
            data: parts.get(1)?.clone(),
        },
        14 => Change::Notice(Notice::StorageDegraded(PersistFailure::Broken)),
        15 => Change::ScreenshotRequest(ScreenshotWish::read(first?).ok()?),
        16 => Change::Uploaded {
            id: id()?,
            attachment: Box::new(Attachment::read(parts.get(1)?).ok()?),
        },
        _ => return None,
    })
}

/// A reason as a number: a status for what the server refused, less than that for the others.
pub(in crate::engine) fn reason_code(reason: Option<FailureReason>) -> Value {
    let Some(reason) = reason else {
        return Value::Null;
    };
    Value::Int(match reason {
        FailureReason::Blank => 1,
        FailureReason::TooLong => 2,
        FailureReason::OutboxFull => 3,
        FailureReason::NotFound => 4,
        FailureReason::FileGone => 5,
        FailureReason::Refused { status } => i64::from(status),
    })
}

/// The reason of a number.
pub(in crate::engine) fn reason(code: Option<&Value>) -> Option<FailureReason> {
    Some(match code?.as_int()? {
        1 => FailureReason::Blank,
        2 => FailureReason::TooLong,
        3 => FailureReason::OutboxFull,
        4 => FailureReason::NotFound,
        5 => FailureReason::FileGone,
        status => FailureReason::Refused {
            status: u16::try_from(status).ok()?,
        },
    })
}
