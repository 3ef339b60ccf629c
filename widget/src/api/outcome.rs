//! Promises and the errors they are rejected with.

use js_sys::{Error, Function, Promise, Reflect};
use pocketping_core::content::MAX_CONTENT_CHARS;
use pocketping_core::engine::FailureReason;
use wasm_bindgen::JsValue;

/// The two ends of a promise that is not settled.
pub(super) struct Settle {
    resolve: Function,
    reject: Function,
}

impl Settle {
    /// A promise and its ends.
    pub(super) fn new() -> (JsValue, Settle) {
        let mut ends = None;
        let promise = Promise::new(&mut |resolve, reject| ends = Some(Settle { resolve, reject }));
        // `new Promise` calls its argument before it returns.
        let ends = ends.expect("a promise hands out its ends at once");
        (promise.into(), ends)
    }

    /// Fulfils the promise.
    pub(super) fn resolve(&self, value: &JsValue) {
        // These functions never throw.
        drop(self.resolve.call1(&JsValue::NULL, value));
    }

    /// Rejects it.
    pub(super) fn reject(&self, error: &JsValue) {
        drop(self.reject.call1(&JsValue::NULL, error));
    }
}

/// A promise that is rejected already.
pub(super) fn rejected(error: &JsValue) -> JsValue {
    Promise::reject(error).into()
}

/// An `Error` with a `code` for programs.
pub(super) fn error(code: &str, text: &str) -> JsValue {
    let error = Error::new(&["PocketPing: ", text].concat());
    // A fresh error takes every member.
    drop(Reflect::set(&error, &"code".into(), &code.into()));
    error.into()
}

/// The error of something that the engine could not deliver.
pub(super) fn failure(reason: FailureReason) -> JsValue {
    let limit = MAX_CONTENT_CHARS.to_string();
    match reason {
        FailureReason::Blank => error("content_blank", "a message needs text or an attachment"),
        FailureReason::TooLong => error(
            "content_too_long",
            &["a message has at most ", &limit, " characters"].concat(),
        ),
        FailureReason::NotFound => error("not_found", "there is no such message or conversation"),
        FailureReason::OutboxFull => error("outbox_full", "too much waits to be sent"),
        FailureReason::FileGone => error("file_gone", "a file is not there any more"),
        FailureReason::Refused { status } => {
            let error = error("refused", "the server refused it");
            drop(Reflect::set(&error, &"status".into(), &status.into()));
            error
        }
        _ => error("failed", "it could not be sent"),
    }
}
