//! What stands under a message: when, whether edited, how far it has come.

use super::dates::time_of_day;
use super::icon::{Glyph, Icon};
use super::words;
use leptos::prelude::*;
use pocketping_core::Timestamp;
use pocketping_core::engine::Delivery;

/// The facts under a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meta {
    pub(super) at: Timestamp,
    pub(super) edited: bool,
    /// How far it has come; only for the reader's own messages.
    pub(super) delivery: Option<Delivery>,
}

/// The line under a message.
#[component]
pub(super) fn MessageMeta(
    /// What it says.
    meta: Meta,
) -> impl IntoView {
    view! {
        {meta.edited.then(|| view! { <span class="pp-edited-badge">{words::EDITED}</span> })}
        <time class="pp-message-time" datetime=meta.at.to_string()>{time_of_day(meta.at)}</time>
        {meta.delivery.map(|delivery| view! { <Status delivery/> })}
    }
}

#[component]
fn Status(
    /// How far the message has come.
    delivery: Delivery,
) -> impl IntoView {
    let (class, label, glyph, icon) = match delivery {
        Delivery::Sending => (
            "pp-status pp-status-sending",
            words::SENDING,
            Glyph::CHECK,
            "pp-check",
        ),
        Delivery::Sent => ("pp-status pp-status-sent", words::SENT, Glyph::CHECK, "pp-check"),
        Delivery::Delivered => (
            "pp-status pp-status-delivered",
            words::DELIVERED,
            Glyph::CHECKS,
            "pp-check-double",
        ),
        Delivery::Read => (
            "pp-status pp-status-read",
            words::READ,
            Glyph::CHECKS,
            "pp-check-double pp-check-read",
        ),
        Delivery::Failed(_) => (
            "pp-status pp-status-failed",
            words::NOT_SENT,
            Glyph::ALERT,
            "pp-check-failed",
        ),
    };
    view! {
        <span class=class role="img" aria-label=label>
            <Icon glyph class=icon/>
        </span>
    }
}
