//! What stands under a message: when, whether edited, how far it has come.

use super::dates::time_of_day;
use super::icon::{Glyph, icon};
use super::words::Word;
use crate::dom::{El, el};
use pocketping_core::Timestamp;
use pocketping_core::engine::Delivery;

/// The facts under a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meta {
    pub(super) at: Timestamp,
    pub(super) edited: bool,
    /// Whether the server has not confirmed an edit or a deletion.
    pub(super) pending: bool,
    /// How far it has come; only for the reader's own messages.
    pub(super) delivery: Option<Delivery>,
}

/// Appends the facts to the line under a message.
pub(super) fn write_meta(mut line: El, meta: Meta) {
    if meta.edited {
        let badge = if meta.pending {
            "span.pp-edited-badge.pp-status-sending"
        } else {
            "span.pp-edited-badge"
        };
        line = line.child(el(badge).text(Word::Edited.text()));
    }
    line = line.child(
        el("time.pp-message-time")
            .attr("datetime", &meta.at.to_iso())
            .text(&time_of_day(meta.at)),
    );
    if let Some(delivery) = meta.delivery {
        line.child(status(delivery));
    }
}

fn status(delivery: Delivery) -> El {
    let (class, label, glyph, mark) = match delivery {
        Delivery::Sending => ("sending", Word::Sending.text(), Glyph::CHECK, "pp-check"),
        Delivery::Sent => ("sent", Word::Sent.text(), Glyph::CHECK, "pp-check"),
        Delivery::Delivered => (
            "delivered",
            Word::Delivered.text(),
            Glyph::CHECKS,
            "pp-check-double",
        ),
        Delivery::Read => (
            "read",
            Word::Read.text(),
            Glyph::CHECKS,
            "pp-check-double pp-check-read",
        ),
        Delivery::Failed(_) => ("failed", Word::NotSent.text(), Glyph::ALERT, "pp-check-failed"),
    };
    el("span[role=img]")
        .class(&["pp-status pp-status-", class].concat())
        .attr("aria-label", label)
        .child(icon(glyph, mark))
}
