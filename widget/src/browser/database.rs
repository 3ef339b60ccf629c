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
    async fn restore(this: &Connection) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn write(this: &Connection, writes: &str) -> Result<JsValue, JsValue>;

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
    /// What is stored. A failure is part of the answer.
    pub async fn restore(&self) -> Restored {
        let mut restored = Restored::default();
        match self.0.restore().await {
            Ok(json) => {
                if let Value::List(lists) = value::read(&json) {
                    let mut lists = lists.into_iter().map(|list| match list {
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

    /// Writes all or nothing.
    ///
    /// # Errors
    /// When it is not known to be durable.
    pub async fn write(&self, writes: &[StoreWrite]) -> Result<(), PersistFailure> {
        let writes = value::to_json(&Value::List(writes.iter().map(listed).collect()));
        let written = self.0.write(&writes).await;
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
    })
}

fn failure(reason: &JsValue) -> PersistFailure {
    match reason.as_string().as_deref() {
        Some("unavailable") => PersistFailure::Unavailable,
        Some("full") => PersistFailure::Full,
        _ => PersistFailure::Broken,
    }
}
