//! The slim bar above the composer: what happened, what was kept.

use super::icon::{Glyph, icon};
use super::words::Word;
use crate::dom::{El, el};
use crate::state::ChatState;
use pocketping_core::engine::{Connection, FailureReason};

/// What the bar says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// A further class that says which kind.
    pub class: &'static str,
    /// The words.
    pub text: &'static str,
}

impl NoticeText {
    /// The bar for the browser being offline.
    pub const fn offline(text: &'static str) -> Self {
        NoticeText {
            class: "pp-notice-offline",
            text,
        }
    }

    /// The bar for a server that cannot be reached.
    pub const fn unreachable(text: &'static str) -> Self {
        NoticeText {
            class: "pp-notice-unreachable",
            text,
        }
    }
}

/// That nobody can be reached, and how the answer will come. Only for the eye: the header's status line is spoken.
pub(super) fn away_notice(state: ChatState) -> Option<NoticeText> {
    let (reachable, email) = state
        .appearance
        .with(|shown| (shown.operator_reachable, shown.asks_for_email));
    let word = if email { Word::AwayEmail } else { Word::AwayNotice };
    (!reachable && !state.operator_online.get()).then(|| NoticeText {
        class: "pp-notice-away",
        text: word.text(),
    })
}

/// What the visitor should know.
pub(super) fn current_notice(state: ChatState) -> Option<NoticeText> {
    let full = state.refused.get() == Some(FailureReason::OutboxFull);
    let unsent = state.is_unsent();
    match state.connection.get() {
        _ if full && unsent => Some(NoticeText::unreachable(Word::Full.text())),
        connection => of_connection(connection, unsent, state.volatile.get()),
    }
}

/// `unsent`: a message is waiting; `volatile`: what waits, now or later, would be lost with the page.
fn of_connection(connection: Connection, unsent: bool, volatile: bool) -> Option<NoticeText> {
    match connection {
        Connection::Refused => Some(NoticeText::unreachable(Word::Refused.text())),
        _ if unsent && volatile => Some(NoticeText::unreachable(Word::Volatile.text())),
        Connection::Offline => Some(NoticeText::offline(Word::Offline.text())),
        Connection::Retrying if unsent => Some(NoticeText::unreachable(Word::UnreachableUnsent.text())),
        Connection::Retrying => Some(NoticeText::unreachable(Word::Unreachable.text())),
        _ if volatile => Some(NoticeText::unreachable(Word::Volatile.text())),
        _ => None,
    }
}

/// The bar; to be shown while there is something to say.
pub fn notice_bar(notice: impl Fn() -> Option<NoticeText> + Copy + 'static) -> El {
    let class = move || notice().map_or("", |notice| notice.class);
    let text = move || notice().map_or("", |notice| notice.text);
    el("div")
        .class_of(move || ["pp-notice ", class()].concat())
        .child(icon(Glyph::OFFLINE, ""))
        .child(el("span").text_of(move || text().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_promises_only_what_is_kept() {
        let text = |connection, unsent, volatile| {
            of_connection(connection, unsent, volatile).map(|notice| notice.text)
        };
        assert_eq!(text(Connection::Live, true, false), None);
        assert_eq!(
            text(Connection::Retrying, false, false),
            Some(Word::Unreachable.text())
        );
        assert_eq!(
            text(Connection::Retrying, true, false),
            Some(Word::UnreachableUnsent.text())
        );
        assert_eq!(
            text(Connection::Retrying, true, true),
            Some(Word::Volatile.text())
        );
        assert_eq!(text(Connection::Live, true, true), Some(Word::Volatile.text()));
        assert_eq!(text(Connection::Live, false, true), Some(Word::Volatile.text()));
        assert_eq!(
            text(Connection::Offline, false, false),
            Some(Word::Offline.text())
        );
    }
}
