//! IndexedDB: the outbox and the history. The work with it is in `js/database.js`: its many small calls cost a page
//! less there than through bindings.

use super::value;
use pocketping_core::Value;
use pocketping_core::engine::{PersistFailure, Restored, Store, StoreWrite};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/database.js")]
extern "C" {
    #[wasm_bindgen(js_name = Database)]
    type Connection;

    #[wasm_bindgen(constructor, js_class = "Database")]
    fn new() -> Connection;

    #[wasm_bindgen(method, catch)]
    async fn restore(this: &Connection, claim: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn write(this: &Connection, writes: &str, epoch: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Connection);
}

/// The database, opened when first used. One write at a time.
pub struct Database(Connection);

impl Default for Database {
    fn default() -> Self {
        Database(Connection::new())
    }
}

impl Database {
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
                }
            }
            Err(reason) => restored.failure = Some(failure(&reason)),
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
        written.map(drop).map_err(|reason| failure(&reason))
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
    })
}

fn failure(reason: &JsValue) -> PersistFailure {
    match reason.as_string().as_deref() {
        Some("unavailable") => PersistFailure::Unavailable,
        Some("full") => PersistFailure::Full,
        Some("fenced") => PersistFailure::Fenced,
        _ => PersistFailure::Broken,
    }
}
