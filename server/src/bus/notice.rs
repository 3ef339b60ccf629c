//! [`Notice`]: one envelope, serialised once for all listeners.

use crate::storage::Seq;
use axum::extract::ws::Utf8Bytes;
use pocketping_core::SessionId;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::{Value, Wire};
use std::borrow::Cow;

/// Where a notice stands in the order of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is an entry of the log; its text ends with its own cursor.
    Logged(Seq),
    /// It tells of a state as of an entry of the log. Its text lacks the cursor: that of the listener is
    /// added on delivery. Listeners who are past that entry do not need it.
    AsOf(Seq),
    /// It is not repeated to anybody later (typing). Its text lacks the cursor too.
    Passing,
}

/// One envelope on its way.
#[derive(Debug)]
pub struct Notice {
    /// Where it stands.
    pub place: Place,
    /// The envelope's type.
    pub kind: Cow<'static, str>,
    /// The JSON text; without its end unless the place is [`Place::Logged`].
    pub text: Utf8Bytes,
}

impl Notice {
    /// The notice of an event.
    ///
    /// `session`: added as `sessionId`, as the operators' stream has it.
    pub fn new(place: Place, event: &ServerEvent, session: Option<&SessionId>) -> Self {
        Notice::of_data(place, event.kind(), &data(event), session)
    }

    /// The notice of an event whose data is JSON text already.
    pub fn of_data(place: Place, kind: &str, data: &str, session: Option<&SessionId>) -> Self {
        let mut text = String::with_capacity(data.len() + kind.len() + 96);
        text.push_str("{\"type\":\"");
        push_escaped(&mut text, kind);
        text.push_str("\",\"data\":");
        text.push_str(data);
        if let Some(session) = session {
            text.push_str(",\"sessionId\":\"");
            push_escaped(&mut text, session.as_str());
            text.push('"');
        }
        if let Place::Logged(seq) = place {
            close(&mut text, seq);
        }
        Notice {
            place,
            kind: known_kind(kind),
            text: Utf8Bytes::from(text),
        }
    }

    /// The whole JSON text for a listener that is at `seq`.
    pub fn closed(&self, seq: Seq) -> Utf8Bytes {
        if let Place::Logged(_) = self.place {
            return self.text.clone();
        }
        let mut text = String::with_capacity(self.text.len() + 40);
        text.push_str(self.text.as_str());
        close(&mut text, seq);
        Utf8Bytes::from(text)
    }
}

/// The data of an event as JSON text.
pub(crate) fn data(event: &ServerEvent) -> String {
    let envelope = pocketping_core::envelope::ServerEnvelope::from(event.clone()).write();
    json(envelope.get("data").unwrap_or(&Value::Null))
}

/// A value as JSON text.
pub(crate) fn json(value: &Value) -> String {
    serde_json::to_string(value).expect("a Value has string keys only, so it is always valid JSON")
}

fn close(text: &mut String, seq: Seq) {
    text.push_str(",\"cursor\":\"");
    text.push_str(&seq.to_string());
    text.push_str("\"}");
}

fn push_escaped(text: &mut String, plain: &str) {
    if plain
        .bytes()
        .all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
    {
        text.push_str(plain);
    } else {
        let quoted = json(&Value::from(plain));
        text.push_str(&quoted[1..quoted.len() - 1]);
    }
}

/// Types are nearly always one of a few words: no copy for those.
fn known_kind(kind: &str) -> Cow<'static, str> {
    const KNOWN: [&str; 12] = [
        "message",
        "message_edited",
        "message_deleted",
        "typing",
        "presence",
        "read",
        "event",
        "session",
        "csat_request",
        "resync",
        "ai_takeover",
        "config_update",
    ];
    match KNOWN.iter().find(|known| **known == kind) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(kind.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::envelope::{Presence, ServerEnvelope};

    fn read(text: &str) -> ServerEnvelope {
        ServerEnvelope::read(&serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn logged_notices_carry_their_own_cursor_and_others_the_listeners() {
        let event = ServerEvent::Presence(Presence { online: true });
        let session = SessionId::from("s\"1");
        let logged = Notice::new(Place::Logged(Seq::new(7)), &event, Some(&session));
        let envelope = read(logged.closed(Seq::new(9)).as_str());
        assert_eq!(envelope.event, event);
        assert_eq!(envelope.cursor, Some("c1.7".into()));
        assert_eq!(envelope.session_id, Some(session));
        let passing = Notice::new(Place::Passing, &event, None);
        assert_eq!(
            read(passing.closed(Seq::new(9)).as_str()).cursor,
            Some("c1.9".into())
        );
    }
}
