//! The heading of a day.

use super::dates::{day_name, now};
use crate::dom::{El, el};
use pocketping_core::Timestamp;

/// `Today`, `Yesterday` or the date, centred between messages; `at` is a moment of that day.
pub(super) fn day_separator(at: Timestamp) -> El {
    el("div.pp-date-separator").child(el("span").text(&day_name(at, now())))
}
