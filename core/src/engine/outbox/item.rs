//! [`Item`]: one thing that the server has to be told, and its stored form.

use crate::decimal::push_padded;
use crate::engine::FileInfo;
use crate::model::{Identity, MessageStatus};
use crate::value::{Fields, ReadError, wire_object};
use crate::{AttachmentId, ClientMessageId, MessageId, Object, SessionId, Timestamp, Value, VisitorId, Wire};
use std::sync::Arc;

/// Version of the stored form. Readers take this and older ones; a newer one is set aside as unreadable.
const FORMAT: i64 = 1;

/// One entry of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Item {
    /// Orders the entries; not less than the wall clock's milliseconds when it was made. A new page continues
    /// after the last one, which the journal knows.
    pub(in crate::engine) seq: u64,
    /// The page whose visitor made it; empty for a page alone.
    pub(in crate::engine) tab: Arc<str>,
    /// The number that it had there. Leaders give others, in which what one page made keeps its order.
    pub(in crate::engine) made: u64,
    /// Whose it is, as far as that had a name when it was made: a reset forgets it by that.
    pub(in crate::engine) visitor: Option<VisitorId>,
    /// `clientMessageId`, `eventId`, or a name of our own.
    pub(in crate::engine) id: Arc<str>,
    /// When it was made, by the visitor's clock.
    pub(in crate::engine) created: Timestamp,
    pub(in crate::engine) kind: Kind,
    /// The status with which the server refused it for good.
    pub(in crate::engine) refused: Option<u16>,
    /// Of an upload that a message needs: what the server has of it.
    pub(in crate::engine) uploaded: Option<Uploaded>,
}

wire_object! {
    /// A file that a server has all of. It is good for messages of one session.
    #[allow(unreachable_pub)]
    pub struct Uploaded {
        pub session_id: SessionId => "sessionId";
        pub attachment_id: AttachmentId => "attachmentId";
    }
}

/// What the server has to be told.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Kind {
    Message(Draft),
    Event(EventDraft),
    Identify(Identity),
    Receipt(ReceiptDraft),
    Call(Call),
    Upload(FileInfo),
}

wire_object! {
    /// A message that the server has not stored.
    #[allow(unreachable_pub)]
    pub struct Draft {
        pub content: String => "content";
        pub reply_to: Option<MessageId> => "replyTo";
        pub attachment_ids: Vec<AttachmentId> => "attachmentIds", optional;
        /// Entries of files that go with it, and with which those stay until it is delivered.
        pub uploads: Vec<ClientMessageId> => "uploads", optional;
    }
}

wire_object! {
    /// A custom event of the page.
    #[allow(unreachable_pub)]
    pub struct EventDraft {
        pub name: String => "name";
        pub data: Value => "data";
        /// Address of the page it happened on.
        pub page: Option<String> => "page";
    }
}

wire_object! {
    /// Receipts for messages of one session.
    #[allow(unreachable_pub)]
    pub struct ReceiptDraft {
        pub session_id: SessionId => "sessionId";
        pub message_ids: Vec<MessageId> => "messageIds";
        pub status: MessageStatus => "status";
    }
}

wire_object! {
    /// Something that the page waits for: an edit, a deletion, a rating, a form. One type for all, as each type
    /// costs the widget its reader, writer and clean-up.
    #[allow(unreachable_pub)]
    pub struct Call {
        /// [`EDIT`], [`DELETE`] or the route's path.
        pub route: String => "route";
        /// The session without which it means nothing.
        pub session_id: Option<SessionId> => "sessionId";
        /// Key of the message it is about: the id is known only when that is stored.
        pub key: Option<String> => "key";
        /// The request's body, as far as it is known now.
        pub body: Object => "body";
    }
}

/// Route of [`Call`]s that change a message's text.
pub(in crate::engine) const EDIT: &str = "/edit";
/// Route of [`Call`]s that delete a message.
pub(in crate::engine) const DELETE: &str = "/delete";

impl Kind {
    /// The session without which it means nothing.
    pub(super) fn session(&self) -> Option<&SessionId> {
        match self {
            Kind::Receipt(receipt) => Some(&receipt.session_id),
            // A message that was not stored there goes to the next one, and its changes with it.
            Kind::Call(call) => call.session_id.as_ref().filter(|_| call.key.is_none()),
            Kind::Message(_) | Kind::Event(_) | Kind::Identify(_) | Kind::Upload(_) => None,
        }
    }

    /// Its text's bytes.
    pub(in crate::engine) fn text_bytes(&self) -> usize {
        match self {
            Kind::Message(draft) => draft.content.len(),
            Kind::Event(event) => event.name.len() + value_bytes(&event.data),
            Kind::Identify(identity) => value_bytes(&identity.write()),
            Kind::Receipt(receipt) => receipt.message_ids.len() * 40,
            Kind::Call(call) => call.body.iter().map(|(_, value)| value_bytes(value)).sum(),
            Kind::Upload(file) => file.name.len() + file.mime_type.len(),
        }
    }
}

impl Item {
    /// Whether this entry, which was queued before the other one, has to leave before it, also when others do not wait for
    /// it: messages and events are told in order, and so are the changes of one message, behind that, and a file comes
    /// before its message.
    pub(super) fn precedes(&self, later: &Item) -> bool {
        match (&self.kind, &later.kind) {
            (Kind::Message(_), Kind::Message(_))
            | (Kind::Event(_), Kind::Event(_))
            | (Kind::Identify(_), Kind::Identify(_)) => true,
            (Kind::Upload(_), Kind::Message(draft)) => {
                draft.uploads.iter().any(|id| id.as_str() == &*self.id)
            }
            (Kind::Message(_), Kind::Call(later)) => later.key.as_deref() == Some(&*self.id),
            (Kind::Call(call), Kind::Call(later)) => call.key == later.key,
            _ => false,
        }
    }

    /// The entry's key in the store; keys are ordered as the entries are.
    pub(in crate::engine) fn store_key(&self) -> String {
        let mut key = String::new();
        push_padded(&mut key, i64::try_from(self.seq).unwrap_or(i64::MAX), 16);
        key.push('-');
        key.push_str(&self.id);
        key
    }

    /// How much of the outbox's room it takes.
    pub(in crate::engine) fn text_bytes(&self) -> usize {
        self.kind.text_bytes()
    }
}

impl Wire for Item {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let fields = Fields::of(value)?;
        if !(1..=FORMAT).contains(&fields.get::<i64>("v")?) {
            return Err(ReadError::expected("a known version").within("v"));
        }
        let data: Value = fields.get("data")?;
        let kind: String = fields.get("kind")?;
        let kind = match kind.as_str() {
            "message" => Draft::read(&data).map(Kind::Message),
            "event" => EventDraft::read(&data).map(Kind::Event),
            "identify" => Identity::read(&data).map(Kind::Identify),
            "receipt" => ReceiptDraft::read(&data).map(Kind::Receipt),
            "call" => Call::read(&data).map(Kind::Call),
            "upload" => FileInfo::read(&data).map(Kind::Upload),
            _ => Err(ReadError::expected("a known kind")),
        };
        let id: String = fields.get("id")?;
        let refused: Option<i64> = fields.get("refused")?;
        let tab: Option<String> = fields.get("tab")?;
        let made: Option<u64> = fields.get("made")?;
        Ok(Item {
            seq: fields.get("seq")?,
            tab: tab.unwrap_or_default().into(),
            made: made.unwrap_or(0),
            visitor: fields.get("of")?,
            id: id.into(),
            created: fields.get("created")?,
            kind: kind.map_err(|error| error.within("data"))?,
            refused: refused.and_then(|status| u16::try_from(status).ok()),
            uploaded: fields.get("uploaded")?,
        })
    }

    fn write(&self) -> Value {
        let (kind, data) = match &self.kind {
            Kind::Message(draft) => ("message", draft.write()),
            Kind::Event(event) => ("event", event.write()),
            Kind::Identify(identity) => ("identify", identity.write()),
            Kind::Receipt(receipt) => ("receipt", receipt.write()),
            Kind::Call(call) => ("call", call.write()),
            Kind::Upload(file) => ("upload", file.write()),
        };
        let mut object = Object::new();
        object.push("v", Value::Int(FORMAT));
        object.push("seq", self.seq.write());
        if !self.tab.is_empty() {
            object.push("tab", Value::from(&*self.tab));
            object.push("made", self.made.write());
        }
        if let Some(visitor) = &self.visitor {
            object.push("of", visitor.write());
        }
        object.push("id", Value::from(&*self.id));
        object.push("created", self.created.write());
        object.push("kind", Value::from(kind));
        object.push("data", data);
        if let Some(status) = self.refused {
            object.push("refused", Value::Int(i64::from(status)));
        }
        if let Some(uploaded) = &self.uploaded {
            object.push("uploaded", uploaded.write());
        }
        Value::Object(object)
    }
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::List(items) => items.iter().map(|item| value_bytes(item) + 1).sum(),
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| key.len() + 4 + value_bytes(value))
            .sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: Kind) -> Item {
        Item {
            seq: 7,
            tab: "t".into(),
            made: 5,
            visitor: Some(VisitorId::new("v")),
            id: "a".into(),
            created: Timestamp::from_millis(1),
            kind,
            refused: Some(413),
            uploaded: Some(Uploaded {
                session_id: "s".into(),
                attachment_id: "f".into(),
            }),
        }
    }

    #[test]
    fn every_kind_survives_storage() {
        let kinds = [
            Kind::Message(Draft {
                content: "é".into(),
                reply_to: Some("m".into()),
                attachment_ids: vec!["f".into()],
                uploads: vec!["u".into()],
            }),
            Kind::Upload(FileInfo {
                name: "a.png".into(),
                mime_type: "image/png".into(),
                size: 7,
            }),
            Kind::Event(EventDraft {
                name: "n".into(),
                data: Object::new().with("a", 1).into(),
                page: None,
            }),
            Kind::Identify(
                Identity::read(&Object::new().with("id", "u").with("plan", "pro").into()).unwrap(),
            ),
            Kind::Receipt(ReceiptDraft {
                session_id: "s".into(),
                message_ids: vec!["m".into()],
                status: MessageStatus::Read,
            }),
        ];
        for kind in kinds {
            let item = item(kind);
            assert_eq!(Item::read(&item.write()), Ok(item));
        }
    }

    #[test]
    fn a_newer_form_is_not_misread() {
        let stored = item(Kind::Message(Draft {
            content: "x".into(),
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: Vec::new(),
        }));
        let mut newer = Object::read(&stored.write()).unwrap();
        newer.set("v", 2);
        assert!(Item::read(&newer.into()).is_err());
    }
}
