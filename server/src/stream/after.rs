//! [`After`]: where a stream or list goes on.

use crate::storage::Seq;
use pocketping_core::{MessageId, Timestamp};

/// The value of `after` or `Last-Event-ID`: a cursor, a message id or an ISO date (EXTENSIONS, Resume).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After(pub(crate) Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A cursor of ours; `None` for one that we did not make: it cannot be replayed.
    Cursor(Option<Seq>),
    /// A message's id, or else a date.
    Other(String),
}

impl After {
    /// Reads the text; `None` for an empty one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            None
        } else if Seq::is_cursor(text) {
            Some(After(Kind::Cursor(Seq::of_cursor(text))))
        } else {
            Some(After(Kind::Other(text.to_owned())))
        }
    }
}

/// The two readings of a text that is no cursor.
pub(crate) fn readings(text: &str) -> (MessageId, Option<Timestamp>) {
    (MessageId::from(text), Timestamp::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_known_by_its_prefix() {
        assert_eq!(After::parse(" "), None);
        assert_eq!(After::parse("c1.3"), Some(After(Kind::Cursor(Some(Seq::new(3))))));
        assert_eq!(After::parse("c1.zz"), Some(After(Kind::Cursor(None))));
        assert_eq!(
            After::parse("2026-01-01"),
            Some(After(Kind::Other("2026-01-01".into())))
        );
    }
}
