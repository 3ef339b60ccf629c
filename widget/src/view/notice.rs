//! The slim bar above the composer: what happened, what was kept.

use super::icon::{Glyph, Icon};
use super::words;
use crate::state::ChatState;
use leptos::prelude::*;
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

/// What the visitor should know.
pub(super) fn current_notice(state: ChatState) -> Option<NoticeText> {
    let full = state.refused.get() == Some(FailureReason::OutboxFull);
    let unsent = state.unsent.get();
    match state.connection.get() {
        _ if full && unsent => Some(NoticeText::unreachable(words::FULL)),
        connection => of_connection(connection, unsent, state.volatile.get()),
    }
}

/// `unsent`: a message is waiting; `volatile`: it would be lost with the page.
fn of_connection(connection: Connection, unsent: bool, volatile: bool) -> Option<NoticeText> {
    match connection {
        Connection::Refused => Some(NoticeText::unreachable(words::REFUSED)),
        _ if unsent && volatile => Some(NoticeText::unreachable(words::VOLATILE)),
        Connection::Offline => Some(NoticeText::offline(words::OFFLINE)),
        Connection::Retrying if unsent => Some(NoticeText::unreachable(words::UNREACHABLE_UNSENT)),
        Connection::Retrying => Some(NoticeText::unreachable(words::UNREACHABLE)),
        _ => None,
    }
}

/// The bar; nothing while there is nothing to say.
#[component]
pub fn NoticeBar(
    /// What it says.
    #[prop(into)]
    notice: Signal<Option<NoticeText>>,
) -> impl IntoView {
    move || {
        notice.get().map(|notice| {
            view! {
                <div class=["pp-notice ", notice.class].concat()>
                    <Icon glyph=Glyph::OFFLINE/>
                    <span>{notice.text}</span>
                </div>
            }
        })
    }
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
        assert_eq!(text(Connection::Retrying, false, false), Some(words::UNREACHABLE));
        assert_eq!(
            text(Connection::Retrying, true, false),
            Some(words::UNREACHABLE_UNSENT)
        );
        assert_eq!(text(Connection::Retrying, true, true), Some(words::VOLATILE));
        assert_eq!(text(Connection::Live, true, true), Some(words::VOLATILE));
        assert_eq!(text(Connection::Offline, false, false), Some(words::OFFLINE));
    }
}
