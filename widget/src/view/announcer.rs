//! The one place that speaks to screen readers: new messages and notices.

use super::effect::effect;
use super::notice::NoticeText;
use crate::state::ChatState;
use leptos::prelude::*;

/// A hidden live region.
#[component]
pub(super) fn Announcer(
    /// What is shown.
    state: ChatState,
    /// What the bar says.
    notice: Memo<Option<NoticeText>>,
) -> impl IntoView {
    let spoken = RwSignal::new(String::new());
    effect(move || {
        if let Some(arrival) = state.arrived.get() {
            let name = arrival.name.unwrap_or_else(|| {
                state
                    .appearance
                    .with_untracked(|shown| shown.operator_name.clone())
            });
            spoken.set([&name, ": ", &arrival.text].concat());
        }
    });
    effect(move || {
        if let Some(notice) = notice.get() {
            spoken.set(notice.text.to_owned());
        }
    });
    view! { <div class="pp-live pp-sr-only" aria-live="polite">{spoken}</div> }
}
