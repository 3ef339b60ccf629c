//! IndexedDB: the outbox, the history, and files. The work with it is in `js/database.js` and `js/files.js`: its many small
//! calls cost a page less there than through bindings.

use super::{http, task, value};
use pocketping_core::Value;
use pocketping_core::engine::{HttpAnswer, NetworkFailure, PersistFailure, Restored, Store, StoreWrite};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// A `Files` of `js/files.js`: the page's functions put bytes in.
    pub type Files;

    #[wasm_bindgen(method)]
    fn ask(this: &Files, name: &str, what: &str, heard: &JsValue);

    #[wasm_bindgen(method)]
    fn close(this: &Files);
}

/// The database, opened when first used. One write at a time.
pub struct Database(Files);

/// What came of something that was asked for, or why nothing did.
type Outcome = Result<Value, Value>;

impl Database {
    /// The database that the page's functions have as well.
    pub fn new(files: Files) -> Self {
        Database(files)
    }

    /// Reads what is stored; `done` gets it, and with `claim` the epoch that is this page's from then on. A failure is part
    /// of the answer.
    pub fn restore(&self, claim: bool, done: impl FnOnce(Restored) + 'static) {
        let read = move |outcome| done(restored(claim, outcome));
        self.ask("restore", vec![claim.into()], Box::new(read));
    }

    /// Writes all or nothing. Without an epoch nobody else can have claimed the database. `done` gets why it is not known to
    /// be durable, if so: a later epoch was claimed, or the database failed.
    pub fn write(
        &self,
        epoch: Option<u64>,
        writes: &[StoreWrite],
        done: impl FnOnce(Result<(), PersistFailure>) + 'static,
    ) {
        let writes = Value::List(writes.iter().map(listed).collect());
        let epoch = epoch.map_or(Value::Null, |epoch| Value::Int(epoch as i64));
        let written = move |outcome: Outcome| done(outcome.map(drop).map_err(|why| failure(why.as_str())));
        self.ask("write", vec![writes, epoch], Box::new(written));
    }

    /// `PUT`s the bytes of a file to an address, or a path on the origin of the backend. `done` gets the answer, or why there
    /// is none: it may be that there is no such file. Where nothing was sent for another reason, it is answered as a server
    /// would: 422 where the address is none, 408 where the bytes could not be read now.
    pub fn send_file(
        &self,
        key: &str,
        url: &str,
        mime_type: &str,
        done: impl FnOnce(Result<HttpAnswer, NetworkFailure>) + 'static,
    ) {
        let what = [key, url, mime_type].map(Value::from).into();
        let answered = move |outcome| {
            done(match outcome {
                Ok(Value::Null) => Err(NetworkFailure::FileGone),
                Ok(answer) => http::read(answer).ok_or(NetworkFailure::Unreachable),
                Err(_) => Err(NetworkFailure::Unreachable),
            });
        };
        self.ask("send", what, Box::new(answered));
    }

    fn ask(&self, name: &str, what: Vec<Value>, heard: Box<dyn FnOnce(Outcome)>) {
        let heard = task::once(move |told| {
            heard(match value::read(&told) {
                Value::List(result) => Ok(result.into_iter().next().unwrap_or_default()),
                why => Err(why),
            });
        });
        self.0.ask(name, &value::to_json(&Value::List(what)), &heard);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn restored(claim: bool, outcome: Outcome) -> Restored {
    let mut restored = Restored {
        claimed: claim,
        ..Restored::default()
    };
    let parts = match outcome {
        Ok(Value::List(parts)) => parts,
        Ok(_) => Vec::new(),
        Err(why) => {
            restored.failure = Some(failure(why.as_str()));
            return restored;
        }
    };
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
    restored
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
