//! The bytes of files that wait to be uploaded: in the database, or in memory what that does not take.

use super::database::{Database, failure};
use super::listener::callback;
use super::value;
use js_sys::{Array, Function, Promise};
use pocketping_core::Value;
use pocketping_core::engine::{HttpAnswer, NetworkFailure, PersistFailure, Store, StoreWrite};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::IdbDatabase;

// Progress is an event of `XMLHttpRequest` alone, and blobs are only passed on.
#[wasm_bindgen(module = "/js/files.js")]
extern "C" {
    #[wasm_bindgen(js_name = keepFile, catch)]
    fn keep_file(database: &IdbDatabase, key: &str, file: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = readFile, catch)]
    fn read_file(database: &IdbDatabase, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = sendFile)]
    fn send_file(base: &str, url: &str, mime_type: &str, file: &JsValue, told: &Function) -> Promise;
}

/// The files that the database has not taken.
#[derive(Default)]
pub struct Files {
    held: RefCell<Vec<(String, JsValue)>>,
}

impl Files {
    /// Keeps a file (a `Blob`), before the engine hears of it.
    ///
    /// # Errors
    /// When it is in memory only.
    pub async fn keep(&self, database: &Database, key: &str, file: &JsValue) -> Result<(), PersistFailure> {
        let kept = match database.open().await {
            Ok(open) => settle(keep_file(&open, key, file))
                .await
                .map_err(|error| failure(&error)),
            Err(failure) => Err(failure),
        };
        if kept.is_err() {
            self.held.borrow_mut().push((key.to_owned(), file.clone()));
        }
        kept.map(|_| ())
    }

    /// Sends a file's bytes to an address, or a path on the origin of `base`; `told` hears how much has been sent, in percent. No header of ours and no cookie goes
    /// along, as the address may be another server's.
    ///
    /// # Errors
    /// When there is no answer, or no such file.
    pub async fn send(
        &self,
        database: &Database,
        base: &str,
        key: &str,
        url: &str,
        mime_type: &str,
        told: impl Fn(f64) + 'static,
    ) -> Result<HttpAnswer, NetworkFailure> {
        let file = self.find(database, key).await.ok_or(NetworkFailure::FileGone)?;
        let told = callback(move |percent| told(percent.as_f64().unwrap_or_default()));
        let sent = send_file(base, url, mime_type, &file, told.as_ref().unchecked_ref());
        // What throws is the address.
        let answer = JsFuture::from(sent)
            .await
            .map_err(|_| NetworkFailure::Unreachable)?;
        if answer.is_undefined() {
            return Err(NetworkFailure::FileGone);
        }
        if !Array::is_array(&answer) {
            return Err(NetworkFailure::Unreachable);
        }
        let answer: Array = answer.unchecked_into();
        let text = |at| answer.get(at).as_string();
        Ok(HttpAnswer {
            status: answer.get(0).as_f64().unwrap_or_default() as u16,
            body: text(1)
                .and_then(|body| value::parse(&body))
                .unwrap_or(Value::Null),
            retry_after: text(2).and_then(|seconds| seconds.parse().ok()),
            version: None,
        })
    }

    async fn find(&self, database: &Database, key: &str) -> Option<JsValue> {
        let held = self.held.borrow().iter().find(|(known, _)| known == key).cloned();
        if let Some((_, file)) = held {
            return Some(file);
        }
        let database = database.open().await.ok()?;
        let file = settle(read_file(&database, key)).await.ok()?;
        file.is_object().then_some(file)
    }

    /// Lets go in memory what is deleted in the database.
    pub fn forget(&self, writes: &[StoreWrite]) {
        for write in writes {
            match write {
                StoreWrite::Delete {
                    store: Store::Files,
                    key,
                } => self.held.borrow_mut().retain(|(known, _)| known != key),
                StoreWrite::Clear(Store::Files) => self.held.borrow_mut().clear(),
                _ => {}
            }
        }
    }
}

async fn settle(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}
