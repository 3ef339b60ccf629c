//! One timer that is set anew again and again.

use super::clock;
use super::listener::{Callback, callback};
use std::cell::Cell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(run: &JsValue, delay_ms: i32) -> i32;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(name: i32);
}

/// Longest delay that browsers take (more would fire at once): the caller is woken early then.
const MAX_DELAY_MS: u64 = i32::MAX as u64;

/// Runs a function at a moment that can be moved; one moment at a time. Dropped: never.
pub struct Timer {
    callback: Callback,
    /// The browser's name of the running timer and its moment.
    running: Cell<Option<(i32, u64)>>,
}

impl Timer {
    /// A timer that is not set. It has to be set anew, also to the same moment, after it ran.
    pub fn new(run: impl Fn() + 'static) -> Self {
        Timer {
            callback: callback(move |_| run()),
            running: Cell::new(None),
        }
    }

    /// Notes that the timer has run.
    pub fn ran(&self) {
        self.running.set(None);
    }

    /// Sets it to a moment of [`clock::monotonic`], or to none.
    pub fn set(&self, at: Option<u64>) {
        if self.running.get().map(|(_, at)| at) == at {
            return;
        }
        if let Some((name, _)) = self.running.take() {
            clear_timeout(name);
        }
        let Some(at) = at else { return };
        let delay = at.saturating_sub(clock::monotonic()).min(MAX_DELAY_MS);
        let name = set_timeout(self.callback.as_ref(), delay as i32);
        self.running.set(Some((name, at)));
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.set(None);
    }
}
