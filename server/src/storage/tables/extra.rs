//! What few messages have, in one column.

use super::Unreadable;
use pocketping_core::model::{Attachment, Message, MessageOperator, ReplyTo};
use pocketping_core::value::Fields;
use pocketping_core::{Object, Timestamp, Value, Wire};

/// What few messages have.
#[derive(Default)]
pub(in crate::storage) struct Extra {
    pub(in crate::storage) reply_to: Option<ReplyTo>,
    pub(in crate::storage) metadata: Option<Object>,
    pub(in crate::storage) attachments: Vec<Attachment>,
    pub(in crate::storage) operator: Option<MessageOperator>,
}

/// The column's JSON text; unset when there is nothing to say.
pub(in crate::storage) fn write_extra(message: &Message) -> Option<String> {
    let mut object = Object::new();
    if let Some(reply_to) = &message.reply_to {
        object.push("replyTo", reply_to.write());
    }
    if let Some(metadata) = &message.metadata {
        object.push("metadata", metadata.write());
    }
    if !message.attachments.is_empty() {
        object.push("attachments", message.attachments.write());
    }
    if let Some(operator) = &message.operator {
        object.push("operator", operator.write());
    }
    (!object.is_empty()).then(|| crate::bus::json(&object.into()))
}

/// Reads what [`write_extra`] wrote.
pub(in crate::storage) fn read_extra(text: Option<&str>) -> Result<Extra, Unreadable> {
    let Some(text) = text else {
        return Ok(Extra::default());
    };
    let value: Value = serde_json::from_str(text)?;
    let fields = Fields::of(&value)?;
    Ok(Extra {
        reply_to: fields.get("replyTo")?,
        metadata: fields.get("metadata")?,
        attachments: fields.get_or("attachments", Vec::new())?,
        operator: fields.get("operator")?,
    })
}

/// When a message was last changed, in microseconds; unset until it is.
pub(in crate::storage) fn changed_at(message: &Message) -> Option<i64> {
    let changes = [
        message.delivered_at,
        message.read_at,
        message.edited_at,
        message.deleted_at,
    ];
    changes.into_iter().flatten().max().map(Timestamp::as_micros)
}
