//! The heading of a day.

use super::dates::{day_name, now};
use leptos::prelude::*;
use pocketping_core::Timestamp;

/// `Today`, `Yesterday` or the date, centred between messages.
#[component]
pub(super) fn DaySeparator(
    /// A moment of that day.
    at: Timestamp,
) -> impl IntoView {
    view! { <div class="pp-date-separator"><span>{day_name(at, now())}</span></div> }
}
