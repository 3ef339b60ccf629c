//! The one place that speaks to screen readers: new messages and notices.

use super::attachments::in_words;
use super::notice::current_notice;
use crate::dom::{El, effect, el};
use crate::state::ChatState;

/// A hidden live region.
pub(super) fn announcer(state: ChatState) -> El {
    let region = el("div.pp-live.pp-sr-only[aria-live=polite]");
    let (spoken, mut before) = (region.clone(), None);
    effect(move || {
        // Named again as long as it is there: a deleted text must not be left to be read here.
        let now = state.with_arrived(|message| {
            let name = message.operator.as_ref().map(|operator| operator.name.clone());
            let name = name.unwrap_or_else(|| {
                state
                    .appearance
                    .with_untracked(|shown| shown.operator_name.clone())
            });
            let is_deleted = message.deleted_at.is_some();
            let text = if is_deleted {
                String::new()
            } else {
                [&name, ": ", &in_words(message)].concat()
            };
            (message.id.clone(), text)
        });
        if now != before {
            if let Some((_, text)) = &now {
                spoken.set_text(text);
            }
            before = now;
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
