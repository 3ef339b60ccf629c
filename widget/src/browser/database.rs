//! IndexedDB: the outbox, the history, and files. The work with it is in `js/database.js` and `js/files.js`: its many small
//! calls cost a page less there than through bindings.

use super::{http, value};
use pocketping_core::Value;
use pocketping_core::engine::{HttpAnswer, NetworkFailure, PersistFailure, Restored, Store, StoreWrite};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// A `Files` of `js/files.js`: the page's functions put bytes in.
    pub type Files;

    #[wasm_bindgen(method, catch)]
    async fn restore(this: &Files, claim: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn write(this: &Files, writes: &str, epoch: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn send(
        this: &Files,
        key: &str,
        base: &str,
        url: &str,
        mime_type: &str,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Files);
}

/// The database, opened when first used. One write at a time.
pub struct Database(Files);

impl Database {
    /// The database that the page's functions have as well.
    pub fn new(files: Files) -> Self {
        Database(files)
    }

    /// What is stored, and with `claim` the epoch that is this page's from then on. A failure is part of the answer.
    pub async fn restore(&self, claim: bool) -> Restored {
        let mut restored = Restored {
            claimed: claim,
            ..Restored::default()
        };
        match self.0.restore(claim).await {
            Ok(json) => {
                if let Value::List(parts) = value::read(&json) {
                    let mut parts = parts.into_iter();
                    let epoch = parts.next().and_then(|epoch| epoch.as_int());
                    restored.epoch = epoch.and_then(|epoch| u64::try_from(epoch).ok()).unwrap_or(0);
                    let mut lists = parts.map(|list| match list {
                        Value::List(items) => items,
                        _ => Vec::new(),
                    });
                    restored.outbox = lists.next().unwrap_or_default();
                    restored.history = lists.next().unwrap_or_default();
                    for keys in [
                        &mut restored.outbox_keys,
                        &mut restored.history_keys,
                        &mut restored.files,
                    ] {
                        for key in lists.next().unwrap_or_default() {
                            // All keys are strings.
                            keys.push(key.as_str().unwrap_or_default().to_owned());
                        }
                    }
                }
            }
            Err(reason) => restored.failure = Some(failure(reason.as_string().as_deref())),
        }
        restored
    }

    /// Writes all or nothing. Without an epoch nobody else can have claimed the database.
    ///
    /// # Errors
    /// When it is not known to be durable, or a later epoch was claimed.
    pub async fn write(&self, epoch: Option<u64>, writes: &[StoreWrite]) -> Result<(), PersistFailure> {
        let writes = value::to_json(&Value::List(writes.iter().map(listed).collect()));
        let written = self
            .0
            .write(&writes, epoch.map_or(f64::INFINITY, |epoch| epoch as f64))
            .await;
        written
            .map(drop)
            .map_err(|reason| failure(reason.as_string().as_deref()))
    }

    /// `PUT`s the bytes of a file to an address, or a path on the origin of `base`.
    ///
    /// # Errors
    /// When there is no answer, or no such file.
    pub async fn send_file(
        &self,
        key: &str,
        base: &str,
        url: &str,
        mime_type: &str,
    ) -> Result<HttpAnswer, NetworkFailure> {
        match self.0.send(key, base, url, mime_type).await {
            Ok(json) if json.is_undefined() => Err(NetworkFailure::FileGone),
            Ok(json) => http::read(value::read(&json)).ok_or(NetworkFailure::Unreachable),
            Err(_) => Err(NetworkFailure::Unreachable),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn listed(write: &StoreWrite) -> Value {
    Value::List(match write {
        StoreWrite::Put { store, key, value } => vec![name(*store), Value::from(&**key), value.clone()],
        StoreWrite::Delete { store, key } => vec![name(*store), Value::from(&**key)],
        StoreWrite::Clear(store) => vec![name(*store)],
    })
}

fn name(store: Store) -> Value {
    Value::from(match store {
        Store::Outbox => "outbox",
        Store::History => "history",
        Store::Files => "files",
        Store::Quarantine => "quarantine",
    })
}

/// A failure by the word that `js/database.js` has for it.
pub fn failure(word: Option<&str>) -> PersistFailure {
    match word {
        Some("unavailable") => PersistFailure::Unavailable,
        Some("full") => PersistFailure::Full,
        Some("fenced") => PersistFailure::Fenced,
        _ => PersistFailure::Broken,
    }
}
