//! [`Envelope`]: what a stream sends.

use crate::bus::{Notice, Place};
use crate::storage::Seq;
use axum::extract::ws::Utf8Bytes;
use pocketping_core::Cursor;
use std::borrow::Cow;

/// One envelope of a stream, ready to be sent. Cheap to clone: the text is shared by all its streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    text: Utf8Bytes,
    kind: Cow<'static, str>,
    seq: Option<Seq>,
}

impl Envelope {
    /// The notice for a listener that is at `at` when it comes.
    pub(crate) fn of_notice(notice: &Notice, at: Seq) -> Self {
        let seq = match notice.place {
            Place::Logged(seq) => seq,
            Place::AsOf(_) | Place::Passing => at,
        };
        Envelope {
            text: notice.closed(at),
            kind: notice.kind.clone(),
            seq: Some(seq),
        }
    }

    /// An envelope from which a stream cannot go on: the text has no cursor.
    pub(crate) fn without_cursor(notice: &Notice) -> Self {
        let mut text = notice.text.as_str().to_owned();
        text.push('}');
        Envelope {
            text: Utf8Bytes::from(text),
            kind: notice.kind.clone(),
            seq: None,
        }
    }

    /// The JSON text: `{"type","data","cursor"}`, on the operators' stream also `sessionId`.
    pub fn text(&self) -> &Utf8Bytes {
        &self.text
    }

    /// The type, such as `message`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The stream's place after it; unset for a few that are repeated by date to old clients.
    pub fn cursor(&self) -> Option<Cursor> {
        self.seq.map(Seq::cursor)
    }

    /// Its place.
    pub(crate) fn seq(&self) -> Option<Seq> {
        self.seq
    }
}

/// What a subscription yields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// An envelope to send.
    Envelope(Envelope),
    /// The reader was too slow and envelopes are missing from here on: close the stream, so that the
    /// client comes back with its cursor.
    Lagged,
    /// The server is going down.
    Closed,
}
