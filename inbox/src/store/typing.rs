//! Typing, told and shown.

use super::Store;
use crate::api;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::SessionId;
use pocketping_widget::browser::clock::monotonic;
use std::collections::HashMap;
use std::time::Duration;

/// While somebody goes on typing it is told this often.
const TELL_EVERY_MS: u64 = 3_000;
/// Without a key stroke for this long nobody is typing any more.
const PAUSE: Duration = Duration::from_secs(5);
/// A visitor who says nothing more for this long has stopped typing (their page may be gone).
const FORGET: Duration = Duration::from_secs(8);

/// What was told, and timers.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    /// The conversation in which we said to be typing, and when on the monotonic clock.
    told: StoredValue<Option<(SessionId, u64)>>,
    pause: StoredValue<Option<TimeoutHandle>>,
    forget: StoredValue<HashMap<SessionId, TimeoutHandle>>,
}

impl Typing {
    pub(super) fn new() -> Self {
        Typing {
            told: StoredValue::new(None),
            pause: StoredValue::new(None),
            forget: StoredValue::default(),
        }
    }
}

impl Store {
    /// The operator typed (`true`) or emptied the composer (`false`).
    pub(crate) fn compose(self, typing: bool) {
        let Some(id) = self.sessions.selected.get_untracked().filter(|_| typing) else {
            return self.stop_typing();
        };
        self.clear_pause();
        let pause = set_timeout_with_handle(move || self.stop_typing(), PAUSE);
        // Browsers refuse timers only to pages that are going away.
        self.typing.pause.set_value(pause.ok());
        let now = monotonic();
        let fresh = self.typing.told.with_value(|told| {
            told.as_ref()
                .is_some_and(|(told, at)| *told == id && now.saturating_sub(*at) < TELL_EVERY_MS)
        });
        if !fresh {
            self.typing.told.set_value(Some((id.clone(), now)));
            tell(id, true);
        }
    }

    /// Tells that nobody is typing any more, if we said that somebody is.
    pub(super) fn stop_typing(self) {
        self.clear_pause();
        if let Some((id, _)) = self.typing.told.try_update_value(Option::take).flatten() {
            tell(id, false);
        }
    }

    /// An answer was sent: that ends the typing by itself.
    pub(super) fn forget_typing(self) {
        self.clear_pause();
        self.typing.told.set_value(None);
    }

    /// A visitor began or stopped typing.
    pub(super) fn note_typing(self, id: SessionId, typing: bool) {
        let old = self
            .typing
            .forget
            .try_update_value(|timers| timers.remove(&id))
            .flatten();
        if let Some(old) = old {
            old.clear();
        }
        let known = self.sessions.typing.with_untracked(|known| known.contains(&id));
        if typing {
            let forgotten = id.clone();
            let timer = set_timeout_with_handle(move || self.note_typing(forgotten, false), FORGET);
            if let Ok(timer) = timer {
                self.typing.forget.update_value(|timers| {
                    timers.insert(id.clone(), timer);
                });
            }
        }
        if known != typing {
            self.sessions.typing.update(|known| {
                if typing {
                    known.insert(id);
                } else {
                    known.remove(&id);
                }
            });
        }
    }

    fn clear_pause(self) {
        if let Some(pause) = self.typing.pause.try_update_value(Option::take).flatten() {
            pause.clear();
        }
    }
}

fn tell(id: SessionId, typing: bool) {
    // Typing is worth nothing later: a call that fails is not repeated and nobody is told.
    spawn_local(async move {
        api::tell_typing(&id, typing).await.ok();
    });
}
