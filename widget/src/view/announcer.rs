//! The one place that speaks to screen readers: new messages and notices.

use super::notice::current_notice;
use crate::dom::{El, effect, el};
use crate::state::ChatState;

/// A hidden live region.
pub(super) fn announcer(state: ChatState) -> El {
    let region = el("div").class("pp-live pp-sr-only").attr("aria-live", "polite");
    let spoken = region.clone();
    effect(move || {
        if let Some(arrival) = state.arrived.get() {
            let name = arrival.name.unwrap_or_else(|| {
                state
                    .appearance
                    .with_untracked(|shown| shown.operator_name.clone())
            });
            spoken.set_text(&[&name, ": ", &arrival.text].concat());
        }
    });
    let (spoken, mut before) = (region.clone(), None);
    effect(move || {
        let notice = current_notice(state);
        if let Some(notice) = notice.filter(|_| notice != before) {
            spoken.set_text(notice.text);
        }
        before = notice;
    });
    region
}
