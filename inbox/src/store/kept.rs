//! What this browser keeps for its operator: saved answers, and whether to notify. Nothing of a visitor.

use super::Store;
use crate::canned::{self, Canned};
use leptos::prelude::*;
use pocketping_widget::browser::value;

const ANSWERS: &str = "pocketping_inbox_answers";
const NOTIFY: &str = "pocketping_inbox_notify";

/// What is kept, as signals.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Saved answers, in the operator's order.
    pub(crate) answers: RwSignal<Vec<Canned>>,
    /// Whether the operator wants notifications.
    pub(crate) notify: RwSignal<bool>,
}

impl Kept {
    pub(super) fn open() -> Self {
        let answers = item(ANSWERS).and_then(|text| canned::read(&value::parse(&text)?));
        Kept {
            answers: RwSignal::new(answers.unwrap_or_else(canned::starters)),
            notify: RwSignal::new(item(NOTIFY).as_deref() == Some("true")),
        }
    }
}

impl Store {
    /// Changes the saved answers and keeps them.
    pub(crate) fn change_answers(self, change: impl FnOnce(&mut Vec<Canned>)) {
        self.kept.answers.update(change);
        let text = self
            .kept
            .answers
            .with_untracked(|kept| value::to_json(&canned::write(kept)));
        self.keep(ANSWERS, &text);
    }

    pub(super) fn keep_notify(self, notify: bool) {
        self.kept.notify.set(notify);
        self.keep(NOTIFY, if notify { "true" } else { "false" });
    }

    fn keep(self, key: &str, text: &str) {
        let storage = window().local_storage().ok().flatten();
        let is_kept = storage.is_some_and(|storage| storage.set_item(key, text).is_ok());
        if !is_kept {
            self.trouble.set(Some(crate::words::NOT_KEPT));
        }
    }
}

/// Without a storage, or one that is forbidden, nothing is kept.
fn item(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}
