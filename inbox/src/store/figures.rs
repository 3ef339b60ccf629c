//! The figures of a span of days, and of the one before it.

use super::Store;
use crate::api;
use crate::place::SPANS;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::Timestamp;
use pocketping_core::model::Stats;
use pocketping_widget::browser::clock;

const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// Figures, as far as they are read.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    /// So many days are shown, if the page shows figures.
    pub(crate) days: RwSignal<Option<u32>>,
    /// Of these days.
    pub(crate) now: RwSignal<Option<Stats>>,
    /// Of as many days before them.
    pub(crate) before: RwSignal<Option<Stats>>,
}

impl Figures {
    pub(super) fn new() -> Self {
        Figures {
            days: RwSignal::default(),
            now: RwSignal::default(),
            before: RwSignal::default(),
        }
    }

    pub(super) fn forget(&self) {
        self.now.set(None);
        self.before.set(None);
    }
}

impl Store {
    /// Shows the figures of this many days, or of the shortest span.
    pub(crate) fn show_figures(self, days: Option<u32>) {
        let days = days.unwrap_or(SPANS[0]);
        self.figures.days.set(Some(days));
        self.trouble.set(None);
        self.read_figures(days);
    }

    /// Back to the conversations.
    pub(crate) fn leave_figures(self) {
        self.figures.days.set(None);
        self.trouble.set(None);
    }

    pub(super) fn read_figures(self, days: u32) {
        self.figures.forget();
        let span = i64::from(days) * DAY_MILLIS;
        // What has just happened counts.
        let to = clock::now().wall.as_millis() + 1_000;
        spawn_local(async move {
            let at = |steps: i64| Timestamp::from_millis(to - steps * span);
            let now = self.told(api::stats(at(1), at(0)).await);
            if self.figures.days.get_untracked() != Some(days) {
                return;
            }
            let any = now.is_some();
            self.figures.now.set(now);
            if any {
                let before = self.told(api::stats(at(2), at(1)).await);
                if self.figures.days.get_untracked() == Some(days) {
                    self.figures.before.set(before);
                }
            }
        });
    }
}
